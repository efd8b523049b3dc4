package dev.parley.messenger;

import dev.parley.Address;
import dev.parley.Agent;
import dev.parley.Agent.SignalResult;
import dev.parley.AgentId;
import dev.parley.AgentResolver;
import dev.parley.Handler;
import dev.parley.Message;
import dev.parley.MessagingException;
import dev.parley.PeerAddress;
import dev.parley.Phase;
import dev.parley.Pong;
import dev.parley.Presence;
import dev.parley.SendOptions;
import dev.parley.StreamOptions;
import dev.parley.Trail;
import dev.parley.carrier.Transport;
import dev.parley.spi.Bound;
import dev.parley.spi.ExchangeFilter;
import dev.parley.spi.InteractionModel;
import dev.parley.spi.Link;
import dev.parley.spi.NodeListener;
import dev.parley.spi.Protocol;
import dev.parley.spi.Receiver;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/** An agent over a {@link Transport}: deadlines, handlers, failures. Thread-safe. */
public final class Messenger implements Agent {
  private final AgentId self;
  private final Transport transport;
  private volatile AgentResolver resolver;
  private final NodeListener listener;
  private final LongSupplier nanoClock;
  private final @Nullable Scheduler handlerScheduler;
  private final Slots sends;
  private final Intake intake;
  private final DeadlineWheel wheel;
  private final PresenceWatches presence;
  private final Protocols protocols;
  private final Scheduler timer;
  private final Dispatch dispatch;
  private final HandlerErrors handlerErrors;
  private volatile @Nullable ExchangeFilter filter;
  private volatile boolean draining;
  private volatile boolean closed;

  Messenger(MessengerBuilder b) {
    self = b.self;
    transport = b.transport;
    resolver = b.resolver;
    listener = b.listener;
    nanoClock = b.nanoClock;
    handlerScheduler = b.handlerScheduler;
    sends = new Slots(b.maxConcurrentSends);
    intake = new Intake(b.maxConcurrentHandlers, b.memory);
    wheel = new DeadlineWheel(nanoClock, b.timer, b.endings);
    presence = new PresenceWatches(this, b.timer, b.maxWatchedPeers);
    dispatch = new Dispatch();
    handlerErrors = new HandlerErrors(nanoClock);
    timer = b.timer;
    filter = b.filter;
    protocols = new Protocols(this, b);
    b.handlers.forEach(register -> register.accept(dispatch));
  }

  /** Starts to configure a messenger for this agent over {@code transport}. */
  public static MessengerBuilder builder(AgentId self, Transport transport) {
    return new MessengerBuilder(self, transport);
  }

  /**
   * Starts the protocols, then the transport; emits the addresses it listens at. Cold, once only. A
   * messenger whose start fails has still to be closed.
   */
  public Mono<List<Address>> start() {
    return protocols.start().then(Mono.defer(this::listen));
  }

  private Mono<List<Address>> listen() {
    resolver = protocols.known();
    AgentResolver search = protocols.search();
    if (search != null) {
      AgentResolver observed = new ObservedResolver(search, listener);
      resolver = new StagedResolver(resolver, observed, timer);
    }
    return transport.start(this::receiver).doOnNext(protocols::listening);
  }

  private Receiver receiver(Link link) {
    LinkReceiver receiver = intake.receiver(this, link);
    ExchangeFilter around = filter;
    return around == null ? receiver : new FilteredReceiver(around, receiver, handlerErrors);
  }

  /** A protocol that this messenger speaks, by its type, once it is started. */
  public <T extends Protocol.Running> Optional<T> protocol(Class<T> type) {
    return protocols.find(type);
  }

