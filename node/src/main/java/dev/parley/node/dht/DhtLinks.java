package dev.parley.node.dht;

import dev.parley.Address;
import dev.parley.AgentId;
import dev.parley.FailureCode;
import dev.parley.HandlerFailure;
import dev.parley.Inbound;
import dev.parley.Message;
import dev.parley.MessagingException;
import dev.parley.NetworkId;
import dev.parley.carrier.CarriedLink;
import dev.parley.carrier.InstanceId;
import dev.parley.dht.DhtOptions;
import dev.parley.dht.port.CallOptions;
import dev.parley.dht.port.Caller;
import dev.parley.dht.port.DhtControl;
import dev.parley.dht.port.DhtRpc;
import dev.parley.dht.port.DhtRpcException;
import dev.parley.dht.port.LinkState;
import dev.parley.dht.wire.Contact;
import dev.parley.dht.wire.DhtAnswer;
import dev.parley.dht.wire.DhtCodec;
import dev.parley.dht.wire.DhtFormatException;
import dev.parley.dht.wire.DhtRequest;
import dev.parley.dht.wire.IpEndpoint;
import dev.parley.dht.wire.NodeKey;
import dev.parley.links.DroppedErrors;
import dev.parley.spi.Bound;
import dev.parley.spi.Host;
import dev.parley.spi.Link;
import dev.parley.spi.NodeListener;
import dev.parley.spi.Outbound;
import dev.parley.spi.Protocol;
import dev.parley.spi.Receiver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * The DHT on the node's links: each request is a message to a reserved route, and its answer the
 * answer. It shares links with the agent's own messages. Thread-safe.
 */
final class DhtLinks implements DhtRpc, NodeListener, Receiver {
  /** Where requests go; no handler of a user's can have it. */
  static final String ROUTE = Protocol.RESERVED + "dht";

  /** Requests of one peer that are answered at once; more are BUSY. */
  static final int MAX_PER_PEER = 16;

  /** A link that is to stay open is used this often, well within the default idle timeout. */
  private static final long KEEP_USED_NANOS = TimeUnit.SECONDS.toNanos(120);

  private static final int MAX_DEADLINE_MILLIS = 0xffff;
  private static final int BUSY_MILLIS = 250;
  private static final DhtAnswer BUSY = new DhtAnswer.Refused(DhtAnswer.Refusal.BUSY, BUSY_MILLIS);
  private static final DhtAnswer INVALID = new DhtAnswer.Refused(DhtAnswer.Refusal.INVALID, 0);
  private static final DhtAnswer UNSUPPORTED =
      new DhtAnswer.Refused(DhtAnswer.Refusal.UNSUPPORTED, 0);

  private final NetworkId network;
  private final DhtCodec codec;
  private final Host.Links transport;
  private final Scheduler timer;
  private final LongSupplier nanoClock;
  private final Map<AgentId, Peer> peers = new ConcurrentHashMap<>();
  private final Map<NodeKey, Peer> byKey = new ConcurrentHashMap<>();
  private volatile @Nullable DhtControl dht;
  private final DhtLinkLimit limit;
  private final Disposable.Swap keeping = Disposables.swap();
  private final Consumer<AgentId> without;
  private volatile Consumer<NodeKey> changed = key -> {};

  /**
   * @param options how many links there may be
   * @param timer where waiting ends
   * @param without told of agents that are in no DHT
   */
  DhtLinks(
      NetworkId network,
      DhtOptions options,
      Host.Links transport,
      Scheduler timer,
      LongSupplier nanoClock,
      Consumer<AgentId> without) {
    this.network = network;
    this.without = without;
    this.codec = DhtCodec.of(network);
    this.transport = transport;
    this.timer = timer;
    this.nanoClock = nanoClock;
    this.limit = new DhtLinkLimit(() -> maxLinks(options), this::isKept, timer, nanoClock);
  }

  private int maxLinks(DhtOptions options) {
    DhtControl node = dht;
    return options.maxLinks(node != null && node.stats().server());
  }

  private boolean isKept(AgentId agent) {
    Peer peer = peers.get(agent);
    return peer != null && peer.kept;
  }

  /** How many links only the DHT uses, and how many there may be. */
  Bound bound() {
    return new Bound("maxLinks", limit.size(), limit.max());
  }

  /** Answers others from now on, and keeps links in use. */
  void serve(DhtControl node) {
    dht = node;
    keeping.update(
        timer.schedulePeriodically(
            this::useKeptLinks, KEEP_USED_NANOS / 2, KEEP_USED_NANOS / 2, TimeUnit.NANOSECONDS));
  }

