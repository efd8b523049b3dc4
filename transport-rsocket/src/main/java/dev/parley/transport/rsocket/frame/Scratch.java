package dev.parley.transport.rsocket.frame;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The arrays and queues of an event loop that its links share. Memory that is used again is in the
 * processor's cache; a thousand links with arrays of their own would miss it each time, and hold a
 * quarter of a GiB.
 *
 * <p>Each event loop has one, in a thread local of Netty's; nothing in it is seen by another
 * thread. Links of a loop run one after the other, so that what is used within one call needs no
 * owner:
 *
 * <ul>
 *   <li>{@code out}: {@link RecordWriter#drain} seals a batch of records there, and copies it into
 *       a buffer before it returns.
 *   <li>{@code in}: {@link RecordReader} copies one unit there and opens it from there, so that
 *       source and target of a cipher are never parts of one array, which the JDK's AES-GCM would
 *       copy.
 *   <li>{@code readBatch}: counts during one read ({@link ReadBatch}).
 * </ul>
 *
 * <p>What outlives a call is lent. A {@link Spare} holds one array that came back; the link that
 * takes it owns it, and others get a new one meanwhile. {@code partial} is taken for a record that
 * comes in pieces, until it is whole. {@code plain} is taken for an opened record while its frames
 * are handled, and stays with them where one of them is kept. The {@link Burst} is a queue that one
 * link at a time has, from its first frame to the end of its drain.
 *
 * <p>What pays for it: the KiB of an idle link and the rates of 1,000 links under "Many links" in
 * docs/performance.md; a new array for each record costs 1 KiB × 256 some percent (decision 0016).
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

  final Spare partial = new Spare();
  final Spare plain = new Spare();
  public final ReadBatch readBatch = new ReadBatch();
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

    /** Ends what {@link #take} began; {@code held} is how many frames it held at most. */
    void giveBack(int held) {
      usual = Math.min(MAX_FRAMES, Math.max(MIN_FRAMES, held));
      owner = null;
      frames = null;
    }
  }
}
