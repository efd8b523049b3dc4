package dev.parley;

import reactor.core.publisher.Mono;

/** Takes signals: what an agent registers for a route. */
@FunctionalInterface
public interface SignalHandler {
  /**
   * Takes one signal.
   *
   * <p>It is called on the link's event loop unless the node has a handler scheduler, so it must
   * not block. The returned publisher is subscribed once, and cancelled when the signal's deadline
   * passes. The sender hears nothing of how it ends; an error is counted ({@link
   * dev.parley.spi.NodeListener#received}).
   */
  Mono<Void> receive(Inbound inbound);
}
