package dev.parley.simulator;

import dev.parley.NetworkId;
import dev.parley.dht.CallOptions;
import dev.parley.dht.Caller;
import dev.parley.dht.DhtRpc;
import dev.parley.dht.DhtRpcException;
import dev.parley.dht.LinkState;
import dev.parley.dht.wire.Contact;
import dev.parley.dht.wire.DhtAnswer;
import dev.parley.dht.wire.DhtCodec;
import dev.parley.dht.wire.DhtRequest;
import dev.parley.dht.wire.NodeKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
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
  private final List<SimNode> nodes = new ArrayList<>();
  private final Map<NodeKey, SimNode> byKey = new HashMap<>();
  private long calls;
  private long lostBytes;

  SimNet(NetworkId network, SimScheduler scheduler, Trace trace) {
    this.codec = new CodecCheck(network);
    this.scheduler = scheduler;
    this.trace = trace;
  }

  void add(SimNode node) {
    nodes.add(node);
    byKey.put(node.key, node);
  }

  List<SimNode> nodes() {
    return nodes;
  }

  @Nullable SimNode get(NodeKey key) {
    return byKey.get(key);
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

  private long seconds() {
    return scheduler.nanos() / 1_000_000_000L;
  }

  boolean isWarm(SimNode from, SimNode to) {
    return to.seemsUp(to.session(), scheduler.nanos())
        && links.isOpen(
            from.index, from.session(), to.index, to.session(), seconds(), IDLE_SECONDS);
  }

  /** Forgets links that ended, so that their number is that of links in use. */
  void sweepLinks() {
    long now = scheduler.nanos();
    links.retain(
        (low, lowSession, high, highSession, kept, used) -> {
          SimNode a = nodes.get(low);
          SimNode b = nodes.get(high);
          return LinkTable.isSession(a.session(), lowSession)
              && LinkTable.isSession(b.session(), highSession)
              && a.seemsUp(a.session(), now)
              && b.seemsUp(b.session(), now)
              && (kept || seconds() - used < IDLE_SECONDS);
        });
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
      SimNode to = byKey.get(key);
      return to != null && isWarm(from, to) ? LinkState.WARM : LinkState.NONE;
    }

    @Override
    public void keepOpen(NodeKey key, boolean keep) {
      SimNode to = byKey.get(key);
      if (to != null) {
        links.keep(from.index, to.index, keep);
      }
    }

    @Override
    public List<Contact> links() {
      return List.of(); // links of the DHT alone: there are no sessions to push news over
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
        start();
      }
    }

    @Override
    public void cancel() {
      done = true;
    }

    private void start() {
      calls++;
      checked = calls % CHECKED_EVERY == 0;
      if (checked) {
        codec.check(request);
      }
      deadlineNanos = scheduler.nanos() + options.timeoutNanos();
      SimNode target = byKey.get(to.key());
      boolean warm = target != null && isWarm(from, target);
      boolean dials = !warm || options.route() == CallOptions.Route.FRESH_DIAL;
      if (dials && options.route() == CallOptions.Route.OPEN_LINK) {
        after(0, () -> fail(DhtRpcException.Kind.UNREACHABLE));
        return;
      }
      int sent = DhtCodec.sizeOf(request) + OVERHEAD_BYTES + (dials ? HANDSHAKE_BYTES : 0);
      from.bytesOut += sent;
      boolean gone = target == null || !target.isUp() || (dials && !target.hasAddress(to));
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

    private void after(long nanos, Runnable action) {
      scheduler.schedule(action, nanos, TimeUnit.NANOSECONDS);
    }

    private void arrive(SimNode target, int bytes, boolean dialled) {
      if (!target.isUp()) {
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
      links.use(from.index, fromSession, target.index, target.session(), seconds());
      trace.event(scheduler.nanos(), from.index, target.index, request.op().code());
      Caller caller = new Caller(from.key, from.address());
      int millis =
          (int) Math.max(0, Math.min(0xffff, (deadlineNanos - scheduler.nanos()) / 1_000_000));
      Adversary adversary = target.adversary();
      Mono<DhtAnswer> answer =
          adversary == null ? null : adversary.answer(target, caller, request, millis);
      if (answer == null) {
        answer = target.running().answer(caller, request, millis);
      }
      answer.subscribe(a -> after(SERVICE_NANOS, () -> sendBack(target, a)));
    }

    private void sendBack(SimNode target, DhtAnswer answer) {
      if (!target.isUp()) {
        after(deadlineNanos - scheduler.nanos(), () -> fail(DhtRpcException.Kind.TIMEOUT));
        return;
      }
      if (checked) {
        codec.check(request.op(), answer);
      }
      int bytes = DhtCodec.sizeOf(answer) + OVERHEAD_BYTES;
      target.bytesOut += bytes;
      after((long) (roundTripMillis * 0.5e6), () -> deliver(answer, bytes));
    }

    private void deliver(DhtAnswer answer, int bytes) {
      from.bytesIn += bytes;
      if (scheduler.nanos() > deadlineNanos) {
        fail(DhtRpcException.Kind.TIMEOUT);
      } else if (!done && from.session() == fromSession) {
        done = true;
        actual.onNext(answer);
        actual.onComplete();
      }
    }

    private void fail(DhtRpcException.Kind kind) {
      if (!done) {
        done = true;
        actual.onError(new DhtRpcException(kind));
      }
    }
  }
}
