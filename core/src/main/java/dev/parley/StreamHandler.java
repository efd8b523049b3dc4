package dev.parley;

import reactor.core.publisher.Flux;

/** Answers one message with many: what an agent registers for the streams of a route. */
@FunctionalInterface
public interface StreamHandler {
  /**
   * Opens a stream.
   *
   * <p>It is called on the link's event loop unless the node has a handler scheduler, so it must
   * not block. The returned publisher is subscribed once. It is asked for as many items as the
   * consumer wants and the link can take, never for more than a window of them ahead. It is
   * cancelled when the consumer cancels, its deadline passes or the link is lost. An error reaches
   * the consumer after the items before it, as {@link MessageHandler#receive} says. Throwing is the
   * same as an error.
   */
  Flux<Message> receive(Inbound request);
}