  /** Keeps no links in use any more: the timer may be another's, and go on. */
  void stop() {
    keeping.dispose();
  }

  /** A peer with links, as many as are counted. */
  private static final class Peer {
    final AgentId agent;
    final NodeKey key;
    final AtomicInteger answering = new AtomicInteger();
    int links; // guarded by the map
    volatile boolean kept;
    volatile long usedNanos;

    Peer(AgentId agent, NodeKey key) {
      this.agent = agent;
      this.key = key;
    }
  }

  @Override
  public void linkOpened(Link link) {
    limit.opened(link);
    peers.compute(
        link.peer(),
        (agent, known) -> {
          Peer peer = known == null ? new Peer(agent, NodeKey.of(network, agent)) : known;
          peer.links++;
          byKey.put(peer.key, peer);
          changed.accept(peer.key);
          return peer;
        });
  }

  @Override
  public void linkClosed(Link link, String reason) {
    limit.closed(link);
    peers.computeIfPresent(
        link.peer(),
        (agent, peer) -> {
          if (--peer.links > 0) {
            return peer;
          }
          byKey.remove(peer.key);
          changed.accept(peer.key);
          return null;
        });
  }

  // ---- out

  @Override
  public Mono<DhtAnswer> call(Contact to, DhtRequest request, CallOptions options) {
    return Mono.defer(
        () -> {
          long deadline = nanoClock.getAsLong() + options.timeoutNanos();
          Mono<DhtAnswer> once =
              Mono.defer(() -> link(to, options.route()))
                  .flatMap(link -> ask(link, request, deadline));
          return once.onErrorResume(DhtFailures::isOfClosingLink, e -> once)
              .timeout(
                  Duration.ofNanos(options.timeoutNanos()),
                  Mono.error(() -> new DhtRpcException(DhtRpcException.Kind.TIMEOUT)),
                  timer)
              .contextWrite(DroppedErrors::addTo) // of what fails when the time is just up
              .onErrorMap(e -> reason(to, e));
        });
  }

  private Mono<Link> link(Contact to, CallOptions.Route route) {
    Peer peer = byKey.get(to.key());
    Link open = peer == null ? null : transport.openLink(peer.agent);
    if (route == CallOptions.Route.OPEN_LINK) {
      return open == null ? unreachable() : Mono.just(open);
    }
    if (open != null && (route == CallOptions.Route.ANY || wasDialledAt(open, to))) {
      return Mono.just(open);
    }
    AgentId agent;
    try {
      agent = to.key().agent();
    } catch (IllegalArgumentException e) {
      return unreachable();
    }
    Mono<Link> dial = transport.connect(agent, new ContactAddresses(to.addresses()), trail -> {});
    return open == null ? dial : prove(agent, to).then(dial);
  }

  private static boolean wasDialledAt(Link link, Contact contact) {
    boolean proves = link.path().dialled() && !link.path().kind().equals("ws");
    IpEndpoint remote = proves ? endpoint(link) : null;
    return remote != null && contact.addresses().contains(remote);
  }

  private Mono<Void> prove(AgentId agent, Contact at) {
    return Flux.fromIterable(at.addresses())
        .concatMap(address -> transport.check(agent, address.toAddress()).thenReturn(true))
        .next()
        .then();
  }

  private static Mono<Link> unreachable() {
    return Mono.error(() -> new DhtRpcException(DhtRpcException.Kind.UNREACHABLE));
  }

