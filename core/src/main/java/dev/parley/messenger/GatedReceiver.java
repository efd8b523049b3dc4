package dev.parley.messenger;

import dev.parley.Handler;
import dev.parley.Inbound;
import dev.parley.Message;
import dev.parley.spi.Host;
import dev.parley.spi.InteractionModel;
import dev.parley.spi.Link;
import dev.parley.spi.NodeListener.Refusal;
import dev.parley.spi.Receiver;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Hands what a protocol's gate lets in to the handler that the gate names. */
record GatedReceiver(LinkReceiver at, Host.Gate gate) implements Receiver {
  @Override
  public Mono<Message> requestResponse(Link link, Inbound request) {
    return handler(Handler.Messages.class, link, InteractionModel.REQUEST, request)
        .flatMap(handler -> ReceiveCall.of(at, InteractionModel.REQUEST, handler, request));
  }

  @Override
  public Mono<Void> fireAndForget(Link link, Inbound request) {
    at.noReceiver();
    at.messenger.listener().signalDropped(Refusal.NO_RECEIVER);
    return Mono.empty();
  }

  @Override
  public Flux<Message> requestStream(Link link, Inbound request) {
    return handler(Handler.Streams.class, link, InteractionModel.STREAM, request)
        .flatMapMany(
            handler -> ReceiveFlow.of(at, InteractionModel.STREAM, handler::receive, request));
  }

  @Override
  public Flux<Message> requestChannel(Link link, Inbound first, Publisher<Message> rest) {
    return handler(Handler.Channels.class, link, InteractionModel.CHANNEL, first)
        .flatMapMany(handler -> at.channel(handler, first, rest));
  }

  private <H extends Handler> Mono<H> handler(
      Class<H> kind, Link link, InteractionModel model, Inbound request) {
    return Mono.<Handler>defer(() -> gate.admit(link, model, request))
        .onErrorMap(t -> at.messenger.handlerErrors().toFailure(model, request.route(), t))
        .ofType(kind)
        .switchIfEmpty(Mono.error(at::noReceiver));
  }
}