  /** Completes when all its protocols are online, at once where it has none; never errors. */
  public Mono<Void> online() {
    return protocols.online();
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
  public Disposable receive(String route, Handler.Messages handler) {
    return dispatch.receive(Protocol.requireFree(route), handler);
  }

  @Override
  public Disposable receiveSignals(String route, Handler.Signals handler) {
    return dispatch.receiveSignals(Protocol.requireFree(route), handler);
  }

  @Override
  public Disposable receiveStreams(String route, Handler.Streams handler) {
    return dispatch.receiveStreams(Protocol.requireFree(route), handler);
  }

  @Override
  public Disposable receiveChannels(String route, Handler.Channels handler) {
    return dispatch.receiveChannels(Protocol.requireFree(route), handler);
  }

  @Override
  public Mono<Message> send(AgentId peer, Message message, SendOptions options) {
    return call(peer, message, options, InteractionModel.REQUEST, null);
  }

  /** With {@code own}, if any, around this call alone. */
  Mono<Message> call(
      AgentId peer,
      Message message,
      SendOptions options,
      InteractionModel model,
      @Nullable ExchangeFilter own) {
    Objects.requireNonNull(message, "message");
    Objects.requireNonNull(options, "options");
    requireOther(peer);
    return new Mono<>() {
      @Override
      public void subscribe(CoreSubscriber<? super Message> actual) {
        Messenger self = Messenger.this;
        actual.onSubscribe(SendCall.of(self, peer, message, options, model, own, actual));
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
    return flow(peer, request, null, options, null);
  }

  @Override
  public Flux<Message> channel(
      AgentId peer, Message opening, Publisher<Message> items, StreamOptions options) {
    return flow(peer, opening, Objects.requireNonNull(items, "items"), options, null);
  }

  Flux<Message> flow(
      AgentId peer,
      Message request,
      @Nullable Publisher<Message> items,
      StreamOptions options,
      @Nullable ExchangeFilter own) {
    Objects.requireNonNull(request, "request");
    Objects.requireNonNull(options, "options");
    requireOther(peer);
    return new Flux<>() {
      @Override
      public void subscribe(CoreSubscriber<? super Message> actual) {
        Messenger self = Messenger.this;
        actual.onSubscribe(FlowCall.of(self, peer, request, items, options, own, actual));
      }
    };
  }

  @Override
  public Mono<Void> signal(AgentId peer, Message message, SendOptions options) {
    return call(peer, message, options, InteractionModel.SIGNAL, null).then();
  }

  @Override
  public Flux<SignalResult> signalAll(
      Collection<AgentId> peers, Message message, SendOptions options) {
    Set<AgentId> all = new LinkedHashSet<>(peers);
    all.forEach(this::requireOther);
    return new SignalFan(this, message, options).to(all);
  }

  @Override
  public Mono<Pong> ping(AgentId peer, Duration timeout) {
    requireOther(peer);
    return Pinger.ping(this, peer, timeout);
  }

  @Override
  public Flux<Presence> presence(AgentId peer, Duration interval) {
    requireOther(peer);
    return presence.watch(peer, interval);
  }

  @Override
  public Flux<PeerAddress> resolve(AgentId peer) {
    requireOther(peer);
    return Flux.defer(
        () ->
            closed
                ? Flux.error(Refusals.closed(Phase.RESOLVE).peer(peer).build())
                : Resolving.addresses(resolver, peer, nanoClock));
  }

  /** The open link to a peer or a new one; fails with a {@link MessagingException}. Cold. */
  public Mono<Link> connect(AgentId peer) {
    return Mono.defer(
        () ->
            closed
                ? Mono.error(Refusals.closed(Phase.RESOLVE).peer(peer).build())
                : link(peer, trail -> {}));
  }

  /** The open link to a peer, or {@link #dial} for a new one. */
  Mono<Link> link(AgentId peer, Consumer<Trail.Recorder> progress) {
    Link open = transport.openLink(peer);
    return open != null ? Mono.just(open) : dial(peer, progress);
  }

  /** Resolves and dials; {@code progress} is given the trail of the attempt. */
  Mono<Link> dial(AgentId peer, Consumer<Trail.Recorder> progress) {
    return dial(peer, progress, Context.empty());
  }

  /** {@code context} is of whoever needs the link, and reaches the resolvers. */
  Mono<Link> dial(AgentId peer, Consumer<Trail.Recorder> progress, ContextView context) {
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

  /** Bytes of larger messages that are with handlers now. */
  public long requestBytes() {
    return intake.requestBytes();
  }

  /** How many messages are with handlers now. */
  public int handlersRunning() {
    return intake.handlers();
  }

  /** What bounds messages of ours. */
  Slots sends() {
    return sends;
  }

  @Nullable Scheduler handlerScheduler() {
    return handlerScheduler;
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
}
