package dev.parley.node;

import dev.parley.Address;
import dev.parley.AddressBook;
import dev.parley.Agent;
import dev.parley.AgentId;
import dev.parley.AgentResolver;
import dev.parley.ChannelHandler;
import dev.parley.Identity;
import dev.parley.Message;
import dev.parley.MessageHandler;
import dev.parley.Network;
import dev.parley.NetworkId;
import dev.parley.PeerAddress;
import dev.parley.Pong;
import dev.parley.Presence;
import dev.parley.SendOptions;
import dev.parley.SignalHandler;
import dev.parley.SignalResult;
import dev.parley.StreamHandler;
import dev.parley.StreamOptions;
import dev.parley.carrier.Transport;
import dev.parley.dht.AddressPolicy;
import dev.parley.dht.AgentDht;
import dev.parley.dht.DhtListener;
import dev.parley.dht.DhtOptions;
import dev.parley.dht.ResolveOptions;
import dev.parley.dht.Resolved;
import dev.parley.file.FileInbox;
import dev.parley.file.FileTransfers;
import dev.parley.file.SendFileOptions;
import dev.parley.file.TransferProgress;
import dev.parley.links.LinkOptions;
import dev.parley.links.Links;
import dev.parley.messenger.Messenger;
import dev.parley.messenger.MessengerBuilder;
import dev.parley.node.state.FileStateStore;
import dev.parley.spi.Bound;
import dev.parley.spi.ExchangeFilter;
import dev.parley.spi.Link;
import dev.parley.spi.NodeListener;
import dev.parley.spi.Protocol;
import dev.parley.spi.StateStore;
import dev.parley.transport.rsocket.RSocketCarrier;
import dev.parley.transport.rsocket.SharedLoops;
import dev.parley.transport.rsocket.TransportOptions;
import dev.parley.transport.rsocket.TransportUse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * A running node that speaks for one agent: it finds peers, opens encrypted links to them, and
 * sends and answers messages. Thread-safe.
 *
 * <pre>{@code
 * AgentNode alice = AgentNode.builder()
 *     .identity(Identity.generate())
 *     .network("auction-house")
 *     .peer("z6Mk...@bob.example:7400")
 *     .startNow();
 * Mono<Message> answer = alice.send(bob, Message.text("$50 on the clown"));
 * }</pre>
 *
 * <p>All threads of a node are daemons, so it does not keep its process alive. A {@code main} that
 * has nothing else to do waits until the node is closed, for instance by a shutdown hook:
 *
 * <pre>{@code
 * public static void main(String[] args) {
 *   AgentNode bob = AgentNode.builder()
 *       .identity(Identity.load(Path.of("bob.pem")))
 *       .network("auction-house")
 *       .listen("0.0.0.0", 7400)
 *       .receive(in -> Mono.just(Message.text("noted")))
 *       .startNow();
 *   Runtime.getRuntime().addShutdownHook(new Thread(bob::close));
 *   bob.onClose().block();
 * }
 * }</pre>
 */
public final class AgentNode implements Agent, AutoCloseable {
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

  /** How long {@link Builder#startNow()} waits: 30 s. */
  public static final Duration START_LIMIT = Duration.ofSeconds(30);

  private final Messenger messenger;
  private final RSocketCarrier carrier;
  private final Links links;
  private final Limits limits;
  private final StateStore state;
  private final NetworkId network;
  private final AddressBook addressBook;
  private final List<Address> addresses;
  private final @Nullable DhtNode dht;
  private final FileTransfers files;
  private final Closing closing;

  /** What the node was told to hold at most. */
  private record Limits(int sends, int handlers, TransportOptions transport) {}

