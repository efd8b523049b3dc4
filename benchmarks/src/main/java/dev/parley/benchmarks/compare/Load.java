package dev.parley.benchmarks.compare;

import dev.parley.benchmarks.peers.Drain;
import dev.parley.benchmarks.peers.EchoClient;
import dev.parley.benchmarks.peers.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Recorder;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;

/**
 * Gives one client one cell's work for a while, and measures it. An error or an answer of another
 * size ends the run.
 */
final class Load {
  private static final int SECONDS_TO_WAIT = 30;
  private static final int BATCH = 256;
  private static final int LATENCY_DIGITS = 3;
  private static final long MAX_LATENCY_NANOS = 600_000_000_000L;

  private final EchoClient client;
  private final Cell cell;
  // Of a fixed size: one that grows by itself may be read while it does, and is then broken.
  private final Recorder latency = new Recorder(1, MAX_LATENCY_NANOS, LATENCY_DIGITS);
  private final AtomicLong answered = new AtomicLong();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final CountDownLatch ended;
  private final Queue<Slot> idle = new ConcurrentLinkedQueue<>();
  private final Semaphore idleCount = new Semaphore(0);
  private volatile long lastNanos;
  private long countsFromNanos;
  private long endNanos;

  private Load(EchoClient client, Cell cell) {
    this.client = client;
    this.cell = cell;
    this.ended = new CountDownLatch(cell.load());
    countsFromNanos = System.nanoTime();
  }

  static Sample run(EchoClient client, Cell cell, Duration time) throws Exception {
    Load load = new Load(client, cell);
    load.endNanos = load.countsFromNanos + time.toNanos();
    switch (cell.kind()) {
      case CLOSED, FIRST -> load.closed();
      case OUTSIDE -> load.outside();
      case OPEN -> load.open(load.countsFromNanos);
      case STREAM -> load.stream(time);
      case BESIDE -> load.beside(time);
    }
    Throwable failed = load.failure.get();
    if (failed != null) {
      throw new IllegalStateException(cell + ": a request failed: " + failed, failed);
    }
    return new Sample(
        load.answered.get(),
        load.lastNanos - load.countsFromNanos,
        load.latency.getIntervalHistogram(),
        0);
  }

  private void closed() throws InterruptedException, TimeoutException {
    List<Slot> slots = new ArrayList<>();
    for (int i = 0; i < cell.load(); i++) {
      slots.add(new Slot(i));
    }
    slots.forEach(Slot::next);
    awaitEnd();
  }

  private void outside() throws InterruptedException, TimeoutException {
    for (int i = 0; i < cell.load(); i++) {
      new Slot(i).next();
    }
    while (ended.getCount() > 0) {
      if (!idleCount.tryAcquire(SECONDS_TO_WAIT, TimeUnit.SECONDS)) {
        throw new TimeoutException("no answer");
      }
      Slot slot = idle.poll();
      if (slot != null) {
        slot.next();
      }
    }
  }

  /** Starts what is due, all of it: a late start is part of the latency. */
  private void open(long start) throws InterruptedException, TimeoutException {
    long interval = TimeUnit.SECONDS.toNanos(1) / cell.load();
    AtomicLong underWay = new AtomicLong(1);
    CountDownLatch all = new CountDownLatch(1);
    for (long due = start; due < endNanos && failure.get() == null; due += interval) {
      while (System.nanoTime() < due) {
        LockSupport.parkNanos(1_000);
      }
      underWay.incrementAndGet();
      client.request(new Timed(due, underWay, all));
    }
    lastNanos = System.nanoTime();
    if (underWay.decrementAndGet() > 0 && !all.await(SECONDS_TO_WAIT, TimeUnit.SECONDS)) {
      throw new TimeoutException("no answer");
    }
  }

  private void stream(Duration time) throws InterruptedException, TimeoutException {
    List<Items> streams = new ArrayList<>();
    for (int i = 0; i < cell.load(); i++) {
      Items items = new Items();
      streams.add(items);
      client.stream().subscribe(items);
    }
    if (!ended.await(time.toSeconds() + SECONDS_TO_WAIT, TimeUnit.SECONDS)) {
      streams.forEach(Items::cancel);
      throw new TimeoutException("no items");
    }
  }

