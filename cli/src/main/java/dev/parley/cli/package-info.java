/** The command {@code parley}: start with {@link dev.parley.cli.ParleyCommand}. */
@NullMarked
package dev.parley.cli;

import org.jspecify.annotations.NullMarked;
