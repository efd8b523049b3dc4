package dev.parley;

import dev.parley.spi.AgentResolver;
import dev.parley.spi.Bound;
import dev.parley.spi.ExchangeFilter;
import dev.parley.spi.InteractionModel;
import dev.parley.spi.Link;
import dev.parley.spi.NodeListener;
import dev.parley.spi.Protocol;
import dev.parley.spi.Receiver;
import dev.parley.spi.Refusal;
import dev.parley.spi.StateStore;
import dev.parley.spi.TrailRecorder;
import dev.parley.spi.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * An agent over a {@link Transport}: deadlines, handlers and the failure model, and nothing of the
 * wire. Thread-safe.
 */
public final class Messenger implements Agent {
  /** To how many agents {@code signalAll} connects at a time. */
  public static final int SIGNALS_AT_A_TIME = 256;

  private final AgentId self;
  private final Transport transport;
  private volatile AgentResolver resolver;
  private final NodeListener listener;
  private final LongSupplier nanoClock;
  private final @Nullable Scheduler handlerScheduler;
  private final int maxSends;
  private final int maxHandlers;
  private final DeadlineWheel wheel;
  private final PresenceWatches presence;
  private final Protocols protocols;
  private final Scheduler timer;
  private final Dispatch dispatch;
  private final HandlerErrors handlerErrors;
  private final AtomicInteger sends = new AtomicInteger();
  private final AtomicInteger running = new AtomicInteger();
  private volatile @Nullable ExchangeFilter filter;
  private volatile boolean draining;
  private volatile boolean closed;

  private Messenger(Builder b) {
    self = b.self;
    transport = b.transport;
    resolver = b.resolver;
    listener = b.listener;
    nanoClock = b.nanoClock;
    handlerScheduler = b.handlerScheduler;
    maxSends = b.maxConcurrentSends;
    maxHandlers = b.maxConcurrentHandlers;
    wheel = new DeadlineWheel(nanoClock, b.timer);
    presence = new PresenceWatches(this, b.timer, b.maxWatchedPeers);
    dispatch = new Dispatch(this);
    handlerErrors = new HandlerErrors(nanoClock);
    timer = b.timer;
    filter = b.filter;
    protocols = new Protocols(this, b.protocols, b.identity, b.network, b.state, timer);
    b.handlers.forEach(register -> register.accept(dispatch));
  }

  /** Starts to configure a messenger for this agent over {@code transport}. */
  public static Builder builder(AgentId self, Transport transport) {
    return new Builder(self, transport);
  }

  /**
   * Starts the protocols, then the transport; emits the addresses it listens at. Cold, once only. A
   * messenger whose start fails has still to be closed.
   */
  public Mono<List<Address>> start() {
    return protocols.start().then(Mono.defer(this::listen));
  }

  private Mono<List<Address>> listen() {
    AgentResolver search = protocols.search();
    if (search != null) {
      AgentResolver observed = new ObservedResolver(search, listener);
      resolver = new StagedResolver(resolver, observed, timer);
    }
    ExchangeFilter around = filter;
    Receiver receiver =
        around == null ? dispatch : new FilteredReceiver(around, dispatch, handlerErrors);
    return transport.start(receiver).doOnNext(protocols::listening);
  }

  /** A protocol that this messenger speaks, by its type, once it is started. */
  public <T extends Protocol.Running> Optional<T> protocol(Class<T> type) {
    return protocols.find(type);
  }

  /** How much of their limits its protocols use now. */
  public List<Bound> protocolBounds() {
    return protocols.bounds();
  }

  @Override
  public AgentId id() {
    return self;
  }

  @Override
  public Disposable receive(String route, MessageHandler handler) {
    return dispatch.receive(Protocol.requireFree(route), handler);
  }

  @Override
  public Disposable receiveSignals(String route, SignalHandler handler) {
    return dispatch.receiveSignals(Protocol.requireFree(route), handler);
  }

  @Override
  public Disposable receiveStreams(String route, StreamHandler handler) {
    return dispatch.receiveStreams(Protocol.requireFree(route), handler);
  }

  @Override
  public Disposable receiveChannels(String route, ChannelHandler handler) {
    return dispatch.receiveChannels(Protocol.requireFree(route), handler);
  }

  @Override
  public Mono<Message> send(AgentId peer, Message message, SendOptions options) {
    return call(peer, message, options, InteractionModel.REQUEST);
  }

  private Mono<Message> call(
      AgentId peer, Message message, SendOptions options, InteractionModel model) {
    Objects.requireNonNull(message, "message");
    Objects.requireNonNull(options, "options");
    requireOther(peer);
    return new Mono<>() {
      @Override
      public void subscribe(CoreSubscriber<? super Message> actual) {
        actual.onSubscribe(new SendCall(Messenger.this, peer, message, options, model, actual));
      }
    };
  }

