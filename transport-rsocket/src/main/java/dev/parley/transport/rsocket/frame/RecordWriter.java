package dev.parley.transport.rsocket.frame;

import dev.parley.transport.session.ControlRecord;
import dev.parley.transport.session.RecordFormat;
import dev.parley.transport.session.RecordSealer;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;
import reactor.util.concurrent.Queues;

/**
 * Gathers frames from any thread and seals them in batches on the event loop: as many frames as fit
 * in a record, all records of a batch in one write, one flush.
 *
 * <p><em>Queues.</em> Five, of which most are empty at any time; {@link #drain} empties them in
 * this order:
 *
 * <ol>
 *   <li>{@code controls}: control records. Event loop only. They overtake all frames.
 *   <li>{@code replies}: frames that the filter is not to see. Event loop only.
 *   <li>The event loop's {@link Scratch.Burst}: frames offered on the loop, by the one link that
 *       has the burst. A new queue each time, since a store into an object that has lived for long
 *       costs a fence and work for the collector.
 *   <li>{@code ownFrames}: the same where another link has the burst, and what a drain could not
 *       write since the channel was full. Event loop only; null while empty.
 *   <li>{@code frames}: frames of other threads; many write, the event loop reads.
 * </ol>
 *
 * <p><em>Order.</em> Frames leave in the order in which each thread offered them, which record
 * numbers and RSocket both need. A frame of the event loop must not overtake one that another
 * thread offered before it. So once {@code fromElsewhere} is set, the loop's own frames go into
 * {@code frames} too, until a drain has found that queue empty. {@code fromElsewhere} is set after
 * the frame is in the queue, and cleared before the queue is looked at for the last time; an offer
 * in between sets it again. It exists so that a loop with a thousand links does not read a thousand
 * queues, nearly all of which are empty and out of the cache.
 *
 * <p><em>Waking up.</em> {@link #offer} returns true to one caller only, who has {@code drain}
 * called: {@code scheduled} goes from 0 to 1 there and back to 0 at the start of the drain, before
 * any queue is read. A frame that is offered while a drain runs is taken by it or schedules the
 * next.
 *
 * <p><em>Bytes.</em> {@code pending} counts what is offered until Netty has written it; the link is
 * closed where it exceeds its bound. Control records count from their write on, or a peer that
 * pings and never reads could fill the channel. The owner of a frame is the writer from {@code
 * offer} to the copy into a record.
 *
 * <p><em>The end.</em> {@link #close} sets {@code closed} and empties the queues. An offer looks at
 * {@code closed} after its frame is in the queue, so that either of the two sees the other: a frame
 * that came too late is released by the drain for which the offer asks.
 *
 * <p>What pays for it: 32 B × 256 and 32 B × 64 in docs/performance.md, where many messages share a
 * record and a system call, and "Many links" for the burst and for {@code fromElsewhere} (decision
 * 0016).
 */
public final class RecordWriter extends RecordCounts {
  /** Sees each frame before it is sealed, in order. */
  public interface Filter {
    /** Whether the frame is to be sent; it stays the writer's. */
    boolean test(ByteBuf frame);
  }

  private static final AtomicIntegerFieldUpdater<RecordWriter> SCHEDULED =
      AtomicIntegerFieldUpdater.newUpdater(RecordWriter.class, "scheduled");
  private static final long REKEY_NANOS = TimeUnit.MINUTES.toNanos(5);

  private final RecordSealer sealer;
  private final int maxWireBytes;
  private final Filter filter;
  private final LoopCounter pending = new LoopCounter();
  private final Runnable onWritten;

  private final Queue<ByteBuf> frames = Queues.<ByteBuf>unboundedMultiproducer().get();
  private volatile boolean fromElsewhere;

  private @Nullable ArrayDeque<ByteBuf> ownFrames;
  private @Nullable ArrayDeque<ByteBuf> replies;
  private @Nullable ArrayDeque<ControlRecord> controls;

  @SuppressWarnings("unused") // through SCHEDULED
  private volatile int scheduled;