  private AgentNode(
      Messenger messenger,
      RSocketCarrier carrier,
      Links links,
      Limits limits,
      StateStore state,
      NetworkId network,
      AddressBook addressBook,
      Closing closing,
      List<Address> addresses) {
    this.messenger = messenger;
    this.carrier = carrier;
    this.links = links;
    this.limits = limits;
    this.state = state;
    this.network = network;
    this.addressBook = addressBook;
    this.dht = messenger.protocol(DhtNode.class).orElse(null);
    this.files = messenger.protocol(FileTransfers.class).orElseThrow();
    this.closing = closing;
    this.addresses = addresses;
  }

  /** Starts to configure a node. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public AgentId id() {
    return messenger.id();
  }

  /** The network that it is in. */
  public NetworkId network() {
    return network;
  }

  /** The addresses that it listens at, with the ports that were bound; empty if it only dials. */
  public List<Address> addresses() {
    return addresses;
  }

  /**
   * What another node is told to find this one: its id with the first of its {@link #addresses()}.
   *
   * <p>Where that is every address of the machine ({@code 0.0.0.0}), it leads here from this
   * machine only; others need a name or an IP address of it.
   *
   * @throws IllegalStateException if the node only dials
   */
  public PeerAddress peerAddress() {
    if (addresses.isEmpty()) {
      throw new IllegalStateException(
          "this node listens at no address; set listen() to be dialled");
    }
    return new PeerAddress(id(), addresses.get(0));
  }

  /** The addresses of peers that were configured; more may be added at any time. */
  public AddressBook addressBook() {
    return addressBook;
  }

  /**
   * Completes when the node has joined the network through its seeds and others can find its agent;
   * at once for a node that is in no DHT, and when the node is closed. Never errors: while no seed
   * answers, it goes on trying.
   */
  public Mono<Void> online() {
    DhtNode node = dht;
    return node == null ? Mono.empty() : node.online();
  }

  /**
   * Looks an agent up in the DHT, in the cache first; see {@link AgentDht#resolve}. Fails as
   * SHUT_DOWN when the node drains or closes before it is over.
   *
   * @throws IllegalStateException if the node is in no DHT
   */
  public Flux<Resolved> resolve(AgentId agent, ResolveOptions options) {
    DhtNode node = dht;
    if (node == null) {
      throw new IllegalStateException("this node is in no DHT");
    }
    return node.resolve(agent, options);
  }

  /** A protocol that the node speaks, by the type of its running part. */
  public <T extends Protocol.Running> Optional<T> protocol(Class<T> type) {
    return messenger.protocol(type);
  }

  /** The node's part in the DHT, for tools; empty for a node that is in none. */
  public Optional<AgentDht> dht() {
    return Optional.ofNullable(dht).map(DhtNode::dht);
  }

  /** The limits of the node's part in the DHT; empty for a node that is in none. */
  public Optional<DhtOptions> dhtOptions() {
    return Optional.ofNullable(dht).map(DhtNode::options);
  }

  /**
   * How much of its limits the node uses now: messages under way and with handlers, connections,
   * handshakes, incomplete messages, links of the DHT, and what waits to be written to the fullest
   * link. Cheap enough for once a second.
   */
  public List<Bound> bounds() {
    TransportUse use = carrier.use();
    TransportOptions options = limits.transport();
    long fullest = 0;
    for (Link link : links()) {
      fullest = Math.max(fullest, link.stats().pendingBytes());
    }
    List<Bound> bounds = new ArrayList<>();
    bounds.add(new Bound("maxConcurrentSends", messenger.sendsInFlight(), limits.sends()));
    bounds.add(new Bound("maxConcurrentHandlers", messenger.handlersRunning(), limits.handlers()));
    bounds.add(new Bound("maxConnections", use.connections(), options.limits().maxConnections()));
    bounds.add(new Bound("maxHandshakes", use.handshakes(), options.accepting().maxHandshakes()));
    bounds.add(new Bound("outboundMaxBytes", fullest, options.memory().outboundMaxBytes()));
    bounds.add(
        new Bound(
            "maxNodeOutboundBytes", use.outboundBytes(), options.memory().maxNodeOutboundBytes()));
    bounds.add(
        new Bound(
            "maxNodeReassemblyBytes",
            use.reassemblyBytes(),
            options.memory().maxNodeReassemblyBytes()));
    if (state.isDurable()) {
      bounds.add(new Bound("stateMaxBytes", state.usedBytes(), state.maxBytes()));
    }
    bounds.addAll(messenger.protocolBounds());
    return List.copyOf(bounds);
  }

