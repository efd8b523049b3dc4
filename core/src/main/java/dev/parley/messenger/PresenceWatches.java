package dev.parley.messenger;

import dev.parley.AgentId;
import dev.parley.FailureCode;
import dev.parley.MessagingException;
import dev.parley.Phase;
import dev.parley.Presence;
import dev.parley.spi.Link;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/** The peers that are watched: one heartbeat for all who watch the same peer as often. */
final class PresenceWatches {
  private static final Duration LONGEST_PING = Duration.ofSeconds(10);

  /** A link that closes again and again is checked ten times an interval at most. */
  private static final int MOST_PER_INTERVAL = 10;

  private final Messenger messenger;
  private final Scheduler timer;
  private final int max;
  private final Map<Key, Watch> watches = new HashMap<>(); // guarded by this
  private final Sinks.Empty<Void> closed = Sinks.empty();

  PresenceWatches(Messenger messenger, Scheduler timer, int max) {
    this.messenger = messenger;
    this.timer = timer;
    this.max = max;
  }

  /** Completes what is watched, before its last ping fails with the messenger. */
  void close() {
    closed.tryEmitEmpty();
  }

  Flux<Presence> watch(AgentId peer, Duration interval) {
    if (interval.compareTo(Duration.ofMillis(100)) < 0
        || interval.compareTo(Duration.ofDays(1)) > 0) {
      throw new IllegalArgumentException("interval is " + interval + ", must be PT0.1S..PT24H");
    }
    Key key = new Key(peer, interval);
    return Flux.defer(
            () -> {
              if (messenger.isDraining()) {
                return Flux.<Presence>empty();
              }
              Watch watch = join(key);
              return watch.states.doFinally(s -> leave(key, watch));
            })
        .onBackpressureLatest();
  }

  private synchronized Watch join(Key key) {
    Watch watch = watches.get(key);
    if (watch == null) {
      if (watches.size() >= max) {
        throw MessagingException.builder(FailureCode.OVERLOADED, Phase.RESOLVE)
            .peer(key.peer())
            .detail(max + " peers are watched already (maxWatchedPeers)")
            .build();
      }
      watch = new Watch(key);
      watches.put(key, watch);
    }
    watch.subscribers++;
    return watch;
  }

  private synchronized void leave(Key key, Watch watch) {
    if (--watch.subscribers == 0) {
      watches.remove(key, watch);
    }
  }

  private record Key(AgentId peer, Duration interval) {}

  /** One heartbeat. */
  private final class Watch {
    private final AgentId peer;
    private final Duration interval;
    private final Duration pingTimeout;
    private final Flux<Presence> states;
    private int subscribers; // guarded by the watches
    private volatile long checkedNanos;

    Watch(Key key) {
      peer = key.peer();
      interval = key.interval();
      pingTimeout = interval.compareTo(LONGEST_PING) < 0 ? interval : LONGEST_PING;
      states =
          Mono.defer(this::check)
              .repeatWhen(
                  checks ->
                      checks.takeWhile(n -> !messenger.isClosed()).concatMap(n -> untilNext()))
              .onErrorComplete(RejectedExecutionException.class) // the timer has ended
              .takeUntilOther(closed.asMono())
              .distinctUntilChanged(Presence::isOnline)
              .replay(1)
              .refCount();
    }

    private Mono<Presence> check() {
      checkedNanos = messenger.nanos();
      return messenger
          .ping(peer, pingTimeout)
          .map(pong -> new Presence(peer, pong.roundTrip(), null))
          .onErrorResume(
              MessagingException.class, e -> Mono.just(new Presence(peer, null, e.code())));
    }

    /** The interval is over, or the link is gone. */
    private Mono<?> untilNext() {
      Mono<Long> tick = Mono.delay(interval, timer);
      Link link = messenger.transport().openLink(peer);
      return link == null
          ? tick
          : Mono.firstWithSignal(tick, link.onClose().then(Mono.defer(this::breath)));
    }

    private Mono<Long> breath() {
      long nanos = interval.toNanos() / MOST_PER_INTERVAL - (messenger.nanos() - checkedNanos);
      return nanos > 0 ? Mono.delay(Duration.ofNanos(nanos), timer) : Mono.just(0L);
    }
  }
}
