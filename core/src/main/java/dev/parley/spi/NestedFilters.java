package dev.parley.spi;

import dev.parley.Inbound;
import dev.parley.Message;
import java.util.function.Function;
import org.reactivestreams.Publisher;

/** One filter around another. */
record NestedFilters(ExchangeFilter outer, ExchangeFilter inner) implements ExchangeFilter {
  @Override
  public Publisher<Message> sending(
      InteractionModel model,
      Link link,
      Outbound request,
      Function<Outbound, ? extends Publisher<Message>> next) {
    return outer.sending(model, link, request, r -> inner.sending(model, link, r, next));
  }

  @Override
  public Publisher<Message> receiving(
      InteractionModel model,
      Link link,
      Inbound request,
      Function<Inbound, ? extends Publisher<Message>> next) {
    return outer.receiving(model, link, request, r -> inner.receiving(model, link, r, next));
  }
}
