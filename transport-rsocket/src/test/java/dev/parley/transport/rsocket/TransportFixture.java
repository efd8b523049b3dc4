package dev.parley.transport.rsocket;

import dev.parley.Address;
import dev.parley.AgentId;
import dev.parley.AgentResolver.Candidate;
import dev.parley.FailureCode;
import dev.parley.HandlerFailure;
import dev.parley.Identity;
import dev.parley.Inbound;
import dev.parley.Message;
import dev.parley.Network;
import dev.parley.links.LinkOptions;
import dev.parley.links.Links;
import dev.parley.shares.Shares;
import dev.parley.spi.Link;
import dev.parley.spi.NodeListener;
import dev.parley.spi.NodeListener.HandshakeOutcome;
import dev.parley.spi.NodeListener.Refusal;
import dev.parley.spi.Outbound;
import dev.parley.spi.Receiver;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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
  final Queue<Link> openedLinks = new ConcurrentLinkedQueue<>();
  final Queue<String> closedLinks = new ConcurrentLinkedQueue<>();
  LongSupplier clock = System::nanoTime;
  InstantSource wall = InstantSource.system();
  Shares memory = new Shares(1L << 40);
  private final List<Links> transports = new ArrayList<>();

  /** A transport that is started, and where it listens. */
  record Started(Links transport, RSocketCarrier carrier, AgentId id, List<Address> addresses) {
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
    return start(Identity.generate(), handler, change);
  }

  Started start(
      Identity identity,
      Function<Inbound, Mono<Message>> handler,
      Consumer<TransportOptions.Builder> change) {
    return start(identity, new Handler(handler), change);
  }

  Started start(Receiver receiver, Consumer<TransportOptions.Builder> change) {
    return start(Identity.generate(), receiver, change);
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private Started start(
      Identity identity, Receiver receiver, Consumer<TransportOptions.Builder> change) {
    // A test that means a timeout sets it: the default of 5 s may pass while a busy machine stands.
    // A raw peer never closes first, so whoever waits for the end waits for the close timeout.
    TransportOptions.Builder options =
        TransportOptions.builder()
            .accepting(a -> a.handshakeTimeout(LIMIT.multipliedBy(3)))
            .dialling(d -> d.dialTimeout(LIMIT))
            .liveness(v -> v.closeTimeout(Duration.ofMillis(100)));
    change.accept(options);
    NodeListener listener =
        new NodeListener() {
          @Override
          public void refused(Refusal reason) {
            if (reason != Refusal.HANDSHAKE) { // told below, with its cause
              refused.add(word(reason));
            }
          }

          @Override
          public void handshake(boolean initiator, long nanos, HandshakeOutcome outcome) {
            if (!initiator && outcome != HandshakeOutcome.OK) {
              refused.add(word(outcome));
            }
          }

          @Override
          public void linkOpened(Link link) {
            openedLinks.add(link);
          }

          @Override
          public void linkClosed(Link link, String reason) {
            closedLinks.add(reason);
          }
        };
    RSocketCarrier carrier =
        RSocketCarrier.builder(identity, NETWORK)
            .options(options.build())
            .nanoClock(clock)
            .clock(wall)
            .listener(listener)
            .build();
    Links transport = links(carrier, identity, options.build(), clock, listener, memory);
    transports.add(transport);
    List<Address> bound = transport.start(receiver).block(LIMIT);
    return new Started(transport, carrier, identity.id(), bound);
  }

  /** The links of a node that has TCP and WebSocket to carry them. */
  static Links links(Identity identity, Network network, TransportOptions options) {
    RSocketCarrier carrier = RSocketCarrier.builder(identity, network).options(options).build();
    return links(
        carrier, identity, options, System::nanoTime, NodeListener.none(), new Shares(1L << 40));
  }

  private static Links links(
      RSocketCarrier carrier,
      Identity identity,
      TransportOptions options,
      LongSupplier clock,
      NodeListener listener,
      Shares memory) {
    return Links.builder(identity.id())
        .carrier(carrier)
        .options(
            new LinkOptions(
                options.dialling().dialStagger(),
                options.dialling().dialBackoffMax(),
                options.dialling().reconnectFor()))
        .nanoClock(clock)
        .listener(listener)
        .memory(memory)
        .build();
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
    Mono.when(transports.stream().map(Links::close).toList()).block(LIMIT);
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