  private void requireOther(AgentId peer) {
    if (peer.equals(self)) {
      throw new IllegalArgumentException(
          "the peer is this agent itself; call its handler directly");
    }
  }

  @Override
  public Flux<Message> stream(AgentId peer, Message request, StreamOptions options) {
    return flow(peer, request, null, options);
  }

  @Override
  public Flux<Message> channel(
      AgentId peer, Message opening, Publisher<Message> items, StreamOptions options) {
    return flow(peer, opening, Objects.requireNonNull(items, "items"), options);
  }

  private Flux<Message> flow(
      AgentId peer, Message request, @Nullable Publisher<Message> items, StreamOptions options) {
    Objects.requireNonNull(request, "request");
    Objects.requireNonNull(options, "options");
    requireOther(peer);
    return new Flux<>() {
      @Override
      public void subscribe(CoreSubscriber<? super Message> actual) {
        actual.onSubscribe(new FlowCall(Messenger.this, peer, request, items, options, actual));
      }
    };
  }

  @Override
  public Mono<Void> signal(AgentId peer, Message message, SendOptions options) {
    return call(peer, message, options, InteractionModel.SIGNAL).then();
  }

  @Override
  public Flux<SignalResult> signalAll(
      Collection<AgentId> peers, Message message, SendOptions options) {
    Set<AgentId> all = new LinkedHashSet<>(peers);
    all.forEach(this::requireOther);
    return Flux.defer(
        () -> {
          List<AgentId> linked = new ArrayList<>();
          List<AgentId> others = new ArrayList<>();
          all.forEach(peer -> (transport.openLink(peer) == null ? others : linked).add(peer));
          return Flux.merge(results(linked, message, options), results(others, message, options));
        });
  }

  private Flux<SignalResult> results(List<AgentId> peers, Message message, SendOptions options) {
    return Flux.fromIterable(peers)
        .flatMap(peer -> result(peer, message, options), SIGNALS_AT_A_TIME);
  }

  private Mono<SignalResult> result(AgentId peer, Message message, SendOptions options) {
    return Mono.defer(
        () -> {
          long start = nanos();
          return signal(peer, message, options)
              .then(Mono.fromSupplier(() -> new SignalResult(peer, null, since(start))))
              .onErrorResume(
                  MessagingException.class,
                  e -> Mono.just(new SignalResult(peer, e, since(start))));
        });
  }

  private Duration since(long startNanos) {
    return Duration.ofNanos(nanos() - startNanos);
  }

  @Override
  public Mono<Pong> ping(AgentId peer, Duration timeout) {
    requireOther(peer);
    return Pinger.ping(this, peer, timeout);
  }

  @Override
  public Flux<Presence> presence(AgentId peer, Duration interval) {
    requireOther(peer);
    if (interval.compareTo(Duration.ofMillis(100)) < 0
        || interval.compareTo(Duration.ofDays(1)) > 0) {
      throw new IllegalArgumentException("interval is " + interval + ", must be PT0.1S..PT24H");
    }
    return presence.watch(peer, interval);
  }

  @Override
  public Flux<PeerAddress> resolve(AgentId peer) {
    requireOther(peer);
    return Flux.defer(
        () ->
            closed
                ? Flux.error(closedBuilder(Phase.RESOLVE).peer(peer).build())
                : resolver
                    .resolve(peer, TrailRecorder.start(nanoClock))
                    .map(candidate -> new PeerAddress(peer, candidate.address()))
                    .onErrorMap(
                        t -> !(t instanceof MessagingException),
                        t ->
                            MessagingException.builder(FailureCode.AGENT_NOT_FOUND, Phase.RESOLVE)
                                .peer(peer)
                                .detail("a resolver failed: " + t.getClass().getSimpleName())
                                .cause(t)
                                .build()));
  }

  /** The open link to a peer or a new one; fails with a {@link MessagingException}. Cold. */
  public Mono<Link> connect(AgentId peer) {
    return Mono.defer(
        () ->
            closed
                ? Mono.error(closedBuilder(Phase.RESOLVE).peer(peer).build())
                : link(peer, trail -> {}));
  }

  /** The open link to a peer, or {@link #dial} for a new one. */
  Mono<Link> link(AgentId peer, Consumer<TrailRecorder> progress) {
    Link open = transport.openLink(peer);
    return open != null ? Mono.just(open) : dial(peer, progress);
  }

  /** Resolves and dials; {@code progress} is given the trail of the attempt. */
  Mono<Link> dial(AgentId peer, Consumer<TrailRecorder> progress) {
    return dial(peer, progress, Context.empty());
  }

