/** What a command writes: results, progress, failures with their exit codes, the log. */
@NullMarked
package dev.parley.cli.output;

import org.jspecify.annotations.NullMarked;
