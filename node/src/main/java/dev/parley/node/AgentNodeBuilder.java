package dev.parley.node;

import dev.parley.Address;
import dev.parley.AddressBook;
import dev.parley.AgentResolver;
import dev.parley.Handler;
import dev.parley.Identity;
import dev.parley.Network;
import dev.parley.PeerAddress;
import dev.parley.messenger.MessengerBuilder;
import dev.parley.node.state.FileStateStore;
import dev.parley.spi.ExchangeFilter;
import dev.parley.spi.Link;
import dev.parley.spi.NodeListener;
import dev.parley.spi.Protocol;
import dev.parley.transport.rsocket.SharedLoops;
import dev.parley.transport.rsocket.TransportOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Configures an {@link AgentNode}. Not thread-safe. */
public final class AgentNodeBuilder {
  /** How long {@link #startNow()} waits: 30 s. */
  public static final Duration START_LIMIT = Duration.ofSeconds(30);

  final List<Consumer<MessengerBuilder>> handlers = new ArrayList<>();
  final List<AgentResolver> resolvers = new ArrayList<>();
  final List<Protocol> protocols = new ArrayList<>();
  final List<ExchangeFilter> filters = new ArrayList<>();
  @Nullable Path stateFile;
  final AddressBook addressBook = AddressBook.create();
  private final NodeLimits.Builder limits = NodeLimits.builder();
  private final TransportOptions.Builder transport = TransportOptions.builder();
  @Nullable Identity identity;
  @Nullable Network network;
  @Nullable Network previousNetwork;
  private final List<NodeListener> listeners = new ArrayList<>();
  NodeListener listener = NodeListener.none(); // all of them
  @Nullable Scheduler handlerScheduler;
  @Nullable SharedLoops eventLoops;
  @Nullable Scheduler timer;
  Surroundings surroundings = Surroundings.ofProcess();
  Link.Admission admission = Link.Admission.everybody();

  AgentNodeBuilder() {}

  /** Who the node speaks for; required. */
  public AgentNodeBuilder identity(Identity value) {
    this.identity = Objects.requireNonNull(value, "identity");
    return this;
  }

  /** The open network of this name: it keeps others apart, but is no secret. */
  public AgentNodeBuilder network(String name) {
    return network(Network.open(name));
  }

  /** The network; required. */
  public AgentNodeBuilder network(Network value) {
    this.network = Objects.requireNonNull(value, "network");
    return this;
  }

  /** A network secret that is being replaced, and still answered. */
  public AgentNodeBuilder previousNetwork(Network value) {
    this.previousNetwork = Objects.requireNonNull(value, "previousNetwork");
    return this;
  }

  /** Listens at a host and port; 0 is any free port. A node that does not listen only dials. */
  public AgentNodeBuilder listen(String host, int port) {
    return listen(Address.tcp(host, port));
  }

  /** Listens at an address; several may be given. */
  public AgentNodeBuilder listen(Address address) {
    transport.listen(address);
    return this;
  }

  /** Tells the address of a peer, as {@code z6Mk...@host:port}. */
  public AgentNodeBuilder peer(String peer) {
    return peer(PeerAddress.parse(peer));
  }

  /** Tells the address of a peer. */
  public AgentNodeBuilder peer(PeerAddress peer) {
    addressBook.add(peer);
    return this;
  }

  /**
   * Keeps in this private file what must not be forgotten over a restart, such as promises to
   * others; in memory unless set. It need not exist, and belongs to one node: the start fails with
   * a {@link dev.parley.spi.StateStoreException} if it is damaged or in use. See {@link
   * FileStateStore}.
   */
  public AgentNodeBuilder state(Path file) {
    stateFile = Objects.requireNonNull(file, "state");
    return this;
  }

  /**
   * Speaks this protocol too, such as {@link dev.parley.node.dht.Dht} or {@link
   * dev.parley.file.FileSharing}. Each node that is started gets a part of it of its own.
   */
  public AgentNodeBuilder with(Protocol value) {
    protocols.add(Objects.requireNonNull(value, "protocol"));
    return this;
  }

  /** Puts a filter around all exchanges, outside those that are there. */
  public AgentNodeBuilder filter(ExchangeFilter value) {
    filters.add(Objects.requireNonNull(value, "filter"));
    return this;
  }

  /** Asks one more source of addresses, beside the address book. */
  public AgentNodeBuilder resolver(AgentResolver value) {
    resolvers.add(Objects.requireNonNull(value, "resolver"));
    return this;
  }

  /**
   * Answers messages of a route; empty is the default route.
   *
   * @throws IllegalArgumentException for a route that starts with {@code parley.}: those are ours
   */
  public AgentNodeBuilder receive(String route, Handler.Messages handler) {
    String free = Protocol.requireFree(route);
    Objects.requireNonNull(handler, "handler");
    handlers.add(messenger -> messenger.receive(free, handler));
    return this;
  }

  /**
   * Takes the signals of a route; empty is the default route.
   *
   * @throws IllegalArgumentException for a route that starts with {@code parley.}: those are ours
   */
  public AgentNodeBuilder receiveSignals(String route, Handler.Signals handler) {
    String free = Protocol.requireFree(route);
    Objects.requireNonNull(handler, "handler");
    handlers.add(messenger -> messenger.receiveSignals(free, handler));
    return this;
  }

