package dev.parley;

import reactor.core.publisher.Flux;

/** Takes many messages and answers with many: registered for the channels of a route. */
@FunctionalInterface
public interface ChannelHandler {
  /**
   * Opens a channel. What {@link StreamHandler#receive} says of the returned publisher holds here;
   * when it ends, the channel ends, and what the caller has not sent by then is cancelled.
   *
   * @param opening the message that opened the channel, which is not among the items
   * @param items what the caller sends after it, on demand; to be subscribed at most once. It fails
   *     with a {@link MessagingException} when the caller cancels or fails, or the link is lost;
   *     cancelling it tells the caller to send no more, and answers may go on
   */
  Flux<Message> receive(Inbound opening, Flux<Message> items);
}
