/** What is told of the commands: completion scripts, man pages, the reference page, help. */
@NullMarked
package dev.parley.cli.manual;

import org.jspecify.annotations.NullMarked;
