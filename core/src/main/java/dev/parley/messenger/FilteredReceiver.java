package dev.parley.messenger;

import dev.parley.Inbound;
import dev.parley.Message;
import dev.parley.spi.ExchangeFilter;
import dev.parley.spi.InteractionModel;
import dev.parley.spi.Link;
import dev.parley.spi.Receiver;
import java.util.function.Supplier;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A receiver behind a filter. */
record FilteredReceiver(ExchangeFilter filter, Receiver next, HandlerErrors errors)
    implements Receiver {
  @Override
  public Mono<Message> requestResponse(Link link, Inbound request) {
    InteractionModel model = InteractionModel.REQUEST;
    return Mono.from(
        told(
            model,
            request,
            () -> filter.receiving(model, link, request, in -> next.requestResponse(link, in))));
  }

  @Override
  public Mono<Void> fireAndForget(Link link, Inbound request) {
    InteractionModel model = InteractionModel.SIGNAL;
    return told(
            model,
            request,
            () ->
                filter.receiving(
                    model, link, request, in -> next.fireAndForget(link, in).cast(Message.class)))
        .then();
  }

  @Override
  public Flux<Message> requestStream(Link link, Inbound request) {
    InteractionModel model = InteractionModel.STREAM;
    return told(
        model,
        request,
        () -> filter.receiving(model, link, request, in -> next.requestStream(link, in)));
  }

  @Override
  public Flux<Message> requestChannel(Link link, Inbound first, Publisher<Message> rest) {
    InteractionModel model = InteractionModel.CHANNEL;
    return told(
        model,
        first,
        () -> filter.receiving(model, link, first, in -> next.requestChannel(link, in, rest)));
  }

  private Flux<Message> told(
      InteractionModel model, Inbound request, Supplier<Publisher<Message>> filtered) {
    return Flux.defer(filtered).onErrorMap(t -> errors.toFailure(model, request.route(), t));
  }
}
