package dev.parley.transport.rsocket.guard;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Which stream ids one side of a connection has used. Confined to one event loop.
 *
 * <p>RSocket wants ids to grow, yet rsocket-java hands out an id and sends the request in two
 * steps, so requests of an honest peer with several threads arrive slightly out of order. Hence a
 * sliding window as in anti-replay (RFC 6479): an id above the highest is new; below it, one bit
 * per id tells used from skipped; further back an id is {@link Verdict#LATE} and the request is
 * refused, never run. While ids come without a gap no window is kept.
 *
 * <p>Ids are compared as serial numbers (RFC 1982) modulo 2^31, because a connection at a million
 * requests per second runs through all of them in 18 minutes and rsocket-java then starts over.
 */
final class StreamIds {
  /** How many ids back a request may still be opened. */
  static final int WINDOW = 4096;

  private static final int WORDS = WINDOW / Long.SIZE;
  private static final int INDEX_BITS = 30; // 31-bit ids of one parity
  private static final int INDEX_MASK = (1 << INDEX_BITS) - 1;
  private static final int HALF = 1 << (INDEX_BITS - 1);
  private static final int BLOCK_MASK = INDEX_MASK >>> 6;

  /** What an id is at the moment of a request. */
  enum Verdict {
    /** Not used before; used from now on. */
    FRESH,
    /** Used before. */
    REUSED,
    /** Too far back to tell. */
    LATE
  }

  private int highest; // index, that is id >>> 1
  private long @Nullable [] used;

  /** Creates the ids of one parity, none of them used. */
  StreamIds(boolean odd) {
    this.highest = odd ? INDEX_MASK : 0; // the index before the first: 1 has index 0, 2 has 1
  }

  /** Marks {@code id} as used by a request. */
  Verdict use(int id) {
    int index = id >>> 1;
    int ahead = index - highest & INDEX_MASK;
    if (ahead == 1 && used == null) {
      highest = index;
      return Verdict.FRESH;
    }
    if (ahead != 0 && ahead < HALF) {
      advance(index);
      return Verdict.FRESH;
    }
    return useBehind(index);
  }

  /** Returns whether {@code id} lies above every id that was used. */
  boolean isBeyond(int id) {
    int ahead = (id >>> 1) - highest & INDEX_MASK;
    return ahead != 0 && ahead < HALF;
  }

  private void advance(int index) {
    long[] bits = used;
    if (bits == null) {
      bits = new long[WORDS];
      Arrays.fill(bits, -1L);
      bits[word(highest)] = -1L >>> (Long.SIZE - 1 - (highest & 63));
      used = bits;
    }
    int block = highest >>> 6;
    int blocks = Math.min((index >>> 6) - block & BLOCK_MASK, WORDS);
    for (int i = 1; i <= blocks; i++) {
      bits[block + i & WORDS - 1] = 0;
    }
    bits[word(index)] |= 1L << index;
    highest = index;
  }

  private Verdict useBehind(int index) {
    long[] bits = used;
    if (bits == null) {
      return Verdict.REUSED;
    }
    if (((highest >>> 6) - (index >>> 6) & BLOCK_MASK) >= WORDS) {
      return Verdict.LATE;
    }
    long bit = 1L << index;
    if ((bits[word(index)] & bit) != 0) {
      return Verdict.REUSED;
    }
    bits[word(index)] |= bit;
    return Verdict.FRESH;
  }

  private static int word(int index) {
    return index >>> 6 & WORDS - 1;
  }
}