  /** {@code context} is of whoever needs the link, and reaches the resolvers. */
  Mono<Link> dial(AgentId peer, Consumer<TrailRecorder> progress, ContextView context) {
    return transport.connect(peer, new Resolving(this, peer, context), progress);
  }

  /**
   * Lets running messages finish up to {@code limit}, then closes. Messages that begin meanwhile
   * fail as SHUT_DOWN where they need a new link; {@code presence} completes. Cold; completes when
   * everything is closed.
   */
  public Mono<Void> drain(Duration limit) {
    return Mono.defer(
        () -> {
          Mono<Void> draining =
              Mono.defer(
                  () -> {
                    this.draining = true;
                    protocols.closing();
                    presence.close();
                    return protocols.stop().then(transport.drain(limit)).then(close());
                  });
          return protocols.leave().then(draining);
        });
  }

  /**
   * Closes at once. What is under way, and what begins from now on, fails as SHUT_DOWN; {@code
   * presence} completes; running handlers are cancelled. Cold and idempotent; completes when the
   * transport is closed and no handler runs any more. The timer is not needed after that.
   */
  public Mono<Void> close() {
    return Mono.defer(
        () -> {
          protocols.closing();
          stop();
          return protocols
              .stop()
              .then(transport.close())
              .then(Mono.<Void>fromRunnable(this::stopHandlers))
              .then(protocols.dispose());
        });
  }

  /**
   * Takes nothing new, and ends what is under way. Handlers are left to the transport at first,
   * which knows how to break off an answer: a peer that reads SHUT_DOWN takes it for a promise that
   * no handler has run.
   */
  private void stop() {
    draining = true;
    closed = true;
    presence.close();
    wheel.close(entry -> !(entry instanceof HandlerCall));
  }

  private void stopHandlers() {
    wheel.close(entry -> true);
    handlerErrors.close();
  }

  /** How many messages of ours are under way. */
  public int sendsInFlight() {
    return sends.get();
  }

  /** How many messages are with handlers now. */
  public int handlersRunning() {
    return running.get();
  }

  boolean admit() {
    if (sends.incrementAndGet() > maxSends) {
      sends.decrementAndGet();
      return false;
    }
    return true;
  }

  void release() {
    sends.decrementAndGet();
  }

  boolean admitHandler() {
    if (running.incrementAndGet() > maxHandlers) {
      running.decrementAndGet();
      return false;
    }
    return true;
  }

  HandlerFailure refuse(FailureCode code) {
    listener.refused(code == FailureCode.NO_RECEIVER ? Refusal.NO_RECEIVER : Refusal.OVERLOADED);
    return HandlerFailure.of(code, null, null);
  }

  @Nullable Scheduler handlerScheduler() {
    return handlerScheduler;
  }

  void handlerEnded() {
    running.decrementAndGet();
  }

  MessagingException overloaded(AgentId peer) {
    return MessagingException.builder(FailureCode.OVERLOADED, Phase.RESOLVE)
        .peer(peer)
        .detail(
            maxSends + " messages are under way already (maxConcurrentSends); send fewer at a time")
        .build();
  }

  /** How a call of ours ends that this messenger's end has reached. */
  static MessagingException.Builder closedBuilder(Phase phase) {
    return MessagingException.builder(FailureCode.SHUT_DOWN, phase)
        .detail("this node is closed; start another one")
        .permanent();
  }

  boolean isClosed() {
    return closed;
  }

  /** Whether links end because this messenger does. */
  boolean isDraining() {
    return draining;
  }

  long nanos() {
    return nanoClock.getAsLong();
  }

  HandlerErrors handlerErrors() {
    return handlerErrors;
  }

  DeadlineWheel wheel() {
    return wheel;
  }

  /** What stands around each exchange; null where nothing does. */
  @Nullable ExchangeFilter filter() {
    return filter;
  }

  void addFilter(ExchangeFilter outer) {
    ExchangeFilter inner = filter;
    filter = inner == null ? Objects.requireNonNull(outer, "filter") : outer.around(inner);
  }

  Dispatch dispatch() {
    return dispatch;
  }

  Transport transport() {
    return transport;
  }

  AgentResolver resolver() {
    return resolver;
  }

  NodeListener listener() {
    return listener;
  }

  /** Configures a {@link Messenger}. Not thread-safe. */
  public static final class Builder {
    /** How many peers may be watched, by default. */
    public static final int DEFAULT_MAX_WATCHED_PEERS = 4096;

    /** How many messages may be under way, by default. */
    public static final int DEFAULT_MAX_CONCURRENT_SENDS = 65_536;

    /** How many messages may be with handlers, by default. */
    public static final int DEFAULT_MAX_CONCURRENT_HANDLERS = 65_536;

