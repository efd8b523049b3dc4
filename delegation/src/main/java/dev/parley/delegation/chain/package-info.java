/**
 * Chains of signed grants: their bytes, and who may do what by them. Nothing here knows a node, a
 * clock or a store. Start with {@link dev.parley.delegation.chain.Chain}.
 */
@NullMarked
package dev.parley.delegation.chain;

import org.jspecify.annotations.NullMarked;
