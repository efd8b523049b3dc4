/**
 * Fair shares of whatever is bounded and can be filled by others: {@link dev.parley.shares.Shares}.
 */
@NullMarked
package dev.parley.shares;

import org.jspecify.annotations.NullMarked;