    private final AgentId self;
    private final Transport transport;
    private final List<Consumer<Dispatch>> handlers = new ArrayList<>();
    private AgentResolver resolver = AgentResolver.none();
    private NodeListener listener = NodeListener.none();
    private LongSupplier nanoClock = System::nanoTime;
    private Scheduler timer = Schedulers.parallel();
    private @Nullable Scheduler handlerScheduler;
    private final List<Protocol> protocols = new ArrayList<>(2);
    private @Nullable ExchangeFilter filter;
    private @Nullable Identity identity;
    private @Nullable NetworkId network;
    private StateStore state = StateStore.inMemory();
    private int maxWatchedPeers = DEFAULT_MAX_WATCHED_PEERS;
    private int maxConcurrentSends = DEFAULT_MAX_CONCURRENT_SENDS;
    private int maxConcurrentHandlers = DEFAULT_MAX_CONCURRENT_HANDLERS;

    private Builder(AgentId self, Transport transport) {
      this.self = Objects.requireNonNull(self, "self");
      this.transport = Objects.requireNonNull(transport, "transport");
    }

    /** Where addresses come from; none unless said. */
    public Builder resolver(AgentResolver value) {
      this.resolver = Objects.requireNonNull(value, "resolver");
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

    /**
     * Where deadlines fire; {@link Schedulers#parallel()} unless said. The caller's to dispose,
     * when the messenger is closed.
     */
    public Builder timer(Scheduler value) {
      this.timer = Objects.requireNonNull(value, "timer");
      return this;
    }

    /** Where handlers are called; on the link's event loop unless said. */
    public Builder handlerScheduler(Scheduler value) {
      this.handlerScheduler = Objects.requireNonNull(value, "handlerScheduler");
      return this;
    }

    /** Speaks this protocol too. */
    public Builder with(Protocol value) {
      protocols.add(Objects.requireNonNull(value, "protocol"));
      return this;
    }

    /** Puts a filter around all exchanges, outside those that are there. */
    public Builder filter(ExchangeFilter value) {
      filter = filter == null ? Objects.requireNonNull(value, "filter") : value.around(filter);
      return this;
    }

    /**
     * The agent's keys, for protocols that sign.
     *
     * @throws IllegalArgumentException if they are another agent's
     */
    public Builder identity(Identity value) {
      if (!value.id().equals(self)) {
        throw new IllegalArgumentException("identity is of another agent than this messenger's");
      }
      this.identity = value;
      return this;
    }

    /** Where protocols keep what must not be forgotten, closed with the messenger; in memory. */
    public Builder state(StateStore value) {
      this.state = Objects.requireNonNull(value, "state");
      return this;
    }

    /** The network that the agent is in, for protocols. */
    public Builder network(NetworkId value) {
      this.network = Objects.requireNonNull(value, "network");
      return this;
    }

    /** Bounds messages under way; one more fails as OVERLOADED. 1 or more, default 65,536. */
    public Builder maxConcurrentSends(int value) {
      this.maxConcurrentSends = atLeastOne(value, "maxConcurrentSends");
      return this;
    }

    /** Bounds messages with handlers; one more is refused as OVERLOADED. Default 65,536. */
    public Builder maxConcurrentHandlers(int value) {
      this.maxConcurrentHandlers = atLeastOne(value, "maxConcurrentHandlers");
      return this;
    }

    /** Bounds heartbeats; watching one more peer fails as OVERLOADED. Default 4096. */
    public Builder maxWatchedPeers(int value) {
      this.maxWatchedPeers = atLeastOne(value, "maxWatchedPeers");
      return this;
    }

    /** Registers the handler of a route. */
    public Builder receive(String route, MessageHandler handler) {
      String free = Protocol.requireFree(route);
      handlers.add(dispatch -> dispatch.receive(free, handler));
      return this;
    }

    /** Registers the handler of a route's signals. */
    public Builder receiveSignals(String route, SignalHandler handler) {
      String free = Protocol.requireFree(route);
      handlers.add(dispatch -> dispatch.receiveSignals(free, handler));
      return this;
    }

    /** Registers the handler of a route's streams. */
    public Builder receiveStreams(String route, StreamHandler handler) {
      String free = Protocol.requireFree(route);
      handlers.add(dispatch -> dispatch.receiveStreams(free, handler));
      return this;
    }

    /** Registers the handler of a route's channels. */
    public Builder receiveChannels(String route, ChannelHandler handler) {
      String free = Protocol.requireFree(route);
      handlers.add(dispatch -> dispatch.receiveChannels(free, handler));
      return this;
    }

    /** The messenger. */
    public Messenger build() {
      return new Messenger(this);
    }

    private static int atLeastOne(int value, String name) {
      if (value < 1) {
        throw new IllegalArgumentException(name + " is " + value + ", must be 1 or more");
      }
      return value;
    }
  }
}
