package dev.parley.messenger;

import dev.parley.AgentId;
import dev.parley.AgentResolver;
import dev.parley.Handler;
import dev.parley.Identity;
import dev.parley.NetworkId;
import dev.parley.carrier.Transport;
import dev.parley.shares.Shares;
import dev.parley.spi.ExchangeFilter;
import dev.parley.spi.NodeListener;
import dev.parley.spi.Protocol;
import dev.parley.spi.StateStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Configures a {@link Messenger}. Not thread-safe. */
public final class MessengerBuilder {
  /** How many peers may be watched, by default. */
  public static final int DEFAULT_MAX_WATCHED_PEERS = 4096;

  /** How many messages may be under way, by default. */
  public static final int DEFAULT_MAX_CONCURRENT_SENDS = 65_536;

  /** How many messages may be with handlers, by default. */
  public static final int DEFAULT_MAX_CONCURRENT_HANDLERS = 65_536;

  final AgentId self;
  final Transport transport;
  final List<Consumer<Dispatch>> handlers = new ArrayList<>();
  AgentResolver resolver = AgentResolver.none();
  NodeListener listener = NodeListener.none();
  LongSupplier nanoClock = System::nanoTime;
  Scheduler timer = Schedulers.parallel();
  Executor endings = Runnable::run;
  Scheduler blocking = Schedulers.boundedElastic();
  @Nullable Scheduler handlerScheduler;
  final List<Protocol> protocols = new ArrayList<>(2);
  @Nullable ExchangeFilter filter;
  @Nullable Identity identity;
  @Nullable NetworkId network;
  StateStore state = StateStore.inMemory();
  int maxWatchedPeers = DEFAULT_MAX_WATCHED_PEERS;
  int maxConcurrentSends = DEFAULT_MAX_CONCURRENT_SENDS;
  int maxConcurrentHandlers = DEFAULT_MAX_CONCURRENT_HANDLERS;
  Shares memory = new Shares(Long.MAX_VALUE / Shares.WEIGHT);

  MessengerBuilder(AgentId self, Transport transport) {
    this.self = Objects.requireNonNull(self, "self");
    this.transport = Objects.requireNonNull(transport, "transport");
  }

  /** Where addresses come from; none unless said. */
  public MessengerBuilder resolver(AgentResolver value) {
    this.resolver = Objects.requireNonNull(value, "resolver");
    return this;
  }

  /** Who hears what happens; nobody unless said. */
  public MessengerBuilder listener(NodeListener value) {
    this.listener = Objects.requireNonNull(value, "listener");
    return this;
  }

  /** A monotonic clock in nanoseconds; {@link System#nanoTime()} unless said. */
  public MessengerBuilder nanoClock(LongSupplier value) {
    this.nanoClock = Objects.requireNonNull(value, "nanoClock");
    return this;
  }

  /**
   * Where deadlines fire; {@link Schedulers#parallel()} unless said. The caller's to dispose, when
   * the messenger is closed.
   */
  public MessengerBuilder timer(Scheduler value) {
    this.timer = Objects.requireNonNull(value, "timer");
    return this;
  }

  /**
   * Where calls are ended whose deadline has passed; on the timer unless said, where a subscriber
   * that blocks delays all other deadlines. The caller's to dispose, after the messenger is closed.
   */
  public MessengerBuilder endings(Executor value) {
    this.endings = Objects.requireNonNull(value, "endings");
    return this;
  }

  /** Where what protocols leave is disposed of, which may block; not the messenger's to dispose. */
  public MessengerBuilder blocking(Scheduler value) {
    this.blocking = Objects.requireNonNull(value, "blocking");
    return this;
  }

  /** Where handlers are called; on the link's event loop unless said. */
  public MessengerBuilder handlerScheduler(Scheduler value) {
    this.handlerScheduler = Objects.requireNonNull(value, "handlerScheduler");
    return this;
  }

  /** Speaks this protocol too. */
  public MessengerBuilder with(Protocol value) {
    protocols.add(Objects.requireNonNull(value, "protocol"));
    return this;
  }

  /** Puts a filter around all exchanges, outside those that are there. */
  public MessengerBuilder filter(ExchangeFilter value) {
    filter = filter == null ? Objects.requireNonNull(value, "filter") : value.around(filter);
    return this;
  }

  /**
   * The agent's keys, for protocols that sign.
   *
   * @throws IllegalArgumentException if they are another agent's
   */
  public MessengerBuilder identity(Identity value) {
    if (!value.id().equals(self)) {
      throw new IllegalArgumentException("identity is of another agent than this messenger's");
    }
    this.identity = value;
    return this;
  }

  /** Where protocols keep what must not be forgotten, closed with the messenger; in memory. */
  public MessengerBuilder state(StateStore value) {
    this.state = Objects.requireNonNull(value, "state");
    return this;
  }

  /** The network that the agent is in, for protocols. */
  public MessengerBuilder network(NetworkId value) {
    this.network = Objects.requireNonNull(value, "network");
    return this;
  }

  /** Bounds messages under way; one more fails as OVERLOADED. 1 or more, default 65,536. */
  public MessengerBuilder maxConcurrentSends(int value) {
    this.maxConcurrentSends = atLeastOne(value, "maxConcurrentSends");
    return this;
  }

  /** Bounds messages with handlers; one more is refused as OVERLOADED. Default 65,536. */
  public MessengerBuilder maxConcurrentHandlers(int value) {
    this.maxConcurrentHandlers = atLeastOne(value, "maxConcurrentHandlers");
    return this;
  }

  /**
   * The bytes that are held for peers, of which those of larger requests are taken while a handler
   * has them; one that does not fit is refused as OVERLOADED. Without a bound unless said.
   */
  public MessengerBuilder memory(Shares value) {
    this.memory = Objects.requireNonNull(value, "memory");
    return this;
  }

  /** Bounds heartbeats; watching one more peer fails as OVERLOADED. Default 4096. */
  public MessengerBuilder maxWatchedPeers(int value) {
    this.maxWatchedPeers = atLeastOne(value, "maxWatchedPeers");
    return this;
  }

  /** Registers the handler of a route. */
  public MessengerBuilder receive(String route, Handler.Messages handler) {
    String free = Protocol.requireFree(route);
    handlers.add(dispatch -> dispatch.receive(free, handler));
    return this;
  }

  /** Registers the handler of a route's signals. */
  public MessengerBuilder receiveSignals(String route, Handler.Signals handler) {
    String free = Protocol.requireFree(route);
    handlers.add(dispatch -> dispatch.receiveSignals(free, handler));
    return this;
  }

  /** Registers the handler of a route's streams. */
  public MessengerBuilder receiveStreams(String route, Handler.Streams handler) {
    String free = Protocol.requireFree(route);
    handlers.add(dispatch -> dispatch.receiveStreams(free, handler));
    return this;
  }

  /** Registers the handler of a route's channels. */
  public MessengerBuilder receiveChannels(String route, Handler.Channels handler) {
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