  /** How many files are being sent now. */
  public int filesSending() {
    return files.sending();
  }

  /** How many files are being received now. */
  public int filesReceiving() {
    return files.receiving();
  }

  /** How many tasks wait for the event loops of the links now. */
  public int pendingTasks() {
    return carrier.pendingTasks();
  }

  /** Whether the node has begun to drain or close, and takes nothing new. */
  public boolean isDraining() {
    return closing.hasBegun();
  }

  @Override
  public Mono<Message> send(AgentId peer, Message message, SendOptions options) {
    return messenger.send(peer, message, options);
  }

  @Override
  public Mono<Void> signal(AgentId peer, Message message, SendOptions options) {
    return messenger.signal(peer, message, options);
  }

  @Override
  public Flux<SignalResult> signalAll(
      Collection<AgentId> peers, Message message, SendOptions options) {
    return messenger.signalAll(peers, message, options);
  }

  @Override
  public Flux<Message> stream(AgentId peer, Message request, StreamOptions options) {
    return messenger.stream(peer, request, options);
  }

  @Override
  public Flux<Message> channel(
      AgentId peer, Message opening, Publisher<Message> items, StreamOptions options) {
    return messenger.channel(peer, opening, items, options);
  }

  /** {@link #sendFile(AgentId, Path, SendFileOptions)} with the defaults. */
  public Flux<TransferProgress> sendFile(AgentId peer, Path file) {
    return sendFile(peer, file, SendFileOptions.defaults());
  }

  /**
   * Sends a file of any size, and emits how far it has come. It completes when the peer has the
   * whole file under its name, its checksum verified; a lost link is dialled again, and the file
   * goes on where it was. Cold. See {@link FileTransfers#send} for the failures.
   *
   * @throws IllegalArgumentException if {@code peer} is this agent itself, or the file's name
   *     cannot travel and the options give no other
   */
  public Flux<TransferProgress> sendFile(AgentId peer, Path file, SendFileOptions options) {
    return files.send(peer, file, options);
  }

  /**
   * Takes files of other agents from now on, replacing an earlier inbox. See {@link FileInbox} for
   * what is taken, and where it goes.
   *
   * @throws IllegalArgumentException if the inbox's directory is none
   */
  public void receiveFiles(FileInbox inbox) {
    if (!Files.isDirectory(inbox.directory())) {
      throw new IllegalArgumentException(
          "receiveFiles: " + inbox.directory() + " must be a directory");
    }
    files.receive(inbox);
  }

  @Override
  public Mono<Pong> ping(AgentId peer, Duration timeout) {
    return messenger.ping(peer, timeout);
  }

  @Override
  public Flux<Presence> presence(AgentId peer, Duration interval) {
    return messenger.presence(peer, interval);
  }

  @Override
  public Flux<PeerAddress> resolve(AgentId peer) {
    return messenger.resolve(peer);
  }

  @Override
  public Disposable receive(String route, MessageHandler handler) {
    return messenger.receive(route, handler);
  }

  @Override
  public Disposable receiveSignals(String route, SignalHandler handler) {
    return messenger.receiveSignals(route, handler);
  }

  @Override
  public Disposable receiveStreams(String route, StreamHandler handler) {
    return messenger.receiveStreams(route, handler);
  }

  @Override
  public Disposable receiveChannels(String route, ChannelHandler handler) {
    return messenger.receiveChannels(route, handler);
  }

