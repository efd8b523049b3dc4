/** A node's metrics and traces through Micrometer. */
@NullMarked
package dev.parley.observability;

import org.jspecify.annotations.NullMarked;
