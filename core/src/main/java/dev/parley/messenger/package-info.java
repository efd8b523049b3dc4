/**
 * How an agent is made from a transport: deadlines, handlers, protocols, and the failure model.
 *
 * <p>Start with {@link dev.parley.messenger.Messenger}.
 */
@NullMarked
package dev.parley.messenger;

import org.jspecify.annotations.NullMarked;
