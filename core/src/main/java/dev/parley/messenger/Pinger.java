package dev.parley.messenger;

import dev.parley.AgentId;
import dev.parley.Executed;
import dev.parley.FailureCode;
import dev.parley.MessagingException;
import dev.parley.Phase;
import dev.parley.Pong;
import dev.parley.SendOptions;
import dev.parley.Trail;
import dev.parley.links.DroppedErrors;
import dev.parley.spi.Link;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/** One ping: connect where needed, measure, with one deadline over both. */
final class Pinger extends DeadlineWheel.Entry {
  private final Messenger messenger;
  private final AgentId peer;
  private final Duration timeout;
  private final MonoSink<Pong> sink;
  private final AtomicBoolean ended = new AtomicBoolean();
  private final Disposable.Swap work = Disposables.swap();
  private final AtomicReference<Trail.Recorder> trail = new AtomicReference<>();
  private volatile boolean connected;

  private Pinger(Messenger messenger, AgentId peer, Duration timeout, MonoSink<Pong> sink) {
    this.messenger = messenger;
    this.peer = peer;
    this.timeout = timeout;
    this.sink = sink;
  }

  /** A publisher that pings at each subscription. */
  static Mono<Pong> ping(Messenger messenger, AgentId peer, Duration timeout) {
    Duration checked = SendOptions.timeout(timeout).timeout();
    return Mono.<Pong>create(sink -> new Pinger(messenger, peer, checked, sink).start())
        .contextWrite(DroppedErrors::addTo);
  }

  private void start() {
    sink.onDispose(this::end);
    messenger.wheel().arm(this, messenger.nanos() + timeout.toNanos());
    if (ended.get()) {
      messenger.wheel().cancel(this); // it ended before it was armed
      return;
    }
    work.update(
        messenger.link(peer, trail::set).flatMap(this::measure).subscribe(this::pong, this::fail));
  }

  private Mono<Pong> measure(Link link) {
    connected = true;
    return link.ping().map(rtt -> new Pong(rtt, link.path(), trail()));
  }

  private void pong(Pong pong) {
    if (end()) {
      sink.success(pong);
    }
  }

  private void fail(Throwable t) {
    if (end()) {
      sink.error(told(t));
    }
  }

  private Throwable told(Throwable t) {
    if (!(t instanceof MessagingException e)) {
      return messenger
          .handlerErrors()
          .internal("a ping of ours", peer, phase(), Executed.UNKNOWN, t);
    }
    return e.code() == FailureCode.CONNECTION_LOST && messenger.isDraining()
        ? Refusals.closed(e.phase()).executed(e.executed()).peer(peer).cause(e).build()
        : e;
  }

  private boolean end() {
    if (!ended.compareAndSet(false, true)) {
      return false;
    }
    messenger.wheel().cancel(this);
    work.dispose();
    return true;
  }

  private Trail trail() {
    Trail.Recorder recorder = trail.get();
    return recorder == null ? Trail.empty() : recorder.snapshot();
  }

  private Phase phase() {
    Trail.Recorder recorder = trail.get();
    return connected ? Phase.AWAIT : recorder == null ? Phase.RESOLVE : recorder.phase();
  }

  @Override
  void expire() {
    fail(
        MessagingException.builder(FailureCode.TIMEOUT, phase())
            .peer(peer)
            .trail(trail())
            .detail("no answer within " + timeout.toMillis() + " ms")
            .build());
  }

  @Override
  void shutDown() {
    fail(Refusals.closed(phase()).peer(peer).trail(trail()).build());
  }
}
