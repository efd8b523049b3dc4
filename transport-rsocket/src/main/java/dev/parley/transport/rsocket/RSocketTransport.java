package dev.parley.transport.rsocket;

import dev.parley.Address;
import dev.parley.AgentId;
import dev.parley.FailureCode;
import dev.parley.Identity;
import dev.parley.MessagingException;
import dev.parley.Network;
import dev.parley.Phase;
import dev.parley.spi.Candidate;
import dev.parley.spi.Link;
import dev.parley.spi.NodeListener;
import dev.parley.spi.Receiver;
import dev.parley.spi.TrailRecorder;
import dev.parley.spi.Transport;
import dev.parley.transport.crypto.RandomSource;
import dev.parley.transport.session.ControlRecord;
import dev.parley.transport.session.EstablishedSession;
import dev.parley.transport.session.SessionLimits;
import dev.parley.transport.session.SessionOptions;
import dev.parley.transport.session.Suite;
import dev.parley.transport.session.SuitePolicy;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Messages over RSocket over encrypted TCP and WebSocket connections.
 *
 * <p>Thread-safe. It owns its event loops and crypto threads from {@link Builder#build()} to {@link
 * #close()}.
 */
public final class RSocketTransport implements Transport {
  private static final Logger log = LoggerFactory.getLogger(RSocketTransport.class);

  private final TransportOptions options;
  private final SessionOptions sessionOptions;
  private final NodeListener listener;
  private final LongSupplier clock;
  private final Scheduler timer;
  private final AgentId self;
  private final CryptoQueue dialCrypto;
  private final CryptoQueue acceptCrypto;
  private final Sockets sockets;
  private final ConnectionAdmission admission;
  private final LinkTable table;
  private final DialBackoff backoff;
  private final Reconnector reconnector;
  private final RSocketSetup setup;
  private final Map<AgentId, DialRace> races = new ConcurrentHashMap<>();
  private final AtomicBoolean started = new AtomicBoolean();
  private final AtomicBoolean closing = new AtomicBoolean();
  private final Sinks.Empty<Void> onClosed = Sinks.empty();
  private volatile boolean closed;
  private volatile @Nullable Receiver receiver;

  private RSocketTransport(Builder b) {
    options = b.options;
    listener = b.listener;
    clock = b.nanoClock;
    timer = b.timer;
    self = b.identity.id();
    sessionOptions =
        SessionOptions.builder()
            .identity(b.identity)
            .network(b.network)
            .previousNetwork(b.previousNetwork)
            .suites(suites(options))
            .padding(options.padding())
            .limits(
                new SessionLimits(
                    options.maxRecordBytes(),
                    options.maxMessageBytes(),
                    options.maxMetadataBytes(),
                    options.maxConcurrentRequests()))
            .random(b.random)
            .build();
    dialCrypto = crypto("parley-dial");
    acceptCrypto = crypto("parley-accept");
    sockets = new Sockets(options, b.eventLoops);
    admission = new ConnectionAdmission(options, clock);
    table = new LinkTable(self);
    backoff = new DialBackoff(options.dialBackoffMax(), clock, jitter(b.random));
    reconnector = new Reconnector(this, timer, jitter(b.random));
    setup = new RSocketSetup(options, clock, new Keeper(), this::receiver);
  }

  private static SuitePolicy suites(TransportOptions options) {
    List<Suite> pq =
        options.preferChaCha()
            ? List.of(Suite.CHACHA20_POLY1305_MLKEM768, Suite.AES_256_GCM_MLKEM768)
            : List.of(Suite.AES_256_GCM_MLKEM768, Suite.CHACHA20_POLY1305_MLKEM768);
    if (!options.allowClassical()) {
      return new SuitePolicy(pq, true);
    }
    List<Suite> all = new ArrayList<>(pq);
    all.add(Suite.AES_256_GCM_CLASSICAL);
    all.add(Suite.CHACHA20_POLY1305_CLASSICAL);
    return new SuitePolicy(all, false);
  }

  /** Not the secure source itself, which may block, and jitter is drawn on event loops. */
  private static RandomGenerator jitter(RandomSource random) {
    byte[] seed = new byte[Long.BYTES];
    random.fill(seed);
    return new SplittableRandom(ByteBuffer.wrap(seed).getLong());
  }

  private CryptoQueue crypto(String name) {
    int threads = options.handshakeThreads();
    int queue = Math.max(1, options.handshakeQueue() / threads);
    return new CryptoQueue(Schedulers.newBoundedElastic(threads, queue, name, 60, true), clock);
  }

  /** Starts to configure a transport for an agent in a network. */
  public static Builder builder(Identity identity, Network network) {
    return new Builder(identity, network);
  }

  @Override
  public Mono<List<Address>> start(Receiver value) {
    Objects.requireNonNull(value, "receiver");
    return Mono.defer(
        () -> {
          if (!started.compareAndSet(false, true)) {
            return Mono.error(new IllegalStateException("the transport was started before"));
          }
          if (closed) {
            return Mono.error(shutDown(null));
          }
          receiver = value;
          return Flux.fromIterable(options.listen())
              .concatMap(address -> sockets.bind(address, new Accepting()))
              .collectList()
              .onErrorResume(
                  e -> {
                    Throwable told = closed ? shutDown(null) : e;
                    return close().then(Mono.error(told));
                  });
        });
  }

  private final class Accepting implements Sockets.Accepting {
    @Override
    public ConnectionAdmission.Slot admit(InetAddress remote) {
      ConnectionAdmission.Slot slot = admission.accept(remote);
      if (!slot.isAdmitted()) {
        listener.refused(slot.refusal());
      }
      return slot;
    }

    @Override
    public HandshakeHandler handler(ConnectionAdmission.Slot slot, boolean webSocket) {
      return new AcceptHandler(RSocketTransport.this, slot, webSocket);
    }
  }

  @Override
  public @Nullable Link openLink(AgentId peer) {
    return table.open(peer);
  }

  @Override
  public Mono<Link> connect(
      AgentId peer,
      Function<TrailRecorder, Flux<Candidate>> candidates,
      Consumer<TrailRecorder> progress) {
    Mono<Link> connecting =
        Mono.create(
            sink -> {
              if (receiver == null || closed) {
                sink.error(shutDown(peer));
                return;
              }
              Link open = openLink(peer);
              if (open != null) {
                sink.success(open);
                return;
              }
              join(peer, candidates, progress, sink);
            });
    return connecting.contextWrite(DroppedErrors::addTo);
  }

  private void join(
      AgentId peer,
      Function<TrailRecorder, Flux<Candidate>> candidates,
      Consumer<TrailRecorder> progress,
      MonoSink<Link> sink) {
    while (true) {
      DialRace created = new DialRace(this, peer, TrailRecorder.start(clock), timer);
      DialRace race = races.putIfAbsent(peer, created);
      boolean first = race == null;
      DialRace joined = first ? created : race;
      progress.accept(joined.trail());
      if (joined.join(sink, candidates)) {
        if (first) {
          startRace(created, peer);
        }
        return;
      }
      races.remove(peer, joined);
    }
  }

  private void startRace(DialRace race, AgentId peer) {
    RSocketLink open = table.open(peer);
    if (closed) {
      race.shutDown(shutDown(peer));
    } else if (open != null) {
      // It was set up between the look and the race.
      race.linkAppeared(open);
    } else {
      race.start(backoff.delayNanos(peer));
    }
  }

  /** Dials one address of a race; disposing abandons it. */
  Disposable dial(DialRace.Attempt attempt) {
    return dial(
        attempt.peer(),
        attempt.address(),
        new DialHandler.Outcome() {
          @Override
          public void connected() {
            attempt.connected();
          }

          @Override
          public void established(DialHandler handler, EstablishedSession session) {
            dialled(handler, session, attempt);
          }

          @Override
          public void failed(MessagingException failure, String outcome) {
            attempt.failed(failure, outcome);
          }
        });
  }

  private Disposable dial(AgentId peer, Address address, DialHandler.Outcome outcome) {
    long startNanos = nanos();
    DialHandler.Outcome told =
        new DialHandler.Outcome() {
          @Override
          public void connected() {
            listener.dialled(nanos() - startNanos, "connected");
            outcome.connected();
          }

          @Override
          public void established(DialHandler handler, EstablishedSession session) {
            outcome.established(handler, session);
          }

          @Override
          public void failed(MessagingException failure, String reason) {
            if (closed) {
              // It ended with the sockets of this node, and says nothing of the peer.
              outcome.failed(shutDown(peer), "shut_down");
            } else {
              outcome.failed(failure, reason);
            }
          }
        };
    return sockets.connect(
        address,
        () -> new DialHandler(this, peer, remaining(options.dialTimeout(), startNanos), told),
        error -> {
          DialFailure failure = DialFailure.of(error, peer, options.dialTimeout());
          if (!closed) {
            listener.dialled(nanos() - startNanos, failure.outcome());
          }
          told.failed(failure.exception(), failure.outcome());
        });
  }

  /**
   * Dials an address though there may be a link already, completes when the peer has proved its key
   * there, and closes the connection again: it shows whether an address works, and leaves the links
   * alone. Cold; errors with {@link MessagingException}; cancelling stops the dial.
   */
  public Mono<Void> probe(AgentId peer, Address address) {
    Mono<Void> probing =
        Mono.create(
            sink -> {
              if (receiver == null || closed) {
                sink.error(shutDown(peer));
                return;
              }
              sink.onCancel(
                  dial(
                      peer,
                      address,
                      new DialHandler.Outcome() {
                        @Override
                        public void connected() {}

                        @Override
                        public void established(DialHandler handler, EstablishedSession session) {
                          boolean webSocket = address.scheme() == Address.Scheme.WS;
                          RSocketLink link = setup.link(handler.channel(), session, webSocket);
                          handler.become(
                              link.channel(),
                              () -> {
                                link.close(CloseReason.IDLE).subscribe();
                                sink.success();
                              });
                        }

                        @Override
                        public void failed(MessagingException failure, String outcome) {
                          sink.error(failure);
                        }
                      }));
            });
    return probing.contextWrite(DroppedErrors::addTo);
  }

  /** How many tasks wait for the event loops now; 0 once it is closed. */
  public int pendingTasks() {
    return closed || receiver == null ? 0 : sockets.pendingTasks();
  }

  /** What it holds now of what its options bound. */
  public TransportUse use() {
    return new TransportUse(
        admission.connections(),
        admission.handshakes(),
        setup.reassemblyBytes(),
        setup.outboundBytes());
  }

  private Duration remaining(Duration limit, long startNanos) {
    Duration left = limit.minusNanos(nanos() - startNanos);
    return left.isNegative() ? Duration.ZERO : left;
  }

  private void dialled(DialHandler handler, EstablishedSession session, DialRace.Attempt attempt) {
    boolean webSocket = attempt.address().scheme() == Address.Scheme.WS;
    RSocketLink link = setup.link(handler.channel(), session, webSocket);
    handler.become(
        link.channel(),
        () ->
            setup.asRequester(
                link,
                () -> {
                  opened(link);
                  RSocketLink kept = table.open(link.peer());
                  attempt.succeeded(link, kept == null ? link : kept);
                },
                e -> attempt.failed(setupFailed(attempt.peer(), e), "setup_failed")));
    reconnector.learned(attempt.peer(), attempt.address());
  }

  /** A connection that was accepted has proved who it is. */
  void accepted(AcceptHandler handler, EstablishedSession session, boolean webSocket) {
    RSocketLink link = setup.link(handler.channel(), session, webSocket);
    boolean itself = session.peer().equals(self);
    handler.become(
        link.channel(),
        () -> {
          if (closed || itself) {
            CloseReason why = itself ? CloseReason.DENIED : CloseReason.SHUTDOWN;
            link.channel().close(why, why.code());
            return;
          }
          link.channel().send(new ControlRecord.Ready(sessionOptions.limits()));
          setup.asResponder(link, () -> opened(link));
        });
  }

  private void opened(RSocketLink link) {
    LinkTable.Added added = table.add(link);
    if (added.refused()) {
      link.close(CloseReason.DUPLICATE);
      return;
    }
    link.announce();
    listener.linkOpened(link);
    log.debug("link to {} open over {}", link.peer().toShortString(), link.path().kind());
    if (added.loser() != null) {
      added.loser().drain(CloseReason.DUPLICATE, options.idleTimeout()).subscribe();
    }
    DialRace race = races.get(link.peer());
    if (race != null && added.loser() != link) {
      race.linkAppeared(link);
    }
    if (closed) {
      link.close(CloseReason.SHUTDOWN);
    }
  }

  private static MessagingException setupFailed(AgentId peer, Throwable cause) {
    return MessagingException.builder(FailureCode.HANDSHAKE_FAILED, Phase.HANDSHAKE)
        .peer(peer)
        .detail("RSocket could not be set up on the connection")
        .cause(cause)
        .build();
  }

  private Receiver receiver() {
    return Objects.requireNonNull(receiver);
  }

  /** What ends whatever is under way, or comes, when the node stops. */
  MessagingException shutDown(@Nullable AgentId peer) {
    return MessagingException.builder(FailureCode.SHUT_DOWN, Phase.RESOLVE)
        .peer(peer)
        .detail(closed ? "this node is closed" : "this node is not started")
        .build();
  }

  void raceOver(AgentId peer, DialRace race) {
    races.remove(peer, race);
  }

  @Override
  public Collection<Link> links() {
    return table.openLinks();
  }

  @Override
  public Mono<Void> drain(Duration limit) {
    return Mono.defer(
        () -> {
          stop();
          return Mono.when(sockets.unbind(), ended(link -> link.drain(CloseReason.SHUTDOWN, limit)))
              .then(close());
        });
  }

  @Override
  public Mono<Void> close() {
    return Mono.defer(
        () -> {
          stop();
          if (closing.compareAndSet(false, true)) {
            closeAll().subscribe(v -> {}, e -> log.warn("closing failed", e));
          }
          return onClosed.asMono();
        });
  }

  private void stop() {
    closed = true;
    reconnector.stop();
    stopRaces();
  }

  private Mono<Void> ended(Function<RSocketLink, Mono<Void>> ending) {
    return Mono.defer(
        () -> Flux.fromIterable(table.all()).flatMap(ending, Integer.MAX_VALUE).then());
  }

  private Mono<Void> closeAll() {
    return sockets
        .unbind()
        .then(ended(link -> link.close(CloseReason.SHUTDOWN)))
        .then(Mono.defer(sockets::dispose))
        // Disposing a scheduler takes locks, which is not for an event loop.
        .publishOn(Schedulers.boundedElastic())
        .doFinally(
            signal -> {
              disposeCrypto();
              onClosed.tryEmitEmpty();
            });
  }

  private void disposeCrypto() {
    dialCrypto.dispose();
    acceptCrypto.dispose();
  }

  private void stopRaces() {
    races.forEach(
        (peer, race) -> {
          races.remove(peer, race);
          race.shutDown(shutDown(peer));
        });
  }

  long nanos() {
    return clock.getAsLong();
  }

  TransportOptions options() {
    return options;
  }

  SessionOptions sessionOptions() {
    return sessionOptions;
  }

  NodeListener listener() {
    return listener;
  }

  CryptoQueue dialCrypto() {
    return dialCrypto;
  }

  CryptoQueue acceptCrypto() {
    return acceptCrypto;
  }

  DialBackoff backoff() {
    return backoff;
  }

  boolean isClosed() {
    return closed;
  }

  private final class Keeper implements RSocketLink.Keeper {
    @Override
    public void closing(RSocketLink link) {
      table.retire(link);
    }

    @Override
    public void closed(RSocketLink link, CloseReason reason) {
      table.remove(link);
      if (link.isAnnounced()) {
        listener.linkClosed(link, reason.label());
      }
      log.debug("link to {} closed: {}", link.peer().toShortString(), reason.label());
      if (!reason.isOrderly() && !closed && link.path().dialled()) {
        reconnector.lost(link.peer());
      }
    }
  }

  /** Configures an {@link RSocketTransport}. Not thread-safe. */
  public static final class Builder {
    private final Identity identity;
    private final Network network;
    private @Nullable Network previousNetwork;
    private TransportOptions options = TransportOptions.defaults();
    private NodeListener listener = NodeListener.none();
    private LongSupplier nanoClock = System::nanoTime;
    private Scheduler timer = Schedulers.parallel();
    private RandomSource random = RandomSource.secure();
    private @Nullable SharedLoops eventLoops;

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

    /** A monotonic clock in nanoseconds; {@link System#nanoTime()} unless said. */
    public Builder nanoClock(LongSupplier value) {
      this.nanoClock = Objects.requireNonNull(value, "nanoClock");
      return this;
    }

    /** Where races and reconnects are timed; {@link Schedulers#parallel()} unless said. */
    public Builder timer(Scheduler value) {
      this.timer = Objects.requireNonNull(value, "timer");
      return this;
    }

    /** Where key material comes from; {@link RandomSource#secure()} unless said. */
    public Builder random(RandomSource value) {
      this.random = Objects.requireNonNull(value, "random");
      return this;
    }

    /**
     * Event loops that several transports share, which are then the caller's to dispose, after the
     * transports; {@link TransportOptions#eventLoops} of our own unless said.
     */
    public Builder eventLoops(SharedLoops value) {
      this.eventLoops = Objects.requireNonNull(value, "eventLoops");
      return this;
    }

    /** The transport; {@link RSocketTransport#start} has to follow, and close. */
    public RSocketTransport build() {
      return new RSocketTransport(this);
    }
  }
}
