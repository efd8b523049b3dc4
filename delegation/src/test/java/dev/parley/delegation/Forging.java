package dev.parley.delegation;

import dev.parley.Message;
import dev.parley.spi.ExchangeFilter;
import dev.parley.spi.InteractionModel;
import dev.parley.spi.Link;
import dev.parley.spi.Outbound;
import java.util.function.Function;
import org.reactivestreams.Publisher;

/** Puts any bytes beside a call. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Forging(int field, byte[] value) implements ExchangeFilter {
  @Override
  public Publisher<Message> sending(
      InteractionModel model,
      Link link,
      Outbound request,
      Function<Outbound, ? extends Publisher<Message>> next) {
    return next.apply(request.withField(field, value));
  }
}
