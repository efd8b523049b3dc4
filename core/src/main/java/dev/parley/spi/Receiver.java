package dev.parley.spi;

import dev.parley.Inbound;
import dev.parley.Message;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What a transport hands arriving messages to. Called on the link's event loop; never throws and
 * never blocks. Errors are {@link dev.parley.HandlerFailure} only, so that a transport sends codes
 * and chosen texts and nothing else.
 */
public interface Receiver {
  /** Answers one message; the transport cancels when the caller does or the link is lost. */
  Mono<Message> requestResponse(Link link, Inbound request);

  /** Takes one message that nobody waits for. */
  Mono<Void> fireAndForget(Link link, Inbound request);

  /** Answers one message with many. */
  Flux<Message> requestStream(Link link, Inbound request);

  /**
   * Answers many messages with many. {@code rest} is what follows {@code first}: it has one
   * subscriber, and nothing of it is asked for before.
   */
  Flux<Message> requestChannel(Link link, Inbound first, Publisher<Message> rest);
}
