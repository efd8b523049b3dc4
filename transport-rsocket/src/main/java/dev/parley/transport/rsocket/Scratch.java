package dev.parley.transport.rsocket;

import io.netty.util.concurrent.FastThreadLocal;
import org.jspecify.annotations.Nullable;

/**
 * Arrays of an event loop, which its links share: memory that is used again is in the processor's
 * cache. Records are sealed in one and opened from another within one call; a third gathers a
 * record that comes in pieces, for one link at a time.
 */
final class Scratch {
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

  private byte @Nullable [] spare;

  private Scratch() {}

  static Scratch get() {
    return LOCAL.get();
  }

  /** An array of at least so many bytes, to keep: the one that came back last, if it is enough. */
  byte[] take(int bytes) {
    byte[] known = spare;
    if (known == null || known.length < bytes) {
      return new byte[bytes];
    }
    spare = null;
    return known;
  }

  /** Brings back what was taken. */
  void giveBack(byte[] array) {
    if (spare == null || spare.length < array.length) {
      spare = array;
    }
  }
}
