/** The libraries that are measured, each as an echo server and a client of it. */
@NullMarked
package dev.parley.benchmarks.peers;

import org.jspecify.annotations.NullMarked;
