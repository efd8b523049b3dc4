package dev.parley;

import reactor.core.publisher.Mono;

/** Answers messages: what an agent registers for a route. */
@FunctionalInterface
public interface MessageHandler {
  /**
   * Answers one message.
   *
   * <p>It is called on the link's event loop unless the node has a handler scheduler, so it must
   * not block. The returned publisher is subscribed once; it is cancelled when the caller cancels,
   * its deadline passes or the link is lost. Completing empty answers an empty message. An error
   * reaches the caller as {@link FailureCode#REMOTE_FAILURE} without its text, unless it is a
   * {@link HandlerFailure}. Throwing is the same as an error.
   */
  Mono<Message> receive(Inbound inbound);
}