  /** The first half of the time does not count: a stream adapts to what passes beside it. */
  private void beside(Duration time) throws InterruptedException, TimeoutException {
    Drain items = new Drain();
    items.from(client);
    try {
      countsFromNanos += time.toNanos() / 2;
      closed();
      items.check();
    } finally {
      items.cancel();
    }
  }

  private void awaitEnd() throws InterruptedException, TimeoutException {
    long limit = endNanos - System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS_TO_WAIT);
    if (!ended.await(limit, TimeUnit.NANOSECONDS)) {
      throw new TimeoutException("no answer");
    }
  }

  private void failed(Throwable cause) {
    failure.compareAndSet(null, cause);
  }

  /** Counts an answer, and tells whether time is left for another. */
  private boolean count(long sinceNanos, long now, int bytes) {
    if (bytes != cell.bytes()) {
      failed(new IllegalStateException("an answer of " + bytes + " bytes"));
    }
    if (now >= countsFromNanos) {
      latency.recordValue(Math.min(MAX_LATENCY_NANOS, Math.max(0, now - sinceNanos)));
      answered.incrementAndGet();
      lastNanos = now;
    }
    return now < endNanos && failure.get() == null;
  }

  /** One of the requests that are in flight at any time. */
  private final class Slot implements Reply {
    private final int number;
    private long startNanos;

    Slot(int number) {
      this.number = number;
    }

    void next() {
      next(System.nanoTime());
    }

    private void next(long now) {
      startNanos = now;
      if (cell.kind() == Cell.Kind.FIRST) {
        client.first(number, this);
      } else {
        client.request(this);
      }
    }

    @Override
    public void answered(int bytes) {
      long now = System.nanoTime();
      boolean more = count(startNanos, now, bytes);
      switch (cell.kind()) {
        case FIRST ->
            client
                .disconnect(number)
                .subscribe(v -> {}, this::failed, () -> goOn(more, System.nanoTime()));
        case OUTSIDE -> {
          if (more) {
            idle.add(this);
          } else {
            ended.countDown();
          }
          idleCount.release();
        }
        default -> goOn(more, now); // one reading for both: a load generator should cost little
      }
    }

    private void goOn(boolean more, long now) {
      if (more) {
        next(now);
      } else {
        ended.countDown();
      }
    }

    @Override
    public void failed(Throwable cause) {
      Load.this.failed(cause);
      ended.countDown();
      idleCount.release();
    }
  }

  private final class Timed implements Reply {
    private final long due;
    private final AtomicLong underWay;
    private final CountDownLatch all;

    Timed(long due, AtomicLong underWay, CountDownLatch all) {
      this.due = due;
      this.underWay = underWay;
      this.all = all;
    }

    @Override
    public void answered(int bytes) {
      boolean unused = count(due, System.nanoTime(), bytes);
      end();
    }

    @Override
    public void failed(Throwable cause) {
      Load.this.failed(cause);
      end();
    }

    private void end() {
      if (underWay.decrementAndGet() == 0) {
        all.countDown();
      }
    }
  }

  private final class Items extends BaseSubscriber<Object> {
    private final AtomicBoolean over = new AtomicBoolean();
    private int taken;
    private long items;

    @Override
    protected void hookOnSubscribe(Subscription subscription) {
      subscription.request(BATCH);
    }

    @Override
    protected void hookOnNext(Object item) {
      if (client.take(item) != cell.bytes()) {
        failed(new IllegalStateException("an item of another size"));
      }
      if (over.get()) {
        return;
      }
      items++;
      taken++;
      if (taken == BATCH / 4) {
        taken = 0;
        long now = System.nanoTime();
        if (now >= endNanos || failure.get() != null) {
          over.set(true);
          answered.addAndGet(items);
          lastNanos = now;
          cancel();
          ended.countDown();
          return;
        }
        request(BATCH / 4);
      }
    }

    @Override
    protected void hookOnError(Throwable cause) {
      failed(cause);
      ended.countDown();
    }

    @Override
    protected void hookOnComplete() {
      failed(new IllegalStateException("the stream ended"));
      ended.countDown();
    }
  }
}