  /** The open links now. */
  public Collection<Link> links() {
    return links.links();
  }

  /**
   * Tells the network that the agent leaves, which takes a second at most; then stops accepting,
   * tells peers, lets running messages finish up to {@code limit}, closes. Cold; completes when
   * everything is closed. Once begun it goes on: cancelling stops the waiting alone, and {@link
   * #closeLater} cuts it short.
   */
  public Mono<Void> drain(Duration limit) {
    return closing.drain(messenger.drain(limit));
  }

  /**
   * Closes at once: what is under way, and what is begun from now on, fails as SHUT_DOWN; {@code
   * presence} and {@code online} complete; running handlers are cancelled. Cold and idempotent;
   * completes when everything is closed, and cancelling stops the waiting alone.
   */
  public Mono<Void> closeLater() {
    return closing.close(messenger.close());
  }

  /** Closes at once and waits for it, at most 5 s. Idempotent; not for event loops. */
  @Override
  public void close() {
    closeLater().block(CLOSE_LIMIT);
  }

  /**
   * Completes when the node is closed; never errors. {@code onClose().block()} keeps a {@code main}
   * running that has nothing else to do.
   */
  public Mono<Void> onClose() {
    return closing.onClose();
  }

  /** Configures an {@link AgentNode}. Not thread-safe. */
  public static final class Builder {
    private final List<Consumer<MessengerBuilder>> handlers = new ArrayList<>();
    private final List<AgentResolver> resolvers = new ArrayList<>();
    private final List<Protocol> protocols = new ArrayList<>();
    private final List<ExchangeFilter> filters = new ArrayList<>();
    private @Nullable Path stateFile;
    private final AddressBook addressBook = AddressBook.create();
    private final TransportOptions.Builder transport = TransportOptions.builder();
    private @Nullable Identity identity;
    private @Nullable Network network;
    private @Nullable Network previousNetwork;
    private final List<NodeListener> listeners = new ArrayList<>();
    private NodeListener listener = NodeListener.none(); // all of them
    private @Nullable Scheduler handlerScheduler;
    private @Nullable SharedLoops eventLoops;
    private @Nullable Scheduler timer;
    private int maxConcurrentSends = MessengerBuilder.DEFAULT_MAX_CONCURRENT_SENDS;
    private int maxConcurrentHandlers = MessengerBuilder.DEFAULT_MAX_CONCURRENT_HANDLERS;
    private int maxWatchedPeers = MessengerBuilder.DEFAULT_MAX_WATCHED_PEERS;
    private int maxFilesSending = FileTransfers.DEFAULT_MAX_SENDING;
    private @Nullable FileInbox inbox;
    private final DhtSettings dht = new DhtSettings();

    private Builder() {}

    /** Who the node speaks for; required. */
    public Builder identity(Identity value) {
      this.identity = Objects.requireNonNull(value, "identity");
      return this;
    }

    /** The open network of this name: it keeps others apart, but is no secret. */
    public Builder network(String name) {
      return network(Network.open(name));
    }

    /** The network; required. */
    public Builder network(Network value) {
      this.network = Objects.requireNonNull(value, "network");
      return this;
    }

    /** A network secret that is being replaced, and still answered. */
    public Builder previousNetwork(Network value) {
      this.previousNetwork = Objects.requireNonNull(value, "previousNetwork");
      return this;
    }

    /** Listens at a host and port; 0 is any free port. A node that does not listen only dials. */
    public Builder listen(String host, int port) {
      return listen(Address.tcp(host, port));
    }

    /** Listens at an address; several may be given. */
    public Builder listen(Address address) {
      transport.listen(address);
      return this;
    }

    /** Tells the address of a peer, as {@code z6Mk...@host:port}. */
    public Builder peer(String peer) {
      return peer(PeerAddress.parse(peer));
    }

