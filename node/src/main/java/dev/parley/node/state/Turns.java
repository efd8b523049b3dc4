package dev.parley.node.state;

import dev.parley.spi.StateStoreException;
import dev.parley.spi.StateStoreException.Reason;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;

/**
 * The operations that wait for the file, and the one task on the scheduler that does them in order.
 * While the task is busy, others gather: appends that wait one behind the other are handed over
 * together, so that one force serves all of them.
 */
final class Turns {
  private final Scheduler scheduler;
  private final int maxWaiting;
  private final long maxWaitingBytes;
  private final Consumer<List<Turn<?>>> work;

  private final Object lock = new Object();
  private final Deque<Turn<?>> waiting = new ArrayDeque<>(); // these four under lock
  private long waitingBytes;
  private boolean isRunning;
  private boolean isClosed;

  Turns(Scheduler scheduler, int maxWaiting, long maxWaitingBytes, Consumer<List<Turn<?>>> work) {
    this.scheduler = scheduler;
    this.maxWaiting = maxWaiting;
    this.maxWaitingBytes = maxWaitingBytes;
    this.work = work;
  }

  /** Takes an operation, or fails it at once. */
  void add(Turn<?> turn) {
    Reason refused;
    boolean toStart;
    synchronized (lock) {
      refused = refusal(turn);
      toStart = refused == null && !isRunning;
      if (refused == null) {
        waiting.add(turn);
        waitingBytes += turn.bytes();
        isRunning = true;
      }
    }
    if (refused != null) {
      turn.fail(exception(refused));
    } else if (toStart) {
      start();
    }
  }

  private @Nullable Reason refusal(Turn<?> turn) {
    if (turn.isClose()) {
      isClosed = true;
      return null;
    }
    if (isClosed) {
      return Reason.CLOSED;
    }
    return waiting.size() >= maxWaiting || waitingBytes + turn.bytes() > maxWaitingBytes
        ? Reason.OVERLOADED
        : null;
  }

  private static StateStoreException exception(Reason reason) {
    return new StateStoreException(
        reason,
        reason == Reason.CLOSED
            ? "the state file is closed"
            : "too many appends wait for the state file; try again later");
  }

  private void start() {
    try {
      scheduler.schedule(this::run);
    } catch (RejectedExecutionException disposed) {
      giveUp();
    }
  }

  private void run() {
    for (List<Turn<?>> next = next(); !next.isEmpty(); next = next()) {
      work.accept(next);
    }
  }

  private List<Turn<?>> next() {
    List<Turn<?>> group = new ArrayList<>();
    int room = StateFormat.MAX_BODY_BYTES;
    synchronized (lock) {
      @Nullable Turn<?> head = waiting.peek();
      while (head instanceof Turn.Append && head.bytes() <= room) {
        room -= head.bytes();
        take(head, group);
        head = waiting.peek();
      }
      if (group.isEmpty() && head != null) {
        take(head, group);
      }
      isRunning = !group.isEmpty();
    }
    return group;
  }

  private void take(Turn<?> head, List<Turn<?>> into) {
    waiting.remove();
    waitingBytes -= head.bytes();
    into.add(head);
  }

  /** Without a thread only closing can be done, and is, so that nothing stays open. */
  private void giveUp() {
    Queue<Turn<?>> all;
    synchronized (lock) {
      all = new ArrayDeque<>(waiting);
      waiting.clear();
      waitingBytes = 0;
      isRunning = false;
      isClosed = true;
    }
    for (Turn<?> turn : all) {
      if (turn.isClose()) {
        work.accept(List.of(turn));
      } else {
        turn.fail(exception(Reason.CLOSED));
      }
    }
  }
}