  private Mono<DhtAnswer> ask(Link link, DhtRequest request, long deadlineNanos) {
    Peer peer = peers.get(link.peer());
    if (peer != null) {
      peer.usedNanos = nanoClock.getAsLong();
    }
    limit.message(link);
    long left = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - nanoClock.getAsLong());
    int millis = (int) Math.max(0, Math.min(MAX_DEADLINE_MILLIS, left));
    Message message = Message.of(codec.encode(request, millis), Message.OCTETS);
    return link.requestResponse(new Outbound(ROUTE, message, deadlineNanos))
        .map(
            answer -> {
              limit.message(link);
              return codec.decodeAnswer(request.op(), answer.bytes());
            });
  }

  private DhtRpcException reason(Contact to, Throwable t) {
    if (t instanceof DhtRpcException known) {
      return known;
    }
    if (t instanceof RejectedExecutionException) {
      return new DhtRpcException(DhtRpcException.Kind.LOST); // the timer has ended, with the node
    }
    if (!(t instanceof MessagingException e)) {
      return new DhtRpcException(DhtRpcException.Kind.INVALID);
    }
    if (e.code() == FailureCode.NO_RECEIVER) {
      without.accept(to.key().agent());
    }
    return DhtFailures.reason(e);
  }

  @Override
  public LinkState link(NodeKey key) {
    Peer peer = byKey.get(key);
    return peer != null && transport.openLink(peer.agent) != null ? LinkState.WARM : LinkState.NONE;
  }

  @Override
  public int process(NodeKey key) {
    Peer peer = byKey.get(key);
    Link link = peer == null ? null : transport.openLink(peer.agent);
    InstanceId instance =
        link instanceof CarriedLink carried ? carried.instance() : InstanceId.UNKNOWN;
    return instance.equals(InstanceId.UNKNOWN) ? 0 : instance.hashCode();
  }

  @Override
  public void onLinkChange(Consumer<NodeKey> listener) {
    changed = listener;
  }

  @Override
  public void keepOpen(NodeKey key, boolean keep) {
    Peer peer = byKey.get(key);
    if (peer != null) {
      peer.kept = keep;
    }
  }

  /** Both ends close a link that is idle, so one that is to stay is used now and then. */
  private void useKeptLinks() {
    long now = nanoClock.getAsLong();
    for (Peer peer : peers.values()) {
      Link link = peer.kept ? transport.openLink(peer.agent) : null;
      if (link != null && now - peer.usedNanos >= KEEP_USED_NANOS) {
        ask(link, new DhtRequest.Ping(), now + KEEP_USED_NANOS / 2)
            .subscribe(answer -> {}, error -> {});
      }
    }
  }

  @Override
  public List<Contact> links() {
    return contacts(link -> true);
  }

  @Override
  public List<Contact> dialled() {
    return contacts(link -> link.path().dialled() && !link.path().kind().equals("ws"));
  }

  private List<Contact> contacts(Predicate<Link> which) {
    List<Contact> contacts = new ArrayList<>();
    for (Link link : transport.links()) {
      Peer peer = peers.get(link.peer());
      IpEndpoint remote = endpoint(link);
      if (peer != null && remote != null && which.test(link)) {
        contacts.add(new Contact(peer.key, List.of(remote)));
      }
    }
    return contacts;
  }

  private static @Nullable IpEndpoint endpoint(Link link) {
    try {
      return IpEndpoint.from(Address.parse(link.path().remote()));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  // ---- in

  @Override
  public Mono<Message> requestResponse(Link link, Inbound request) {
    DhtControl node = dht;
    Peer peer = peers.get(link.peer());
    IpEndpoint observed = endpoint(link);
    if (node == null || peer == null || observed == null) {
      return Mono.error(noReceiver());
    }
    limit.message(link);
    return Mono.defer(() -> answer(node, peer, observed, request))
        .map(
            answer -> {
              limit.message(link);
              return Message.of(codec.encode(answer), Message.OCTETS);
            });
  }

  @Override
  public Mono<Void> fireAndForget(Link link, Inbound request) {
    return Mono.empty();
  }

  @Override
  public Flux<Message> requestStream(Link link, Inbound request) {
    return Flux.error(noReceiver());
  }

  @Override
  public Flux<Message> requestChannel(Link link, Inbound first, Publisher<Message> rest) {
    return Flux.error(noReceiver());
  }

  private static HandlerFailure noReceiver() {
    return HandlerFailure.of(FailureCode.NO_RECEIVER, null, null);
  }

  private Mono<DhtAnswer> answer(DhtControl node, Peer peer, IpEndpoint observed, Inbound request) {
    DhtCodec.Received received;
    byte[] bytes = request.message().bytes();
    try {
      received = codec.decodeRequest(bytes);
    } catch (DhtFormatException e) {
      return Mono.just(DhtCodec.isUnknownOp(bytes) ? UNSUPPORTED : INVALID);
    }
    if (peer.answering.incrementAndGet() > MAX_PER_PEER) {
      peer.answering.decrementAndGet();
      return Mono.just(BUSY);
    }
    peer.usedNanos = nanoClock.getAsLong();
    int deadline = (int) Math.min(received.deadlineMillis(), request.remaining().toMillis());
    return node.answer(new Caller(peer.key, observed), received.request(), deadline)
        .doFinally(signal -> peer.answering.decrementAndGet());
  }
}