    /** Tells the address of a peer. */
    public Builder peer(PeerAddress peer) {
      addressBook.add(peer);
      return this;
    }

    /**
     * A peer through which others are found, as {@code z6Mk...@host:port}; several may be given.
     */
    public Builder seed(String peer) {
      return seed(PeerAddress.parse(peer));
    }

    /** A peer through which others are found; it is in the address book as well. */
    public Builder seed(PeerAddress peer) {
      dht.seeds.add(peer);
      return peer(peer);
    }

    /**
     * A DNS name whose TXT records list peers through which others are found, each as {@code
     * parley-seed=z6Mk...@host:port}; several may be given. The names are looked up when the node
     * starts, and again while no seed is known; of all names together 64 seeds are taken.
     */
    public Builder seedsFrom(String dnsName) {
      dht.seedNames.add(Objects.requireNonNull(dnsName, "dnsName"));
      return this;
    }

    /** Asks another DNS server than the machine's, for tests: {@code dns://host:port}. */
    Builder dnsProvider(String url) {
      dht.dnsProvider = url;
      return this;
    }

    /**
     * Changes limits and times of the DHT. The {@link DhtOptions#mode} is AUTO unless set here; on
     * private addresses it is SERVER for a node that listens.
     */
    public Builder dht(Consumer<DhtOptions.Builder> change) {
      dht.changes.add(change);
      return this;
    }

    /** Stays out of the DHT, which a node otherwise is in that listens or has seeds. */
    public Builder withoutDht() {
      dht.off = true;
      return this;
    }

    /**
     * Which addresses of strangers may be dialled and told to others. Unless set: those of the
     * public internet, or any where all that is configured here (seeds, and where the node listens)
     * are private or loopback addresses; {@link #seedsFrom names} that list seeds do not count.
     */
    public Builder addressPolicy(AddressPolicy value) {
      dht.policy = Objects.requireNonNull(value, "addressPolicy");
      return this;
    }

    /**
     * Where others find this agent, instead of where it listens: behind a router that forwards the
     * port, or under a name. At most 8; a WebSocket's path has at most 40 characters.
     */
    public Builder advertise(Address address) {
      dht.advertised.add(Objects.requireNonNull(address, "address"));
      return this;
    }

    /** Whether host names in other agents' records are dialled, which can point anywhere; no. */
    public Builder dialHostNames(boolean value) {
      dht.hostNames = value;
      return this;
    }

    /** Keeps known contacts in this file over a restart; nowhere unless set. */
    public Builder contactsFile(Path file) {
      dht.contacts = Objects.requireNonNull(file, "file");
      return this;
    }

    /** Hears what the DHT does, for metrics, besides the listeners given before. */
    public Builder dhtListener(DhtListener value) {
      dht.listen(Objects.requireNonNull(value, "dhtListener"));
      return this;
    }

    /**
     * Keeps in this private file what must not be forgotten over a restart, such as promises to
     * others; in memory unless set. It need not exist, and belongs to one node: the start fails
     * with a {@link dev.parley.spi.StateStoreException} if it is damaged or in use. See {@link
     * FileStateStore}.
     */
    public Builder state(Path file) {
      stateFile = Objects.requireNonNull(file, "state");
      return this;
    }

    /** Speaks this protocol too. Each node that is started gets a part of it of its own. */
    public Builder with(Protocol value) {
      protocols.add(Objects.requireNonNull(value, "protocol"));
      return this;
    }

    /** Puts a filter around all exchanges, outside those that are there. */
    public Builder filter(ExchangeFilter value) {
      filters.add(Objects.requireNonNull(value, "filter"));
      return this;
    }

    /** Asks one more source of addresses, beside the address book. */
    public Builder resolver(AgentResolver value) {
      resolvers.add(Objects.requireNonNull(value, "resolver"));
      return this;
    }