  private long lastRekeyNanos;
  private long writtenBytes;
  private volatile boolean closed;

  /**
   * @param onWritten runs on the event loop whenever frames have left
   */
  public RecordWriter(
      RecordSealer sealer, int maxRecordBytes, Filter filter, Runnable onWritten, long nowNanos) {
    this.sealer = sealer;
    this.maxWireBytes = RecordFormat.maxWireBytes(maxRecordBytes);
    this.filter = filter;
    this.onWritten = onWritten;
    this.lastRekeyNanos = nowNanos;
  }

  /**
   * Offers a frame, whose ownership passes. True when the caller has to have {@link #drain} called
   * on the event loop.
   *
   * @param onLoop whether this is the event loop
   */
  public boolean offer(ByteBuf frame, boolean onLoop) {
    int bytes = MessageFrame.bytes(frame);
    if (onLoop) {
      pending.addOnLoop(bytes);
      if (fromElsewhere) {
        frames.offer(frame);
      } else {
        offerOwn(frame);
      }
    } else {
      pending.addElsewhere(bytes);
      frames.offer(frame);
      fromElsewhere = true;
    }
    if (closed) {
      return true;
    }
    return scheduled == 0 && SCHEDULED.compareAndSet(this, 0, 1);
  }

  /** Offers a frame that the filter is not to see. Event loop; {@link #drain} has to follow. */
  public void offerReply(ByteBuf frame) {
    pending.addOnLoop(MessageFrame.bytes(frame));
    if (replies == null) {
      replies = new ArrayDeque<>();
    }
    replies.add(frame);
  }

  /** Queues a control record. Event loop. */
  public void offer(ControlRecord record) {
    if (controls == null) {
      controls = new ArrayDeque<>();
    }
    controls.add(record);
  }

  /** Seals and writes what is there, while the channel takes it. Event loop; flushes. */
  public void drain(ChannelHandlerContext ctx, long nowNanos) {
    scheduled = 0;
    if (closed) {
      releaseAll();
      return;
    }
    Scratch scratch = Scratch.get();
    ArrayDeque<ByteBuf> burst = scratch.burst.of(this);
    int held = burst == null ? 0 : burst.size();
    byte[] out = scratch.out;
    int end = sealControls(out, ctx, nowNanos);
    long taken = 0;
    boolean wrote = end > 0;
    sealer.begin(out, end);
    while (ctx.channel().isWritable()) {
      ByteBuf frame = nextReply();
      boolean reply = frame != null;
      if (frame == null) {
        frame = nextFrame(scratch.burst);
      }
      if (frame == null) {
        break;
      }
      int length = MessageFrame.bytes(frame);
      taken += length;
      try {
        if (!reply && !filter.test(frame)) {
          continue;
        }
        if (!sealer.fits(length)) {
          end = sealIfAny(end);
          if (end + maxWireBytes > out.length) {
            write(ctx, out, end, taken - length);
            taken = length;
            wrote = true;
            end = 0;
          }
          sealer.begin(out, end);
        }
        MessageFrame.copy(frame, out, sealer.append(length));
        countPlain(length);
      } finally {
        frame.release();
      }
    }
    endBurst(scratch.burst, held);
    end = sealIfAny(end);
    if (end > 0 || taken > 0) {
      write(ctx, out, end, taken);
      wrote = true;
    }
    if (wrote) {
      ctx.flush();
    }
  }

  private void offerOwn(ByteBuf frame) {
    ArrayDeque<ByteBuf> queue = ownFrames;
    if (queue == null) {
      queue = Scratch.get().burst.take(this);
    }
    if (queue == null) {
      ownFrames = queue = new ArrayDeque<>();
    }
    queue.add(frame);
  }

  private @Nullable ByteBuf nextReply() {
    ByteBuf frame = replies == null ? null : replies.poll();
    if (frame == null) {
      replies = null;
    }
    return frame;
  }

