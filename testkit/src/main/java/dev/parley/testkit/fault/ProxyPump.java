package dev.parley.testkit.fault;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One direction of one proxied connection. Confined to the proxy's thread. */
final class ProxyPump {
  private static final int WRITES_PER_TURN = 64;

  /** Bytes, or the end of the stream, that may go out at {@code dueNanos}. */
  private record Piece(@Nullable ByteBuffer data, FaultPlan.Cut end, long dueNanos) {}

  private final int connection;
  private final Capture.Side side;
  private final SocketChannel source;
  private final SocketChannel sink;
  private final ProxyIo io;
  private final Supplier<FaultPlan> plan;
  private final LongAdder forwarded;
  private final Queue<Piece> queue = new ArrayDeque<>();

  private long queuedBytes;
  private long offset;
  private long chunks;
  private long lastDueNanos;
  private long lineFreeNanos;
  private long restUntilNanos;
  private boolean sourceEnded;
  private boolean discarding;
  private FaultPlan.Cut applied = FaultPlan.Cut.NONE;
  private boolean blocked;
  private boolean sinkEnded;

  /** What the pumps of one proxy share. */
  record ProxyIo(ByteBuffer readBuffer, Capture.Recorder recorder, long queueLimitBytes) {}

  ProxyPump(
      int connection,
      Capture.Side side,
      SocketChannel source,
      SocketChannel sink,
      ProxyIo io,
      Supplier<FaultPlan> plan,
      LongAdder forwarded,
      long nowNanos) {
    this.connection = connection;
    this.side = side;
    this.source = source;
    this.sink = sink;
    this.io = io;
    this.plan = plan;
    this.forwarded = forwarded;
    this.lastDueNanos = nowNanos;
    this.lineFreeNanos = nowNanos;
    this.restUntilNanos = nowNanos;
  }

  boolean wantsRead() {
    return !sourceEnded
        && (discarding
            || (queuedBytes < io.queueLimitBytes()
                && plan.get().cutAt(offset) == FaultPlan.Cut.NONE));
  }

  boolean wantsWrite() {
    return blocked;
  }

  /** Whether this direction carries nothing any more. */
  boolean isDone() {
    return sourceEnded && sinkEnded;
  }

  void read(long nowNanos) throws IOException {
    ByteBuffer buffer = io.readBuffer().clear();
    if (!discarding) {
      buffer.limit((int) Math.min(buffer.capacity(), plan.get().bytesBeforeCut(offset)));
    }
    int count = source.read(buffer);
    if (count < 0) {
      sourceEnded = true;
      if (!discarding && !plan.get().isBlackhole()) {
        enqueue(null, FaultPlan.Cut.TRUNCATE, nowNanos);
      }
    } else if (count > 0) {
      byte[] bytes = new byte[count];
      buffer.flip().get(bytes);
      take(bytes, nowNanos);
    }
  }

  private void take(byte[] bytes, long nowNanos) {
    io.recorder().record(connection, side, bytes);
    FaultPlan faults = plan.get();
    if (!discarding && !faults.isBlackhole()) {
      byte[] edited = faults.edit(bytes, connection, offset);
      queuedBytes += edited.length;
      enqueue(ByteBuffer.wrap(edited), FaultPlan.Cut.NONE, nowNanos);
    }
    offset += bytes.length;
  }

  private void enqueue(@Nullable ByteBuffer data, FaultPlan.Cut end, long nowNanos) {
    long due = nowNanos + plan.get().delayNanos(connection, chunks++);
    lastDueNanos = later(due, lastDueNanos);
    queue.add(new Piece(data, end, lastDueNanos));
  }

  /** The sink takes bytes again; what it did not take meanwhile is not caught up with. */
  void writable(long nowNanos) {
    if (blocked) {
      blocked = false;
      lineFreeNanos = later(lineFreeNanos, nowNanos);
    }
  }

  /**
   * Forwards what is due.
   *
   * @return {@code false} if a fault resets the connection
   */
  boolean flush(long nowNanos) throws IOException {
    cut(nowNanos);
    for (int writes = 0; writes < WRITES_PER_TURN && nanosUntilDue(nowNanos) <= 0; writes++) {
      Piece head = queue.element();
      if (head.end == FaultPlan.Cut.RESET) {
        return false;
      }
      if (head.data == null) {
        queue.remove();
        sink.shutdownOutput();
        sinkEnded = true;
      } else {
        write(head.data, head.dueNanos, nowNanos);
      }
    }
    return true;
  }

  /** Turns a cut-off that was reached into the end of the queue, once. */
  private void cut(long nowNanos) {
    FaultPlan.Cut cut = plan.get().cutAt(offset);
    boolean ends = cut == FaultPlan.Cut.RESET || (cut == FaultPlan.Cut.TRUNCATE && !sourceEnded);
    if (ends && cut.compareTo(applied) > 0) {
      applied = cut;
      discarding = true;
      enqueue(null, cut, nowNanos);
    }
  }

  private void write(ByteBuffer data, long dueNanos, long nowNanos) throws IOException {
    int end = data.limit();
    int allowed = Math.min(data.remaining(), plan.get().writeBytes());
    data.limit(data.position() + allowed);
    int written = sink.write(data);
    data.limit(end);
    blocked = written < allowed;
    queuedBytes -= written;
    forwarded.add(written);
    rest(written, dueNanos, nowNanos);
    if (!data.hasRemaining()) {
      queue.remove();
    }
  }

  /** Late wake-ups are caught up with, so that the average rate holds; gaps are never cut. */
  private void rest(int written, long dueNanos, long nowNanos) {
    long transmission = plan.get().transmissionNanos(written);
    lineFreeNanos = later(lineFreeNanos, dueNanos) + transmission;
    restUntilNanos =
        later(transmission == 0 ? nowNanos : lineFreeNanos, nowNanos + plan.get().gapNanos());
  }

  private static long later(long oneNanos, long otherNanos) {
    return oneNanos - otherNanos > 0 ? oneNanos : otherNanos;
  }

  /** Time until {@link #flush} has work: 0 or less is now, {@code MAX_VALUE} is not by time. */
  long nanosUntilDue(long nowNanos) {
    Piece head = queue.peek();
    if (head == null || blocked) {
      return Long.MAX_VALUE;
    }
    return Math.max(head.dueNanos - nowNanos, restUntilNanos - nowNanos);
  }
}
