package dev.parley.simulator;

import dev.parley.NetworkId;
import dev.parley.dht.AddressPolicy;
import dev.parley.dht.Caller;
import dev.parley.dht.port.CallOptions;
import dev.parley.dht.port.DhtRpc;
import dev.parley.dht.port.DhtRpcException;
import dev.parley.dht.port.LinkState;
import dev.parley.dht.wire.Contact;
import dev.parley.dht.wire.DhtAnswer;
import dev.parley.dht.wire.DhtCodec;
import dev.parley.dht.wire.DhtRequest;
import dev.parley.dht.wire.IpEndpoint;
import dev.parley.dht.wire.NodeKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;

/**
 * The network between the nodes. A request over an open link takes one round trip, one that has to
 * dial first takes three (TCP, handshake, request); a crashed node is silent, so its callers wait
 * for their timeouts, and its links look open until keepalives would notice. Messages travel as
 * objects, their sizes are counted as if they were encoded; one in fifty is, to see that it arrives
 * as it was.
 */
final class SimNet {
  private static final long SERVICE_NANOS = 1_000_000L;
  private static final long SLOW_NANOS = 200_000_000L;
  private static final long IDLE_SECONDS = 300;

  /** Record layer, RSocket, TCP and IP around a message. */
  private static final int OVERHEAD_BYTES = 90;

  /** A handshake with its post-quantum part, each way. */
  private static final int HANDSHAKE_BYTES = 1500;

  /** One in so many messages is really encoded and decoded. */
  private static final int CHECKED_EVERY = 50;

  private final CodecCheck codec;
  private final SimScheduler scheduler;
  private final Trace trace;
  private final LinkTable links = new LinkTable();
  private final NodeIndex hosts = new NodeIndex();
  private final Map<Integer, Integer> dialsAtWatched = new HashMap<>();
  private @Nullable IpEndpoint watched;
  private Cut cut = Cut.NONE;
  private long cutAtNanos;
  private int misserved;
  private int relayedAway;
  private long calls;
  private long lostBytes;

  SimNet(NetworkId network, SimScheduler scheduler, Trace trace) {
    this.codec = new CodecCheck(network);
    this.scheduler = scheduler;
    this.trace = trace;
  }

  void add(SimNode node) {
    hosts.add(node);
  }

  List<SimNode> nodes() {
    return hosts.nodes();
  }

  @Nullable SimNode get(NodeKey key) {
    return hosts.get(key);
  }

  long calls() {
    return calls;
  }

  long lostBytes() {
    return lostBytes;
  }

  int links() {
    return links.size();
  }

  /** Counts who dials an address from now on. */
  void watch(IpEndpoint address) {
    watched = address;
  }

  /** The most dials that one node has made at the watched address. */
  int mostDialsAtWatched() {
    return dialsAtWatched.values().stream().mapToInt(n -> n).max().orElse(0);
  }

  /** Answers of honest nodes with a record that was not asked for, or with an inner address. */
  int misserved() {
    return misserved;
  }

  /** GETs that were passed on to a node that is not nearer. */
  int relayedAway() {
    return relayedAway;
  }

  /** What keeps the two sides of the network apart. */
  enum Cut {
    /** Nothing. */
    NONE,
    /** Neither side reaches the other. */
    BOTH_WAYS,
    /** One side cannot dial the other, which can; open links carry requests both ways. */
    ONE_WAY
  }

  /** Cuts the network into the two sides of its nodes, or joins them again. */
  void cut(Cut how) {
    cut = how;
    cutAtNanos = scheduler.nanos();
  }

  /** When the sides were cut or joined last; 0 if never. */
  long cutAtNanos() {
    return cutAtNanos;
  }

  boolean isCut() {
    return cut != Cut.NONE;
  }

  private boolean isCut(SimNode a, SimNode b) {
    return cut == Cut.BOTH_WAYS && a.isOnOtherSide() != b.isOnOtherSide();
  }

  private boolean isDialCut(SimNode from, SimNode to) {
    return cut == Cut.ONE_WAY && from.isOnOtherSide() && !to.isOnOtherSide();
  }

  private long seconds() {
    return scheduler.nanos() / 1_000_000_000L;
  }

  boolean isWarm(SimNode from, SimNode to) {
    return links.isOpen(from.index, from.session(), to.index, to.session());
  }