  private @Nullable ByteBuf nextFrame(Scratch.Burst shared) {
    ArrayDeque<ByteBuf> burst = shared.of(this); // null behind a drain within this one
    ByteBuf frame = burst == null ? null : burst.poll();
    if (frame == null && ownFrames != null) {
      frame = ownFrames.poll();
      if (frame == null) {
        ownFrames = null;
      }
    }
    return frame == null && fromElsewhere ? nextFromElsewhere() : frame;
  }

  private @Nullable ByteBuf nextFromElsewhere() {
    ByteBuf frame = frames.poll();
    if (frame == null) {
      fromElsewhere = false;
      frame = frames.poll();
      if (frame != null) {
        fromElsewhere = true;
      }
    }
    return frame;
  }

  private void endBurst(Scratch.Burst shared, int held) {
    ArrayDeque<ByteBuf> burst = shared.of(this);
    if (burst != null) {
      if (!burst.isEmpty()) {
        ownFrames = burst;
      }
      shared.giveBack(held);
    }
  }

  private int sealIfAny(int end) {
    if (sealer.isEmpty()) {
      return end;
    }
    countRecord();
    return sealer.seal();
  }

  private int sealControls(byte[] out, ChannelHandlerContext ctx, long nowNanos) {
    int end = 0;
    if (nowNanos - lastRekeyNanos > REKEY_NANOS) {
      if (sealer.recordsSinceRekey() > 0) {
        end = sealControl(new ControlRecord.KeyUpdate(), out, end);
      }
      lastRekeyNanos = nowNanos;
    }
    while (controls != null) {
      ControlRecord record = controls.poll();
      if (record == null) {
        controls = null;
        break;
      }
      if (end + maxWireBytes + RecordSealer.MAX_CONTROL_BYTES > out.length) {
        write(ctx, out, end, 0);
        end = 0;
      }
      end = sealControl(record, out, end);
    }
    return end;
  }

  private int sealControl(ControlRecord record, byte[] out, int end) {
    countRecord();
    return sealer.seal(record, out, end);
  }

  private void write(ChannelHandlerContext ctx, byte[] out, int end, long frameBytes) {
    if (end == 0) {
      written(frameBytes);
      return;
    }
    countWire(end);
    ByteBuf batch = ctx.alloc().directBuffer(end);
    batch.writeBytes(out, 0, end);
    long counted = frameBytes == 0 ? end : frameBytes;
    if (frameBytes == 0) {
      pending.addOnLoop(end);
    }
    ctx.write(batch).addListener(f -> written(counted));
  }

  private void written(long frameBytes) {
    writtenBytes += frameBytes;
    pending.addOnLoop(-frameBytes);
    onWritten.run();
  }

  /** How many control records wait. Event loop. */
  public int controls() {
    return controls == null ? 0 : controls.size();
  }

  /** Bytes of frames that have left. Event loop. */
  public long writtenBytes() {
    return writtenBytes;
  }

  /** Whether a batch can still be sealed. */
  public boolean isExhausted() {
    return sealer.isExhausted();
  }

  /** Whether frames wait for the channel. Event loop. */
  public boolean hasFrames() {
    return isAny(replies)
        || isAny(Scratch.get().burst.of(this))
        || isAny(ownFrames)
        || !frames.isEmpty();
  }

  private static boolean isAny(@Nullable ArrayDeque<ByteBuf> queue) {
    return queue != null && !queue.isEmpty();
  }

  /** Bytes of frames that wait to be written. Any thread. */
  public long pendingBytes() {
    return pending.get();
  }

  /** Releases what waits and refuses the rest. Event loop. */
  public void close() {
    closed = true;
    controls = null;
    releaseAll();
  }

  private void releaseAll() {
    Scratch.Burst shared = Scratch.get().burst;
    ByteBuf frame;
    while ((frame = nextReply()) != null || (frame = nextFrame(shared)) != null) {
      pending.addOnLoop(-MessageFrame.bytes(frame));
      frame.release();
    }
    endBurst(shared, 0);
  }
}
