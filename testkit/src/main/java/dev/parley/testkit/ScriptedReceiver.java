package dev.parley.testkit;

import dev.parley.FailureCode;
import dev.parley.HandlerFailure;
import dev.parley.Inbound;
import dev.parley.Message;
import dev.parley.spi.Link;
import dev.parley.spi.Receiver;
import java.util.concurrent.LinkedTransferQueue;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A receiver whose answers a test sets, and which keeps what it was asked. */
final class ScriptedReceiver implements Receiver {
  /** What arrived, of all models, in order. */
  final LinkedTransferQueue<Inbound> arrived = new LinkedTransferQueue<>();

  /** The links by which it arrived. */
  final LinkedTransferQueue<Link> links = new LinkedTransferQueue<>();

  volatile Function<Inbound, Mono<Message>> onRequest = in -> Mono.just(in.message());
  volatile Function<Inbound, Mono<Void>> onSignal = in -> Mono.empty();
  volatile Function<Inbound, Flux<Message>> onStream = in -> Flux.error(none());
  volatile BiFunction<Inbound, Publisher<Message>, Flux<Message>> onChannel =
      (in, rest) -> Flux.error(none());

  private static HandlerFailure none() {
    return HandlerFailure.of(FailureCode.NO_RECEIVER, null, null);
  }

  private Inbound taken(Link link, Inbound request) {
    links.add(link);
    arrived.add(request);
    return request;
  }

  @Override
  public Mono<Message> requestResponse(Link link, Inbound request) {
    return onRequest.apply(taken(link, request));
  }

  @Override
  public Mono<Void> fireAndForget(Link link, Inbound request) {
    return onSignal.apply(taken(link, request));
  }

  @Override
  public Flux<Message> requestStream(Link link, Inbound request) {
    return onStream.apply(taken(link, request));
  }

  @Override
  public Flux<Message> requestChannel(Link link, Inbound first, Publisher<Message> rest) {
    return onChannel.apply(taken(link, first), rest);
  }
}
