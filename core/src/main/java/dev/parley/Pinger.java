package dev.parley;

import dev.parley.spi.TrailRecorder;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/** One ping: connect where needed, measure, with one deadline over both. */
final class Pinger extends DeadlineWheel.Entry {
  private final Messenger messenger;
  private final AgentId peer;
  private final Duration timeout;
  private final AtomicReference<TrailRecorder> trail = new AtomicReference<>();
  private volatile boolean connected;
  private volatile MonoSink<Pong> sink;

  @SuppressWarnings("NullAway.Init") // sink is set when the Mono is subscribed, before arming
  Pinger(Messenger messenger, AgentId peer, Duration timeout) {
    this.messenger = messenger;
    this.peer = peer;
    this.timeout = SendOptions.timeout(timeout).timeout();
  }

  Mono<Pong> ping() {
    return Mono.create(
        s -> {
          sink = s;
          messenger.wheel().arm(this, messenger.nanos() + timeout.toNanos());
          reactor.core.Disposable work =
              messenger
                  .link(peer, trail::set)
                  .flatMap(
                      link -> {
                        connected = true;
                        return link.ping().map(rtt -> new Pong(rtt, link.path(), trail()));
                      })
                  .subscribe(s::success, s::error);
          s.onDispose(
              () -> {
                messenger.wheel().cancel(this);
                work.dispose();
              });
        });
  }

  private Trail trail() {
    TrailRecorder recorder = trail.get();
    return recorder == null ? Trail.empty() : recorder.snapshot();
  }

  @Override
  void expire() {
    TrailRecorder recorder = trail.get();
    Phase phase = connected ? Phase.AWAIT : recorder == null ? Phase.RESOLVE : recorder.phase();
    sink.error(
        MessagingException.builder(FailureCode.TIMEOUT, phase)
            .peer(peer)
            .trail(trail())
            .detail("no answer within " + timeout.toMillis() + " ms")
            .build());
  }
}
