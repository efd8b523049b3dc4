/** Options that commands share, and where their values come from besides the command line. */
@NullMarked
package dev.parley.cli.options;

import org.jspecify.annotations.NullMarked;
