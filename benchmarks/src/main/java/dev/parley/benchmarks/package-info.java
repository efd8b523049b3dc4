/** Load tests that users can repeat: JMH, with other libraries measured in the same run. */
@NullMarked
package dev.parley.benchmarks;

import org.jspecify.annotations.NullMarked;