  /** Closes links that are idle or whose keepalives have stayed without an answer. */
  void sweepLinks() {
    long now = scheduler.nanos();
    List<SimNode> nodes = hosts.nodes();
    List<SimNode> ends = new ArrayList<>();
    links.retain(
        (low, lowSession, high, highSession, kept, used) -> {
          SimNode a = nodes.get(low);
          SimNode b = nodes.get(high);
          boolean open =
              LinkTable.isSession(a.session(), lowSession)
                  && LinkTable.isSession(b.session(), highSession)
                  && a.seemsUp(a.session(), now)
                  && b.seemsUp(b.session(), now)
                  && !(isCut(a, b) && now - cutAtNanos >= SimNode.KEEPALIVE_NANOS)
                  && (kept || seconds() - used < IDLE_SECONDS);
          if (!open) {
            ends.add(a);
            ends.add(b);
          }
          return open;
        });
    for (int i = 0; i < ends.size(); i += 2) {
      changed(ends.get(i), ends.get(i + 1));
    }
  }

  /** Opens links as they would be in a network that has run for a while; before any node is up. */
  void openAtStart(SimNode a, SimNode b) {
    links.use(a.index, 1, b.index, 1, 0);
  }

  private static void changed(SimNode a, SimNode b) {
    a.linkChanged(b);
    b.linkChanged(a);
  }

  private static boolean isPublic(Contact contact) {
    return contact.addresses().stream().allMatch(AddressPolicy.publicInternet()::allows);
  }

  /** The way out of one node. */
  DhtRpc rpcOf(SimNode from) {
    return new Rpc(from);
  }

  private final class Rpc implements DhtRpc {
    private final SimNode from;

    Rpc(SimNode from) {
      this.from = from;
    }

    @Override
    public Mono<DhtAnswer> call(Contact to, DhtRequest request, CallOptions options) {
      return new Mono<>() {
        @Override
        public void subscribe(CoreSubscriber<? super DhtAnswer> actual) {
          actual.onSubscribe(new Call(from, to, request, options, actual));
        }
      };
    }

    @Override
    public LinkState link(NodeKey key) {
      SimNode to = hosts.get(key);
      return to != null && isWarm(from, to) ? LinkState.WARM : LinkState.NONE;
    }

    @Override
    public void onLinkChange(Consumer<NodeKey> listener) {
      from.onLinkChange(listener);
    }

    @Override
    public void keepOpen(NodeKey key, boolean keep) {
      SimNode to = hosts.get(key);
      if (to != null) {
        links.keep(from.index, to.index, keep);
      }
    }

    @Override
    public List<Contact> links() {
      return List.of(); // links of the DHT alone: there are no sessions to push news over
    }

    @Override
    public List<Contact> dialled() {
      return List.of();
    }
  }

  /** One request on its way. */
  private final class Call implements Subscription {
    private final SimNode from;
    private final int fromSession;
    private final Contact to;
    private final DhtRequest request;
    private final CallOptions options;
    private final CoreSubscriber<? super DhtAnswer> actual;
    private long deadlineNanos;
    private double roundTripMillis;
    private boolean checked;
    private boolean started;
    private boolean done;

    Call(
        SimNode from,
        Contact to,
        DhtRequest request,
        CallOptions options,
        CoreSubscriber<? super DhtAnswer> actual) {
      this.from = from;
      this.fromSession = from.session();
      this.to = to;
      this.request = request;
      this.options = options;
      this.actual = actual;
    }

    @Override
    public void request(long n) {
      if (!started) {
        started = true;
        from.outstanding++;
        start();
      }
    }

    @Override
    public void cancel() {
      if (started) {
        end();
      }
    }

    private boolean end() {
      if (done) {
        return false;
      }
      done = true;
      from.outstanding -= from.session() == fromSession ? 1 : 0;
      return true;
    }

    private void start() {
      calls++;
      checked = calls % CHECKED_EVERY == 0;
      if (checked) {
        codec.check(request);
      }
      deadlineNanos = scheduler.nanos() + options.timeoutNanos();
      SimNode target = hosts.get(to.key());
      boolean warm = target != null && isWarm(from, target);
      boolean dials = !warm || options.route() == CallOptions.Route.FRESH_DIAL;
      if (dials && options.route() == CallOptions.Route.OPEN_LINK) {
        after(0, () -> fail(DhtRpcException.Kind.UNREACHABLE));
        return;
      }
      int sent = DhtCodec.sizeOf(request) + OVERHEAD_BYTES + (dials ? HANDSHAKE_BYTES : 0);
      from.bytesOut += sent;
      if (dials) {
        noteDial();
      }
      boolean gone =
          target == null
              || !target.isUp()
              || isCut(from, target)
              || (dials
                  && (target.isClient() || !target.hasAddress(to) || isDialCut(from, target)));
      if (gone || target == null) {
        lostBytes += sent;
        after(options.timeoutNanos(), () -> fail(DhtRpcException.Kind.TIMEOUT));
        return;
      }
      roundTripMillis =
          LatencyModel.sample(LatencyModel.millis(from.place, target.place), from.latency);
      double untilArrival = roundTripMillis * (dials ? 2.5 : 0.5);
      after((long) (untilArrival * 1e6), () -> arrive(target, sent, dials));
    }

