/** Peers side by side: each a pair of processes, on the same work, in turn. */
@NullMarked
package dev.parley.benchmarks.compare;

import org.jspecify.annotations.NullMarked;
