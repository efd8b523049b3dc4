/**
 * Answers to other nodes' requests, and what bounds them. Internal: not exported.
 *
 * <p>Start with {@link dev.parley.dht.serve.RequestHandler}.
 */
@NullMarked
package dev.parley.dht.serve;

import org.jspecify.annotations.NullMarked;
