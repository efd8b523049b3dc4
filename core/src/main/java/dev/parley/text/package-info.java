/** Texts of others: host names, and what is printed of what a peer sent. */
@NullMarked
package dev.parley.text;

import org.jspecify.annotations.NullMarked;
