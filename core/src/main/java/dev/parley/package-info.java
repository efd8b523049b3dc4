/**
 * Agents, messages, handlers and failures: what a user of Parley names.
 *
 * <p>Start with {@link dev.parley.Identity} and {@link dev.parley.AgentId} (who), {@link
 * dev.parley.Message} (what), {@link dev.parley.Handler.Messages} (who answers) and {@link
 * dev.parley.MessagingException} (what went wrong). {@link dev.parley.Agent} has the verbs, which
 * the assembled node and the test kit's agents in memory share; what a protocol or a filter of your
 * own needs is in {@link dev.parley.spi}.
 */
@NullMarked
package dev.parley;

import org.jspecify.annotations.NullMarked;
