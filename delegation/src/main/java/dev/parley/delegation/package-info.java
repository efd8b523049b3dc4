/**
 * Functions, which are closed to everybody until they are granted; grants and claims of them. Start
 * with {@link dev.parley.delegation.Delegation}.
 */
@NullMarked
package dev.parley.delegation;

import org.jspecify.annotations.NullMarked;
