package dev.parley.testkit.fault;

import java.util.Arrays;
import java.util.List;

/**
 * The faults of one direction, reduced to what the proxy asks of them per read and per write.
 * Immutable.
 */
final class FaultPlan {
  /** What happens at the cut-off; later constants win at the same offset. */
  enum Cut {
    NONE,
    STALL,
    TRUNCATE,
    RESET
  }

  static final FaultPlan NONE = FaultPlan.of(List.of());

  private static final int PACING_SLOTS_PER_SECOND = 50;
  private static final double UNIT = 0x1.0p-53;

  private final List<Fault> faults;
  private final boolean edits;
  private boolean blackhole;
  private long bytesPerSecond = Long.MAX_VALUE;
  private int sliceBytes = Integer.MAX_VALUE;
  private long gapNanos;
  private Cut cut = Cut.NONE;
  private long cutOffset = Long.MAX_VALUE;

  private FaultPlan(List<Fault> faults) {
    this.faults = List.copyOf(faults);
    this.edits = this.faults.stream().anyMatch(FaultPlan::editsBytes);
    this.faults.forEach(this::include);
  }

  static FaultPlan of(List<Fault> faults) {
    return new FaultPlan(faults);
  }

  private void include(Fault fault) {
    if (fault instanceof Fault.Bandwidth limit) {
      bytesPerSecond = Math.min(bytesPerSecond, limit.bytesPerSecond());
    } else if (fault instanceof Fault.Slice slice) {
      sliceBytes = Math.min(sliceBytes, slice.maxBytes());
      gapNanos = Math.max(gapNanos, slice.gap().toNanos());
    } else if (fault instanceof Fault.TruncateAfter truncate) {
      cutAt(truncate.bytes(), Cut.TRUNCATE);
    } else if (fault instanceof Fault.ResetAfter reset) {
      cutAt(reset.bytes(), Cut.RESET);
    } else if (fault instanceof Fault.StallAfter stall) {
      cutAt(stall.bytes(), Cut.STALL);
    } else if (fault instanceof Fault.Blackhole) {
      blackhole = true;
    }
  }

  private void cutAt(long offset, Cut kind) {
    if (offset < cutOffset || (offset == cutOffset && kind.compareTo(cut) > 0)) {
      cutOffset = offset;
      cut = kind;
    }
  }

  boolean isBlackhole() {
    return blackhole;
  }

  /** The cut-off in force once {@code offset} bytes were taken, or {@code NONE}. */
  Cut cutAt(long offset) {
    return offset >= cutOffset ? cut : Cut.NONE;
  }

  long bytesBeforeCut(long offset) {
    return Math.max(0, cutOffset - offset);
  }

  long delayNanos(int connection, long chunk) {
    long total = 0;
    for (Fault fault : faults) {
      if (fault instanceof Fault.Latency latency) {
        long key = key(latency.seed(), connection, chunk);
        total += latency.delay().toNanos() + (long) (share(key) * latency.jitter().toNanos());
      }
    }
    return total;
  }

  /** The most bytes one write may carry. */
  int writeBytes() {
    long slot =
        bytesPerSecond == Long.MAX_VALUE
            ? Integer.MAX_VALUE
            : Math.max(1, bytesPerSecond / PACING_SLOTS_PER_SECOND);
    return (int) Math.min(sliceBytes, Math.min(slot, Integer.MAX_VALUE));
  }

  /** How long a write of {@code bytes} occupies the line. */
  long transmissionNanos(int bytes) {
    return bytesPerSecond == Long.MAX_VALUE ? 0 : (long) (bytes * 1e9 / bytesPerSecond);
  }

  /** How long the line is silent after a write. */
  long gapNanos() {
    return gapNanos;
  }

  /** The bytes to forward in place of {@code bytes}, which start at {@code offset}. */
  byte[] edit(byte[] bytes, int connection, long offset) {
    if (!edits) {
      return bytes;
    }
    byte[] out = new byte[2 * bytes.length];
    int length = 0;
    for (int i = 0; i < bytes.length; i++) {
      int copies = copies(offset + i);
      byte edited = flip(bytes[i], connection, offset + i);
      for (int c = 0; c < copies; c++) {
        out[length++] = edited;
      }
    }
    return Arrays.copyOf(out, length);
  }

  private int copies(long offset) {
    int copies = 1;
    for (Fault fault : faults) {
      if (fault instanceof Fault.DropByte drop && drop.offset() == offset) {
        return 0;
      }
      if (fault instanceof Fault.DuplicateByte duplicate && duplicate.offset() == offset) {
        copies = 2;
      }
    }
    return copies;
  }

  private byte flip(byte original, int connection, long offset) {
    int value = original;
    for (Fault fault : faults) {
      if (fault instanceof Fault.FlipBit flip && flip.offset() == offset) {
        value ^= 1 << flip.bit();
      } else if (fault instanceof Fault.Corrupt corrupt) {
        long key = key(corrupt.seed(), connection, offset);
        if (share(key) < corrupt.probability()) {
          value ^= 1 << (key & 7);
        }
      }
    }
    return (byte) value;
  }

  private static boolean editsBytes(Fault fault) {
    return fault instanceof Fault.FlipBit
        || fault instanceof Fault.Corrupt
        || fault instanceof Fault.DuplicateByte
        || fault instanceof Fault.DropByte;
  }

  private static long key(long seed, int connection, long position) {
    return mix(mix(seed + connection * 0x9E3779B97F4A7C15L) + position);
  }

  private static double share(long key) {
    return (key >>> 11) * UNIT;
  }

  /** The finalizer of SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Generators). */
  private static long mix(long value) {
    long z = value + 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
