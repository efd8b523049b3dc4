package dev.parley.transport.rsocket;

import dev.parley.Address;
import dev.parley.AgentId;
import dev.parley.Identity;
import dev.parley.Network;
import dev.parley.carrier.CarriedLink;
import dev.parley.carrier.Carrier;
import dev.parley.carrier.InstanceId;
import dev.parley.spi.Host;
import dev.parley.spi.Link;
import dev.parley.spi.Link.Admission.Verdict;
import dev.parley.spi.NodeListener;
import dev.parley.spi.NodeListener.Refusal;
import dev.parley.transport.crypto.RandomSource;
import dev.parley.transport.rsocket.link.Channels;
import dev.parley.transport.rsocket.link.Opening;
import dev.parley.transport.rsocket.link.RSocketSetup;
import dev.parley.transport.rsocket.socket.AcceptHandler;
import dev.parley.transport.rsocket.socket.ConnectionAdmission;
import dev.parley.transport.rsocket.socket.CryptoQueue;
import dev.parley.transport.rsocket.socket.DescriptorLog;
import dev.parley.transport.rsocket.socket.HandshakeHandler;
import dev.parley.transport.rsocket.socket.Handshakes;
import dev.parley.transport.rsocket.socket.Sockets;
import dev.parley.transport.rsocket.socket.Wires;
import dev.parley.transport.session.Dial;
import dev.parley.transport.session.EstablishedSession;
import dev.parley.transport.session.FirstMessages;
import dev.parley.transport.session.SessionLimits;
import dev.parley.transport.session.SessionOptions;
import dev.parley.transport.session.Suite;
import dev.parley.transport.session.SuitePolicy;
import io.netty.channel.Channel;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Carries links over TCP and WebSocket: RSocket in an encrypted session.
 *
 * <p>Thread-safe. It owns its event loops and crypto threads from {@link Builder#build()} to {@link
 * #close()}. Each one built is an {@linkplain InstanceId instance} of its agent, unless it is told
 * which.
 */
@SuppressWarnings("exports") // a node makes one; the port of carriers is for our modules only
public final class RSocketCarrier implements Carrier {
  private static final Logger log = LoggerFactory.getLogger(RSocketCarrier.class);

  private static final Set<Address.Scheme> SCHEMES = Set.of(Address.Scheme.TCP, Address.Scheme.WS);

  private final TransportOptions options;
  private final NodeListener listener;
  private final LongSupplier clock;
  private final Handshakes handshakes;
  private final Surroundings surroundings;
  private final Wires wires;
  private final ConnectionAdmission admission;
  private final CryptoQueue accepting;
  private final RSocketSetup setup;
  private final DescriptorLog descriptors;
  private final RSocketDialler dialler;
  private final AtomicBoolean closing = new AtomicBoolean();
  private final Sinks.Empty<Void> onClosed = Sinks.empty();
  private volatile boolean closed;
  private volatile @Nullable Host host;

  private RSocketCarrier(Builder b) {
    options = b.options;
    listener = b.listener;
    clock = b.nanoClock;
    surroundings = b.surroundings;
    RandomSource random = surroundings.random();
    SessionOptions session =
        SessionOptions.builder()
            .identity(b.identity)
            .network(b.network)
            .previousNetwork(b.previousNetwork)
            .suites(suites(options))
            .padding(options.encryption().padding())
            .limits(
                new SessionLimits(
                    options.limits().maxRecordBytes(),
                    options.limits().maxMessageBytes(),
                    options.limits().maxMetadataBytes(),
                    options.limits().maxConcurrentRequests()))
            .random(random)
            .clock(b.clock)
            .clockTolerance(options.accepting().clockTolerance())
            .instance(b.instance == null ? instance(random) : b.instance)
            .features(b.features)
            .build();
    accepting = crypto("parley-accept");
    handshakes =
        new Handshakes(
            options,
            session,
            new FirstMessages(session, options.accepting().replayMemory(), clock),
            listener,
            clock,
            crypto("parley-dial"),
            accepting);
    wires = surroundings.wires(options, b.eventLoops);
    admission = new ConnectionAdmission(options, clock);
    setup = new RSocketSetup(options, session.limits(), clock, this::host);
    descriptors = new DescriptorLog(clock);
    dialler = new RSocketDialler(options, clock, listener, handshakes, wires, setup, descriptors);
  }

  private static InstanceId instance(RandomSource random) {
    byte[] bytes = new byte[InstanceId.BYTES];
    random.fill(bytes);
    return InstanceId.of(bytes);
  }

  private static SuitePolicy suites(TransportOptions options) {
    List<Suite> pq =
        options.encryption().preferChaCha()
            ? List.of(Suite.CHACHA20_POLY1305_MLKEM768, Suite.AES_256_GCM_MLKEM768)
            : List.of(Suite.AES_256_GCM_MLKEM768, Suite.CHACHA20_POLY1305_MLKEM768);
    if (!options.encryption().allowClassical()) {
      return new SuitePolicy(pq, true);
    }
    List<Suite> all = new ArrayList<>(pq);
    all.add(Suite.AES_256_GCM_CLASSICAL);
    all.add(Suite.CHACHA20_POLY1305_CLASSICAL);
    return new SuitePolicy(all, false);
  }

  private CryptoQueue crypto(String name) {
    int threads = options.accepting().handshakeThreads();
    int queue = Math.max(1, options.accepting().handshakeQueue() / threads);
    return new CryptoQueue(surroundings.crypto(name, threads, queue), clock, threads * queue);
  }

  /** Starts to configure a transport for an agent in a network. */
  public static Builder builder(Identity identity, Network network) {
    return new Builder(identity, network);
  }

  @Override
  public List<Address> listen() {
    return options.listen();
  }

  @Override
  public Set<Address.Scheme> schemes() {
    return SCHEMES;
  }

  @Override
  public Mono<List<Address>> start(Host value) {
    Objects.requireNonNull(value, "host");
    return Mono.defer(
        () -> {
          host = value;
          return Flux.fromIterable(options.listen()).concatMap(this::bind).collectList();
        });
  }

  private Mono<Address> bind(Address address) {
    return wires
        .bind(address, new Accepting())
        // Saying why may ask the system for its interfaces, which is not for an event loop.
        .onErrorResume(
            e ->
                Mono.<Address>error(() -> ListenException.of(address, e))
                    .subscribeOn(surroundings.blocking()));
  }

  private final class Accepting implements Sockets.Accepting {
    @Override
    public ConnectionAdmission.Slot admit(InetAddress remote) {
      ConnectionAdmission.Slot slot =
          host().admission().connecting(remote) == Verdict.IGNORE
              ? admission.turnAway(Refusal.NOT_ADMITTED)
              : admission.accept(remote);
      Refusal refusal = slot.refusal();
      if (refusal != null) {
        handshakes.refused(refusal, remote);
      }
      return slot;
    }

    @Override
    public void noDescriptors() {
      listener.refused(Refusal.NO_DESCRIPTORS);
      descriptors.none("a connection that came waits");
    }

    @Override
    public HandshakeHandler handler(ConnectionAdmission.Slot slot, boolean webSocket) {
      return new AcceptHandler(handshakes, slot, new Accepted(webSocket ? "ws" : "tcp"));
    }
  }

  /** Asks the host about peers, and makes their links. */
  private final class Accepted implements AcceptHandler.Outcome {
    private final String kind; // as a path says it

    Accepted(String kind) {
      this.kind = kind;
    }

    @Override
    public Verdict connecting(Channel socket) {
      InetAddress remote = Channels.inet(socket.remoteAddress());
      return host().admission().connecting(remote);
    }

    @Override
    public Mono<Verdict> arriving(Channel socket, EstablishedSession session) {
      return host()
          .admission()
          .arriving(
              new Link.Admission.Arrival(
                  session.peer(),
                  Channels.inet(socket.remoteAddress()),
                  false,
                  session.suite().noiseProtocol(),
                  ByteBuffer.wrap(session.credentials())));
    }

    @Override
    public Opening established(Channel socket, EstablishedSession session, Verdict verdict) {
      return setup.accepted(socket, session, kind, verdict);
    }
  }

  @Override
  public Mono<CarriedLink> dial(
      AgentId peer, Address address, boolean check, DialProgress progress) {
    return dialler.dial(Dial.to(peer).check(check), address, progress);
  }

  /** How many tasks wait for the event loops now; 0 once it is closed. */
  public int pendingTasks() {
    return closed || host == null ? 0 : wires.pendingTasks();
  }

  /** What it holds now of what its options bound. */
  public TransportUse use() {
    return new TransportUse(
        admission.connections(),
        admission.handshakes(),
        accepting.waiting(),
        setup.reassemblyBytes(),
        setup.outboundBytes());
  }

  private Host host() {
    return Objects.requireNonNull(host);
  }

  @Override
  public Mono<Void> stopListening() {
    return Mono.defer(wires::unbind);
  }

  @Override
  public Mono<Void> close() {
    return Mono.defer(
        () -> {
          closed = true;
          dialler.close();
          if (closing.compareAndSet(false, true)) {
            wires
                .unbind()
                .then(Mono.defer(wires::dispose))
                // Disposing a scheduler takes locks, which is not for an event loop.
                .publishOn(surroundings.blocking())
                .doFinally(
                    signal -> {
                      handshakes.dialCrypto().dispose();
                      handshakes.acceptCrypto().dispose();
                      onClosed.tryEmitEmpty();
                    })
                .subscribe(v -> {}, e -> log.warn("closing failed", e));
          }
          return onClosed.asMono();
        });
  }

  /** Configures an {@link RSocketCarrier}. Not thread-safe. */
  public static final class Builder {
    private final Identity identity;
    private final Network network;
    private @Nullable Network previousNetwork;
    private TransportOptions options = TransportOptions.defaults();
    private NodeListener listener = NodeListener.none();
    private LongSupplier nanoClock = System::nanoTime;
    private InstantSource clock = InstantSource.system();
    private @Nullable SharedLoops eventLoops;
    private long features;
    private @Nullable InstanceId instance;
    private Surroundings surroundings = Surroundings.ofProcess();

    private Builder(Identity identity, Network network) {
      this.identity = Objects.requireNonNull(identity, "identity");
      this.network = Objects.requireNonNull(network, "network");
    }

    /** How to listen, dial and bound; does not listen unless said. */
    public Builder options(TransportOptions value) {
      this.options = Objects.requireNonNull(value, "options");
      return this;
    }

    /** A second network secret that is still answered, while it is being replaced. */
    public Builder previousNetwork(@Nullable Network value) {
      this.previousNetwork = value;
      return this;
    }

    /** Who hears what happens; nobody unless said. */
    public Builder listener(NodeListener value) {
      this.listener = Objects.requireNonNull(value, "listener");
      return this;
    }

    /** The feature bits of the protocols that are spoken here; none unless said. */
    public Builder features(long value) {
      this.features = value;
      return this;
    }

    /**
     * What tells this process from others of its agent, where it has several carriers: they are to
     * say the same. Drawn at random unless said.
     */
    public Builder instance(InstanceId value) {
      this.instance = Objects.requireNonNull(value, "instance");
      return this;
    }

    /** Tells what time it is in handshakes; the system's clock unless said. */
    public Builder clock(InstantSource value) {
      this.clock = Objects.requireNonNull(value, "clock");
      return this;
    }

    /** A monotonic clock in nanoseconds; {@link System#nanoTime()} unless said. */
    public Builder nanoClock(LongSupplier value) {
      this.nanoClock = Objects.requireNonNull(value, "nanoClock");
      return this;
    }

    /**
     * Event loops that several transports share, which are then the caller's to dispose, after the
     * transports; {@link TransportOptions.Threads#eventLoops} of our own unless said.
     */
    public Builder eventLoops(SharedLoops value) {
      this.eventLoops = Objects.requireNonNull(value, "eventLoops");
      return this;
    }

    /** What it takes from its process, for a simulation to give it something else. */
    Builder surroundings(Surroundings value) {
      this.surroundings = Objects.requireNonNull(value, "surroundings");
      return this;
    }

    /**
     * The transport; {@link RSocketCarrier#start} has to follow, and close.
     *
     * @throws IllegalArgumentException if it is to listen where it cannot
     */
    public RSocketCarrier build() {
      for (Address address : options.listen()) {
        if (!SCHEMES.contains(address.scheme())) {
          throw new IllegalArgumentException(
              "listen is " + address + ", must be host:port or ws://host:port/path");
        }
      }
      return new RSocketCarrier(this);
    }
  }
}
