package dev.parley;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What answers the messages of a route; one kind for each way in which two agents talk. */
public sealed interface Handler
    permits Handler.Messages, Handler.Signals, Handler.Streams, Handler.Channels {

  /** Answers messages: what an agent registers for a route. */
  @FunctionalInterface
  non-sealed interface Messages extends Handler {
    /**
     * Answers one message.
     *
     * <p>It is called on the link's event loop unless the node has a handler scheduler, so it must
     * not block. The returned publisher is subscribed once; it is cancelled when the caller
     * cancels, its deadline passes or the link is lost. Completing empty answers an empty message.
     * An error reaches the caller as {@link FailureCode#REMOTE_FAILURE} without its text, unless it
     * is a {@link HandlerFailure}. Throwing is the same as an error.
     */
    Mono<Message> receive(Inbound inbound);
  }

  /** Takes signals: what an agent registers for a route. */
  @FunctionalInterface
  non-sealed interface Signals extends Handler {
    /**
     * Takes one signal.
     *
     * <p>It is called on the link's event loop unless the node has a handler scheduler, so it must
     * not block. The returned publisher is subscribed once, and cancelled when the signal's
     * deadline passes. The sender hears nothing of how it ends; an error is counted ({@link
     * dev.parley.spi.NodeListener#received}).
     */
    Mono<Void> receive(Inbound inbound);
  }

  /** Answers one message with many: what an agent registers for the streams of a route. */
  @FunctionalInterface
  non-sealed interface Streams extends Handler {
    /**
     * Opens a stream.
     *
     * <p>It is called on the link's event loop unless the node has a handler scheduler, so it must
     * not block. The returned publisher is subscribed once. It is asked for as many items as the
     * consumer wants and the link can take, never for more than a window of them ahead. It is
     * cancelled when the consumer cancels, its deadline passes or the link is lost. An error
     * reaches the consumer after the items before it, as {@link Handler.Messages#receive} says.
     * Throwing is the same as an error.
     */
    Flux<Message> receive(Inbound request);
  }

  /** Takes many messages and answers with many: registered for the channels of a route. */
  @FunctionalInterface
  non-sealed interface Channels extends Handler {
    /**
     * Opens a channel. What {@link Handler.Streams#receive} says of the returned publisher holds
     * here; when it ends, the channel ends, and what the caller has not sent by then is cancelled.
     *
     * @param opening the message that opened the channel, which is not among the items
     * @param items what the caller sends after it, on demand; to be subscribed at most once. It
     *     fails with a {@link MessagingException} when the caller cancels or fails, or the link is
     *     lost; cancelling it tells the caller to send no more, and answers may go on
     */
    Flux<Message> receive(Inbound opening, Flux<Message> items);
  }
}
