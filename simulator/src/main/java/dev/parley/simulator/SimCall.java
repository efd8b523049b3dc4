package dev.parley.simulator;

import dev.parley.dht.port.CallOptions;
import dev.parley.dht.port.Caller;
import dev.parley.dht.port.DhtRpcException;
import dev.parley.dht.wire.Contact;
import dev.parley.dht.wire.DhtAnswer;
import dev.parley.dht.wire.DhtCodec;
import dev.parley.dht.wire.DhtRequest;
import java.util.concurrent.TimeUnit;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;

/** One request on its way through the {@link SimNet}. */
final class SimCall implements Subscription {
  private static final long SERVICE_NANOS = 1_000_000L;
  private static final long SLOW_NANOS = 200_000_000L;

  /** Record layer, RSocket, TCP and IP around a message. */
  private static final int OVERHEAD_BYTES = 90;

  /** A handshake with its post-quantum part, each way. */
  private static final int HANDSHAKE_BYTES = 1500;

  /** One in so many messages is really encoded and decoded. */
  private static final int CHECKED_EVERY = 50;

  private final SimNet net;
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

  SimCall(
      SimNet net,
      SimNode from,
      Contact to,
      DhtRequest request,
      CallOptions options,
      CoreSubscriber<? super DhtAnswer> actual) {
    this.net = net;
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
    checked = net.countCall() % CHECKED_EVERY == 0;
    if (checked) {
      net.codec.check(request);
    }
    deadlineNanos = net.scheduler.nanos() + options.timeoutNanos();
    SimNode target = net.get(to.key());
    boolean warm = target != null && net.isWarm(from, target);
    boolean dials = !warm || options.route() == CallOptions.Route.FRESH_DIAL;
    if (dials && options.route() == CallOptions.Route.OPEN_LINK) {
      after(0, () -> fail(DhtRpcException.Kind.UNREACHABLE));
      return;
    }
    int sent = DhtCodec.sizeOf(request) + OVERHEAD_BYTES + (dials ? HANDSHAKE_BYTES : 0);
    from.bytesOut += sent;
    if (dials) {
      net.noteDial(from, to);
    }
    boolean gone =
        target == null
            || !target.isUp()
            || net.isCut(from, target)
            || (dials
                && (target.isClient() || !target.hasAddress(to) || net.isDialCut(from, target)));
    if (gone || target == null) {
      net.lost(sent);
      after(options.timeoutNanos(), () -> fail(DhtRpcException.Kind.TIMEOUT));
      return;
    }
    roundTripMillis =
        LatencyModel.sample(LatencyModel.millis(from.place, target.place), from.latency);
    double untilArrival = roundTripMillis * (dials ? 2.5 : 0.5);
    after((long) (untilArrival * 1e6), () -> arrive(target, sent, dials));
  }

  private void after(long nanos, Runnable action) {
    net.scheduler.schedule(action, nanos, TimeUnit.NANOSECONDS);
  }

  private void arrive(SimNode target, int bytes, boolean dialled) {
    if (!target.isUp() || net.isCut(from, target)) {
      net.lost(bytes);
      after(deadlineNanos - net.scheduler.nanos(), () -> fail(DhtRpcException.Kind.TIMEOUT));
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
    net.used(from, fromSession, target);
    net.trace.event(net.scheduler.nanos(), from.index, target.index, request.op().code());
    Caller caller = new Caller(from.key, from.address());
    int millis =
        (int) Math.max(0, Math.min(0xffff, (deadlineNanos - net.scheduler.nanos()) / 1_000_000));
    Adversary adversary = target.adversary();
    if (adversary != null || mayTakeLong()) {
      after(deadlineNanos - net.scheduler.nanos(), () -> fail(DhtRpcException.Kind.TIMEOUT));
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
      net.noteRelayedAway();
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
      net.codec.check(request.op(), answer);
    }
    if (target.isHonest() && !isProper(answer)) {
      net.noteMisserved();
    }
    int bytes = DhtCodec.sizeOf(answer) + OVERHEAD_BYTES;
    target.bytesOut += bytes;
    after(serviceNanos(target) + (long) (roundTripMillis * 0.5e6), () -> deliver(answer, bytes));
  }

  /** A listing must be the one asked for; addresses are looked at where the codec is, too. */
  private boolean isProper(DhtAnswer answer) {
    boolean asked =
        !(request instanceof DhtRequest.Get get)
            || !(answer instanceof DhtAnswer.Got got)
            || got.listing() == null
            || got.listing().place(0).equals(get.key())
            || got.listing().place(1).equals(get.key());
    return asked && (!checked || answer.contacts().stream().allMatch(SimNet::isPublic));
  }

  private void deliver(DhtAnswer answer, int bytes) {
    from.bytesIn += bytes;
    if (net.scheduler.nanos() > deadlineNanos) {
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
