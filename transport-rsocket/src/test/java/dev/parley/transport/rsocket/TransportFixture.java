package dev.parley.transport.rsocket;

import dev.parley.Address;
import dev.parley.AgentId;
import dev.parley.FailureCode;
import dev.parley.HandlerFailure;
import dev.parley.Identity;
import dev.parley.Inbound;
import dev.parley.Message;
import dev.parley.Network;
import dev.parley.spi.Candidate;
import dev.parley.spi.Link;
import dev.parley.spi.NodeListener;
import dev.parley.spi.Outbound;
import dev.parley.spi.Receiver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Starts transports over loopback, closes them, and remembers what they refused. */
final class TransportFixture implements AutoCloseable {
  static final Duration LIMIT = Duration.ofSeconds(20);
  static final Network NETWORK = Network.open("transport-test");

  final Queue<String> refused = new ConcurrentLinkedQueue<>();
  final Queue<String> closedLinks = new ConcurrentLinkedQueue<>();
  LongSupplier clock = System::nanoTime;
  private final List<RSocketTransport> transports = new ArrayList<>();

  /** A transport that is started, and where it listens. */
  record Started(RSocketTransport transport, AgentId id, List<Address> addresses) {
    Address address() {
      return addresses.get(0);
    }

    Mono<Link> connect(Started peer) {
      return connect(peer.id(), peer.address());
    }

    Mono<Link> connect(AgentId peer, Address... at) {
      return transport.connect(
          peer, trail -> Flux.fromArray(at).map(a -> new Candidate(a, "test")), trail -> {});
    }
  }

  Started listening(Function<Inbound, Mono<Message>> handler) {
    return listening(handler, o -> {});
  }

  Started listening(
      Function<Inbound, Mono<Message>> handler, Consumer<TransportOptions.Builder> change) {
    return start(
        handler,
        o -> {
          o.listen(Address.tcp("127.0.0.1", 0));
          change.accept(o);
        });
  }

  Started dialling(Consumer<TransportOptions.Builder> change) {
    return start(in -> Mono.empty(), change);
  }

  Started start(
      Function<Inbound, Mono<Message>> handler, Consumer<TransportOptions.Builder> change) {
    return start(new Handler(handler), change);
  }

  Started start(Receiver receiver, Consumer<TransportOptions.Builder> change) {
    // A test that means a timeout sets it: the default of 5 s may pass while a busy machine stands.
    TransportOptions.Builder options =
        TransportOptions.builder().handshakeTimeout(LIMIT.multipliedBy(3)).dialTimeout(LIMIT);
    change.accept(options);
    Identity identity = Identity.generate();
    RSocketTransport transport =
        RSocketTransport.builder(identity, NETWORK)
            .options(options.build())
            .nanoClock(clock)
            .listener(
                new NodeListener() {
                  @Override
                  public void refused(String reason) {
                    refused.add(reason);
                  }

                  @Override
                  public void linkClosed(Link link, String reason) {
                    closedLinks.add(reason);
                  }
                })
            .build();
    transports.add(transport);
    List<Address> bound = transport.start(receiver).block(LIMIT);
    return new Started(transport, identity.id(), bound);
  }

  /** Waits until some link is gone. */
  void awaitClosed() {
    Flux.interval(Duration.ofMillis(5)).filter(i -> !closedLinks.isEmpty()).blockFirst(LIMIT);
  }

  static Outbound request(Message message) {
    return new Outbound("", message, System.nanoTime() + LIMIT.toNanos());
  }

  @Override
  public void close() {
    transports.forEach(t -> t.close().block(LIMIT));
  }

  record Handler(Function<Inbound, Mono<Message>> handler) implements Receiver {
    @Override
    public Mono<Message> requestResponse(Link link, Inbound request) {
      return handler.apply(request);
    }

    @Override
    public Mono<Void> fireAndForget(Link link, Inbound request) {
      return handler.apply(request).then();
    }

    @Override
    public Flux<Message> requestStream(Link link, Inbound request) {
      return Flux.error(HandlerFailure.of(FailureCode.NO_RECEIVER, null, null));
    }

    @Override
    public Flux<Message> requestChannel(Link link, Inbound first, Publisher<Message> rest) {
      return Flux.error(HandlerFailure.of(FailureCode.NO_RECEIVER, null, null));
    }
  }
}