    /**
     * Answers messages of a route; empty is the default route.
     *
     * @throws IllegalArgumentException for a route that starts with {@code parley.}: those are ours
     */
    public Builder receive(String route, MessageHandler handler) {
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
    public Builder receiveSignals(String route, SignalHandler handler) {
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
    public Builder receiveStreams(String route, StreamHandler handler) {
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
    public Builder receiveChannels(String route, ChannelHandler handler) {
      String free = Protocol.requireFree(route);
      Objects.requireNonNull(handler, "handler");
      handlers.add(messenger -> messenger.receiveChannels(free, handler));
      return this;
    }

    /** Answers messages of the default route. */
    public Builder receive(MessageHandler handler) {
      return receive("", handler);
    }

    /** Takes files of other agents into an existing directory; none are taken unless set. */
    public Builder receiveFiles(FileInbox value) {
      this.inbox = Objects.requireNonNull(value, "inbox");
      return this;
    }

    /** Bounds the files that are sent at a time; one more fails as OVERLOADED. Default 16. */
    public Builder maxFilesSending(int value) {
      this.maxFilesSending = value;
      return this;
    }

    /** Bounds heartbeats; watching one more peer fails as OVERLOADED. Default 4096. */
    public Builder maxWatchedPeers(int value) {
      this.maxWatchedPeers = value;
      return this;
    }

    /** Calls handlers on this scheduler instead of the event loop. */
    public Builder handlerScheduler(Scheduler value) {
      this.handlerScheduler = Objects.requireNonNull(value, "handlerScheduler");
      return this;
    }

    /** Hears what happens, for metrics, besides the listeners given before; once if given twice. */
    public Builder listener(NodeListener value) {
      if (!listeners.contains(Objects.requireNonNull(value, "listener"))) {
        listener = listeners.isEmpty() ? value : NodeListener.both(listener, value);
        listeners.add(value);
      }
      return this;
    }

    /** Changes limits and times of the links. */
    public Builder transport(Consumer<TransportOptions.Builder> change) {
      change.accept(transport);
      return this;
    }

    /**
     * Event loops that the nodes of one process share, which are then the caller's to dispose,
     * after the nodes; loops of its own unless set.
     */
    public Builder eventLoops(SharedLoops value) {
      this.eventLoops = Objects.requireNonNull(value, "eventLoops");
      return this;
    }

    /** Times deadlines, retries and reconnects; the caller's to dispose. A thread unless set. */
    public Builder timer(Scheduler value) {
      this.timer = Objects.requireNonNull(value, "timer");
      return this;
    }

    /** Bounds messages under way; default 65,536. */
    public Builder maxConcurrentSends(int value) {
      this.maxConcurrentSends = value;
      return this;
    }

    /** Bounds messages with handlers; default 65,536. */
    public Builder maxConcurrentHandlers(int value) {
      this.maxConcurrentHandlers = value;
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
      atLeastOne(problems, "maxConcurrentSends", maxConcurrentSends);
      atLeastOne(problems, "maxConcurrentHandlers", maxConcurrentHandlers);
      atLeastOne(problems, "maxWatchedPeers", maxWatchedPeers);
      TransportOptions options = null;
      try {
        options = transport.build();
      } catch (IllegalArgumentException e) {
        problems.add(Objects.requireNonNull(e.getMessage()));
      }
      List<Protocol> spoken = protocols(options == null ? List.of() : options.listen());
      spoken.forEach(one -> problems.addAll(one.problems()));
      if (spoken.stream().noneMatch(DhtProtocol.class::isInstance)) {
        dht.problems(problems);
      }
      if (identity == null || network == null || options == null || !problems.isEmpty()) {
        throw new IllegalArgumentException(String.join("; ", problems));
      }
      Identity who = identity;
      Network where = network;
      TransportOptions how = options;
      return Mono.defer(() -> start(who, where, how));
    }

    /**
     * Starts a node and waits until it listens, at most {@link #START_LIMIT}: the blocking twin of
     * {@link #start()}. Whether it has joined its network, {@link AgentNode#online()} tells.
     *
     * @throws IllegalArgumentException naming every setting that is missing or out of range
     * @throws IllegalStateException when that takes longer, or on a thread that must not block,
     *     such as an event loop
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

    private static void atLeastOne(List<String> problems, String name, int value) {
      if (value < 1) {
        problems.add(name + " is " + value + ", must be 1 or more");
      }
    }

    private Mono<AgentNode> start(Identity who, Network where, TransportOptions how) {
      List<Scheduler> schedulers = new ArrayList<>();
      Scheduler time = timer;
      if (time == null) {
        time = Schedulers.newSingle("parley-timer", true);
        schedulers.add(time);
      }
      List<Protocol> spoken = protocols(how.listen());
      RSocketCarrier.Builder sockets =
          RSocketCarrier.builder(who, where)
              .previousNetwork(previousNetwork)
              .features(features(spoken))
              .options(how)
              .listener(listener);
      if (eventLoops != null) {
        sockets.eventLoops(eventLoops);
      }
      RSocketCarrier carrier = sockets.build();
      Links links =
          Links.builder(who.id())
              .carrier(carrier)
              .options(
                  new LinkOptions(
                      how.dialling().dialStagger(),
                      how.dialling().dialBackoffMax(),
                      how.dialling().reconnectFor()))
              .listener(listener)
              .timer(time)
              .random(new SplittableRandom())
              .build();
      StateStore state = state();
      Messenger messenger = messenger(who, where.id(), links, spoken, state, time);
      Closing closing = new Closing(schedulers);
      Limits limits = new Limits(maxConcurrentSends, maxConcurrentHandlers, how);
      return new Starting(messenger.close(), closing)
          .of(
              opened(state)
                  .then(messenger.start())
                  .map(
                      bound ->
                          new AgentNode(
                              messenger,
                              carrier,
                              links,
                              limits,
                              state,
                              where.id(),
                              addressBook,
                              closing,
                              bound)));
    }

    private static long features(List<Protocol> protocols) {
      long all = 0;
      for (Protocol protocol : protocols) {
        all |= protocol.features();
      }
      return all;
    }

    private StateStore state() {
      return stateFile == null
          ? StateStore.inMemory()
          : FileStateStore.builder(stateFile, Schedulers.boundedElastic(), new SecureRandom())
              .build();
    }

    /** A file that cannot be read is told before anything listens. */
    private static Mono<Void> opened(StateStore state) {
      return state.isDurable() ? state.load().then() : Mono.empty();
    }

    private List<Protocol> protocols(List<Address> listen) {
      List<Protocol> all = new ArrayList<>();
      if (!dht.off && (!listen.isEmpty() || dht.hasSeeds())) {
        all.add(new DhtProtocol(dht, listen));
      }
      all.add(new FilesProtocol(inbox, maxFilesSending));
      all.addAll(protocols);
      return all;
    }

    private Messenger messenger(
        Identity who,
        NetworkId where,
        Transport transport,
        List<Protocol> protocols,
        StateStore state,
        Scheduler timer) {
      List<AgentResolver> known = new ArrayList<>();
      known.add(addressBook);
      known.addAll(resolvers);
      MessengerBuilder b =
          Messenger.builder(who.id(), transport)
              .identity(who)
              .network(where)
              .state(state)
              .resolver(AgentResolver.all(known))
              .listener(listener)
              .timer(timer)
              .maxConcurrentSends(maxConcurrentSends)
              .maxConcurrentHandlers(maxConcurrentHandlers)
              .maxWatchedPeers(maxWatchedPeers);
      handlers.forEach(register -> register.accept(b));
      protocols.forEach(b::with);
      filters.forEach(b::filter);
      if (handlerScheduler != null) {
        b.handlerScheduler(handlerScheduler);
      }
      return b.build();
    }
  }
}