  /**
   * Answers the streams of a route; empty is the default route.
   *
   * @throws IllegalArgumentException for a route that starts with {@code parley.}: those are ours
   */
  public AgentNodeBuilder receiveStreams(String route, Handler.Streams handler) {
    String free = Protocol.requireFree(route);
    Objects.requireNonNull(handler, "handler");
    handlers.add(messenger -> messenger.receiveStreams(free, handler));
    return this;
  }

  /**
   * Answers the channels of a route; empty is the default route.
   *
   * @throws IllegalArgumentException for a route that starts with {@code parley.}: those are ours
   */
  public AgentNodeBuilder receiveChannels(String route, Handler.Channels handler) {
    String free = Protocol.requireFree(route);
    Objects.requireNonNull(handler, "handler");
    handlers.add(messenger -> messenger.receiveChannels(free, handler));
    return this;
  }

  /** Answers messages of the default route. */
  public AgentNodeBuilder receive(Handler.Messages handler) {
    return receive("", handler);
  }

  /** Calls handlers on this scheduler instead of the event loop. */
  public AgentNodeBuilder handlerScheduler(Scheduler value) {
    this.handlerScheduler = Objects.requireNonNull(value, "handlerScheduler");
    return this;
  }

  /**
   * Decides who may have a link with the node, such as {@link AccessRules}; everybody unless set.
   */
  public AgentNodeBuilder admission(Link.Admission value) {
    this.admission = Objects.requireNonNull(value, "admission");
    return this;
  }

  /** Hears what happens, for metrics, besides the listeners given before; once if given twice. */
  public AgentNodeBuilder listener(NodeListener value) {
    if (!listeners.contains(Objects.requireNonNull(value, "listener"))) {
      listener = listeners.isEmpty() ? value : NodeListener.both(listener, value);
      listeners.add(value);
    }
    return this;
  }

  /** Changes how much the node does at a time. */
  public AgentNodeBuilder limits(Consumer<NodeLimits.Builder> change) {
    change.accept(limits);
    return this;
  }

  /** Changes limits and times of the links. */
  public AgentNodeBuilder transport(Consumer<TransportOptions.Builder> change) {
    change.accept(transport);
    return this;
  }

  /**
   * Event loops that the nodes of one process share, which are then the caller's to dispose, after
   * the nodes; loops of its own unless set.
   */
  public AgentNodeBuilder eventLoops(SharedLoops value) {
    this.eventLoops = Objects.requireNonNull(value, "eventLoops");
    return this;
  }

  /** Times deadlines, retries and reconnects; the caller's to dispose. A thread unless set. */
  public AgentNodeBuilder timer(Scheduler value) {
    this.timer = Objects.requireNonNull(value, "timer");
    return this;
  }

  /** What the node takes from its process, for a simulation to give it something else. */
  AgentNodeBuilder surroundings(Surroundings value) {
    this.surroundings = Objects.requireNonNull(value, "surroundings");
    return this;
  }

  /**
   * Starts the node. Cold: each subscription starts one. Emits it when it listens; errors when an
   * address cannot be bound.
   *
   * @throws IllegalArgumentException naming every setting that is missing or out of range
   */
  public Mono<AgentNode> start() {
    List<String> problems = new ArrayList<>();
    if (identity == null) {
      problems.add("identity is missing, must be set");
    }
    if (network == null) {
      problems.add("network is missing, must be a name or a secret");
    }
    NodeLimits bounds = built(limits::build, problems);
    TransportOptions options = built(transport::build, problems);
    protocols.forEach(one -> problems.addAll(one.problems()));
    twice(problems);
    if (identity == null
        || network == null
        || bounds == null
        || options == null
        || !problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
    Identity who = identity;
    Network where = network;
    return Mono.defer(() -> new NodeAssembly(this, who, where, bounds, options).start());
  }

  /**
   * Starts a node and waits until it listens, at most {@link #START_LIMIT}: the blocking twin of
   * {@link #start()}. Whether it has joined its network, {@link AgentNode#online()} tells.
   *
   * @throws IllegalArgumentException naming every setting that is missing or out of range
   * @throws IllegalStateException when that takes longer, or on a thread that must not block, such
   *     as an event loop
   */
  public AgentNode startNow() {
    return startNow(START_LIMIT);
  }

  /** {@link #startNow()} with another limit; what has begun when it passes is undone. */
  public AgentNode startNow(Duration limit) {
    if (Schedulers.isInNonBlockingThread()) {
      throw new IllegalStateException(
          "startNow() blocks, and thread "
              + Thread.currentThread().getName()
              + " must not; use start()");
    }
    return Objects.requireNonNull(start().block(limit));
  }

  private static <T> @Nullable T built(Supplier<T> build, List<String> problems) {
    try {
      return build.get();
    } catch (IllegalArgumentException e) {
      problems.add(Objects.requireNonNull(e.getMessage()));
      return null;
    }
  }

  private void twice(List<String> problems) {
    Set<String> names = new HashSet<>();
    for (Protocol protocol : protocols) {
      if (!names.add(protocol.name())) {
        problems.add(protocol.name() + " is given twice to with(), must be once");
      }
    }
  }
}
