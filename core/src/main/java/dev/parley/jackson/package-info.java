/** Messages that carry JSON, for whoever has Jackson 3 on the class path. */
@NullMarked
package dev.parley.jackson;

import org.jspecify.annotations.NullMarked;
