package dev.parley.node;

import dev.parley.Address;
import dev.parley.AgentId;
import dev.parley.Inbound;
import dev.parley.Message;
import dev.parley.spi.Candidate;
import dev.parley.spi.Link;
import dev.parley.spi.Receiver;
import dev.parley.spi.TrailRecorder;
import dev.parley.spi.Transport;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A transport whose arriving messages go to the DHT where they are meant for it. */
final class DhtTransport implements Transport {
  private final Transport delegate;
  private final DhtLinks links;
  private final DhtNode dht;

  /**
   * @param dht stops before the links go, which it would take for the end of its contacts
   */
  DhtTransport(Transport delegate, DhtLinks links, DhtNode dht) {
    this.delegate = delegate;
    this.links = links;
    this.dht = dht;
  }

  @Override
  public Mono<List<Address>> start(Receiver receiver) {
    return delegate.start(new Sorting(receiver));
  }

  @Override
  public @Nullable Link openLink(AgentId peer) {
    return delegate.openLink(peer);
  }

  @Override
  public Mono<Link> connect(
      AgentId peer,
      Function<TrailRecorder, Flux<Candidate>> candidates,
      Consumer<TrailRecorder> progress) {
    return delegate.connect(peer, candidates, progress);
  }

  @Override
  public Collection<Link> links() {
    return delegate.links();
  }

  @Override
  public Mono<Void> drain(Duration limit) {
    return dht.stop().then(delegate.drain(limit));
  }

  @Override
  public Mono<Void> close() {
    return dht.stop().then(delegate.close());
  }

  private final class Sorting implements Receiver {
    private final Receiver messages;

    Sorting(Receiver messages) {
      this.messages = messages;
    }

    @Override
    public Mono<Message> requestResponse(Link link, Inbound request) {
      return DhtLinks.isMeant(request)
          ? links
              .answer(link, request)
              .switchIfEmpty(Mono.defer(() -> messages.requestResponse(link, request)))
          : messages.requestResponse(link, request);
    }

    @Override
    public Mono<Void> fireAndForget(Link link, Inbound request) {
      return messages.fireAndForget(link, request);
    }

    @Override
    public Flux<Message> requestStream(Link link, Inbound request) {
      return messages.requestStream(link, request);
    }

    @Override
    public Flux<Message> requestChannel(Link link, Inbound first, Publisher<Message> rest) {
      return messages.requestChannel(link, first, rest);
    }
  }
}
