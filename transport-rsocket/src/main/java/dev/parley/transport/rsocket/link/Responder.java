package dev.parley.transport.rsocket.link;

import dev.parley.Message;
import dev.parley.spi.Receiver;
import dev.parley.transport.rsocket.frame.InboundPayload;
import dev.parley.transport.rsocket.guard.ErrorCode;
import io.rsocket.Payload;
import io.rsocket.RSocket;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What rsocket-core calls with the peer's requests: hands them to the receiver. */
final class Responder implements RSocket {
  private final RSocketLink link;
  private final Receiver receiver;

  Responder(RSocketLink link, Receiver receiver) {
    this.link = link;
    this.receiver = receiver;
  }

  @Override
  public Mono<Payload> requestResponse(Payload payload) {
    InboundPayload in = (InboundPayload) payload;
    return in.isMalformed()
        ? Mono.error(WireErrors.of(ErrorCode.INVALID, null))
        : AnswerCall.of(
            link, in.message().size(), receiver.requestResponse(link, link.inbound(in)));
  }

  @Override
  public Mono<Void> fireAndForget(Payload payload) {
    InboundPayload in = (InboundPayload) payload;
    return in.isMalformed()
        ? Mono.empty()
        : receiver.fireAndForget(link, link.inbound(in)).onErrorComplete();
  }

  @Override
  public Flux<Payload> requestStream(Payload payload) {
    InboundPayload in = (InboundPayload) payload;
    return in.isMalformed()
        ? malformed()
        : answers(in, receiver.requestStream(link, link.inbound(in)));
  }

  @Override
  public Flux<Payload> requestChannel(Publisher<Payload> payloads) {
    ChannelItems items = new ChannelItems(link);
    payloads.subscribe(items);
    InboundPayload first = items.first();
    if (first == null || first.isMalformed()) {
      items.cancelUpstream();
      return malformed();
    }
    return answers(first, receiver.requestChannel(link, link.inbound(first), items));
  }

  private Flux<Payload> answers(InboundPayload request, Flux<Message> items) {
    return ItemsOut.answers(link, request.message().size(), items);
  }

  private static Flux<Payload> malformed() {
    return Flux.error(WireErrors.of(ErrorCode.INVALID, null));
  }
}
