package dev.parley.spi;

import dev.parley.Inbound;
import dev.parley.Message;
import java.util.function.Function;
import org.reactivestreams.Publisher;

/**
 * Stands around exchanges, ours and those of others, and may change what is sent, what is answered,
 * and whether anything is: what {@code ExchangeFilterFunction} is in WebFlux.
 *
 * <p>It is called for each exchange on the thread of its caller or on the link's event loop, so it
 * must not block. A node without filters pays one look at a field.
 */
public interface ExchangeFilter {
  /**
   * An exchange of ours, with the link that it was given.
   *
   * @param next hands the request over, each time that what it returns is subscribed to; one
   *     subscription is what the peer expects. It emits one answer for a request, none for a
   *     signal, and many for a stream or channel
   * @return emits what our caller is to see, of the same shape; fails with {@link
   *     dev.parley.MessagingException}, any other error is INTERNAL
   */
  default Publisher<Message> sending(
      InteractionModel model,
      Link link,
      Outbound request,
      Function<Outbound, ? extends Publisher<Message>> next) {
    return next.apply(request);
  }

  /**
   * An exchange of a peer's, before the handler is looked for.
   *
   * @param next hands it to the handler; the deadline goes on
   * @return emits what the peer is to see; fails with {@link dev.parley.HandlerFailure}, any other
   *     error is a bug here that the peer learns nothing of
   */
  default Publisher<Message> receiving(
      InteractionModel model,
      Link link,
      Inbound request,
      Function<Inbound, ? extends Publisher<Message>> next) {
    return next.apply(request);
  }

  /** This around {@code inner}. */
  default ExchangeFilter around(ExchangeFilter inner) {
    return new NestedFilters(this, inner);
  }
}
