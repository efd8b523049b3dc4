package dev.parley.cli;

import dev.parley.FailureCode;
import dev.parley.Message;
import dev.parley.MessagingException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/**
 * Keeps a number of sends in flight until it is told to stop: each answer starts the next, on the
 * thread that brought it. After a failure its place rests for a moment, since failures come back
 * faster than answers. Thread-safe.
 */
final class BenchLoad {
  static final Duration REST = Duration.ofMillis(100);
  private static final int DIGITS = 3;
  private static final long MAX_LATENCY_NANOS = 3_600_000_000_000L;

  private final Supplier<Mono<Message>> send;
  private final LongSupplier clock;
  private final Scheduler timer;
  // Of a fixed size: one that grows by itself may be read while it does, and is then broken.
  private final Recorder latency = new Recorder(1, MAX_LATENCY_NANOS, DIGITS);
  private final Map<FailureCode, AtomicLong> failures = new EnumMap<>(FailureCode.class);
  private final AtomicInteger running;
  private final int inFlight;
  private final Sinks.Empty<Void> done = Sinks.empty();
  private volatile boolean over;

  /**
   * @param send one more send each time
   * @param clock in nanoseconds
   */
  BenchLoad(Supplier<Mono<Message>> send, int inFlight, LongSupplier clock, Scheduler timer) {
    this.send = send;
    this.inFlight = inFlight;
    this.clock = clock;
    this.timer = timer;
    running = new AtomicInteger(inFlight);
    for (FailureCode code : FailureCode.values()) {
      failures.put(code, new AtomicLong());
    }
  }

  /** Begins. Once only. */
  void start() {
    for (int i = 0; i < inFlight; i++) {
      next();
    }
  }

  /**
   * Starts no more sends; completes when those in flight have ended. Errors with what is no failure
   * of a message, which ends the load by itself.
   */
  Mono<Void> stop() {
    over = true;
    return done.asMono();
  }

  /** The latencies of the answers since this was last called, in nanoseconds. */
  Histogram takeLatency() {
    return latency.getIntervalHistogram();
  }

  /** The failures so far; those that have not happened are left out. */
  Map<FailureCode, Long> failures() {
    Map<FailureCode, Long> some = new EnumMap<>(FailureCode.class);
    failures.forEach(
        (code, count) -> {
          if (count.get() > 0) {
            some.put(code, count.get());
          }
        });
    return some;
  }

  private void next() {
    if (over) {
      if (running.decrementAndGet() == 0) {
        done.tryEmitEmpty();
      }
      return;
    }
    send.get().subscribe(new Call(clock.getAsLong()));
  }

  private void failed(Throwable cause) {
    AtomicLong count = cause instanceof MessagingException e ? failures.get(e.code()) : null;
    if (count == null) {
      over = true;
      done.tryEmitError(cause);
      return;
    }
    count.incrementAndGet();
    timer.schedule(this::next, REST.toMillis(), TimeUnit.MILLISECONDS);
  }

  private final class Call implements CoreSubscriber<Message> {
    private final long startNanos;

    Call(long startNanos) {
      this.startNanos = startNanos;
    }

    @Override
    public void onSubscribe(Subscription s) {
      s.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(Message answer) {
      long nanos = Math.max(0, clock.getAsLong() - startNanos);
      latency.recordValue(Math.min(MAX_LATENCY_NANOS, nanos));
    }

    @Override
    public void onError(Throwable cause) {
      failed(cause);
    }

    @Override
    public void onComplete() {
      next();
    }
  }
}