    private void noteDial() {
      IpEndpoint at = watched;
      if (at != null && from.isHonest() && to.addresses().contains(at)) {
        dialsAtWatched.merge(from.index, 1, Integer::sum);
      }
    }

    private void after(long nanos, Runnable action) {
      scheduler.schedule(action, nanos, TimeUnit.NANOSECONDS);
    }

    private void arrive(SimNode target, int bytes, boolean dialled) {
      if (!target.isUp() || isCut(from, target)) {
        lostBytes += bytes;
        after(deadlineNanos - scheduler.nanos(), () -> fail(DhtRpcException.Kind.TIMEOUT));
        return;
      }
      target.bytesIn += bytes;
      if (!from.isUp() || from.session() != fromSession) {
        return;
      }
      if (dialled) {
        from.bytesIn += HANDSHAKE_BYTES;
        target.bytesOut += HANDSHAKE_BYTES;
      }
      if (links.use(from.index, fromSession, target.index, target.session(), seconds())) {
        changed(from, target);
      }
      trace.event(scheduler.nanos(), from.index, target.index, request.op().code());
      Caller caller = new Caller(from.key, from.address());
      int millis =
          (int) Math.max(0, Math.min(0xffff, (deadlineNanos - scheduler.nanos()) / 1_000_000));
      Adversary adversary = target.adversary();
      if (adversary != null || mayTakeLong()) {
        after(deadlineNanos - scheduler.nanos(), () -> fail(DhtRpcException.Kind.TIMEOUT));
      }
      Mono<DhtAnswer> answer =
          adversary == null ? null : adversary.answer(target, caller, request, millis);
      if (answer == null) {
        answer = target.running().answer(caller, request, millis);
      }
      checkRelay(target);
      answer.subscribe(a -> sendBack(target, a), e -> failAfterTrip());
    }

    /** Whether the answer waits for others, so that it may never come; others come at once. */
    private boolean mayTakeLong() {
      return request instanceof DhtRequest.DialBack
          || (request instanceof DhtRequest.Get get && get.ttl() > 0);
    }

    /** A GET that is passed on must come nearer each time. */
    private void checkRelay(SimNode target) {
      if (from.isHonest()
          && options.route() == CallOptions.Route.OPEN_LINK
          && request instanceof DhtRequest.Get get
          && get.ttl() < DhtRequest.Get.MAX_TTL
          && get.key().compareDistance(target.key.id(), from.key.id()) >= 0) {
        relayedAway++;
      }
    }

    /** What came back could not be read. */
    private void failAfterTrip() {
      after((long) (roundTripMillis * 0.5e6), () -> fail(DhtRpcException.Kind.INVALID));
    }

    private long serviceNanos(SimNode target) {
      return target.isSlow()
          ? SLOW_NANOS + (long) (target.latency.nextDouble() * 9 * SLOW_NANOS)
          : SERVICE_NANOS;
    }

    private void sendBack(SimNode target, DhtAnswer answer) {
      if (checked) {
        codec.check(request.op(), answer);
      }
      if (target.isHonest() && !isProper(answer)) {
        misserved++;
      }
      int bytes = DhtCodec.sizeOf(answer) + OVERHEAD_BYTES;
      target.bytesOut += bytes;
      after(serviceNanos(target) + (long) (roundTripMillis * 0.5e6), () -> deliver(answer, bytes));
    }

    /** A record must be the one asked for; addresses are looked at where the codec is, too. */
    private boolean isProper(DhtAnswer answer) {
      boolean asked =
          !(request instanceof DhtRequest.Get get)
              || !(answer instanceof DhtAnswer.Got got)
              || got.record() == null
              || got.record().place(0).equals(get.key())
              || got.record().place(1).equals(get.key());
      return asked && (!checked || answer.contacts().stream().allMatch(SimNet::isPublic));
    }

    private void deliver(DhtAnswer answer, int bytes) {
      from.bytesIn += bytes;
      if (scheduler.nanos() > deadlineNanos) {
        fail(DhtRpcException.Kind.TIMEOUT);
      } else if (from.session() == fromSession && end()) {
        actual.onNext(answer);
        actual.onComplete();
      }
    }

    private void fail(DhtRpcException.Kind kind) {
      if (end()) {
        actual.onError(new DhtRpcException(kind));
      }
    }
  }
}
