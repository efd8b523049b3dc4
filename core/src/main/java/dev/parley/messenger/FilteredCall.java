package dev.parley.messenger;

import dev.parley.Message;
import dev.parley.spi.ExchangeFilter;
import dev.parley.spi.InteractionModel;
import dev.parley.spi.Link;
import dev.parley.spi.Outbound;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

/** An exchange of ours behind a filter. */
final class FilteredCall {
  private FilteredCall() {}

  /**
   * Subscribes a call to what a filter makes of its exchange. The call hears when the message
   * leaves, also where the filter sends another one in its place.
   *
   * @param next hands a request to the link
   */
  static void subscribe(
      ExchangeFilter filter,
      InteractionModel model,
      Link link,
      Outbound request,
      Function<Outbound, Publisher<Message>> next,
      OutgoingCall call) {
    Flux<Message> answers =
        Flux.defer(
            () -> filter.sending(model, link, request, r -> next.apply(r.withDeparture(call))));
    switch (model) {
      case REQUEST -> answers.next().subscribe(call);
      case SIGNAL -> answers.ignoreElements().subscribe(call);
      case STREAM, CHANNEL -> answers.subscribe(call);
    }
  }
}
