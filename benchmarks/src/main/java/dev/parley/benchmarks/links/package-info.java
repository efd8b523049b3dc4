/** One node with many links: what each costs, and what they carry together. */
@NullMarked
package dev.parley.benchmarks.links;

import org.jspecify.annotations.NullMarked;
