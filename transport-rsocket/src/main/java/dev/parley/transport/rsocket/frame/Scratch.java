package dev.parley.transport.rsocket.frame;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Arrays of an event loop, which its links share: memory that is used again is in the processor's
 * cache. Records are sealed in one and opened from another within one call.
 */
public final class Scratch {
  /** Room for several records of the largest size. */
  static final int OUT_BYTES = 256 * 1024;

  /** The largest unit: a length prefix and what it can count. */
  static final int IN_BYTES = 2 + 0xFFFF;

  private static final FastThreadLocal<Scratch> LOCAL =
      new FastThreadLocal<>() {
        @Override
        protected Scratch initialValue() {
          return new Scratch();
        }
      };

  final byte[] out = new byte[OUT_BYTES];
  final byte[] in = new byte[IN_BYTES];

  /** For a record that comes in pieces. */
  final Spare partial = new Spare();

  /** For what a record holds, while frames of it are handled. */
  final Spare plain = new Spare();

  /** For the read that is under way. */
  public final ReadBatch readBatch = new ReadBatch();

  /** For frames of one link, until they are sealed. */
  final Burst burst = new Burst();

  private Scratch() {}

  public static Scratch get() {
    return LOCAL.get();
  }

  /** An array that is lent to one at a time. */
  static final class Spare {
    private byte @Nullable [] kept;

    /** An array of at least so many bytes, to keep: the one that came back, if it is enough. */
    byte[] take(int bytes) {
      byte[] known = kept;
      if (known == null || known.length < bytes) {
        return new byte[bytes];
      }
      kept = null;
      return known;
    }

    /** Brings back what was taken. */
    void giveBack(byte[] array) {
      if (kept == null || kept.length < array.length) {
        kept = array;
      }
    }
  }

  /**
   * A queue that one link at a time has, and that is a new one each time: whatever is put into an
   * object that has survived a few collections costs a fence, and G1 a look at it, for each link.
   */
  static final class Burst {
    private static final int MIN_FRAMES = 16;
    private static final int MAX_FRAMES = 256;

    private int usual = MIN_FRAMES;
    private @Nullable Object owner;
    private @Nullable ArrayDeque<ByteBuf> frames;

    /** The queue, empty at first; null while another has it. */
    @Nullable ArrayDeque<ByteBuf> take(Object by) {
      if (owner == null) {
        owner = by;
        frames = new ArrayDeque<>(usual);
      }
      return of(by);
    }

    /** The queue if it was taken by {@code somebody}. */
    @Nullable ArrayDeque<ByteBuf> of(Object somebody) {
      return owner == somebody ? frames : null;
    }

    /** Who has it needs it no more; {@code held} is how much it held at most. */
    void giveBack(int held) {
      usual = Math.min(MAX_FRAMES, Math.max(MIN_FRAMES, held));
      owner = null;
      frames = null;
    }
  }
}
