package dev.parley.testkit.fault;

import java.time.Duration;

/**
 * One thing that goes wrong with the bytes of one direction of a {@link FaultProxy} connection.
 *
 * <p>Faults are immutable values and compose: latencies add up, the smallest bandwidth, slice and
 * cut-off win, every edit of a byte applies. Offsets count the bytes the sender wrote since the
 * connection opened, starting at 0, and are the same for every connection. Random faults are a pure
 * function of their seed, the connection's number and the byte's offset, so a run repeats however
 * TCP happens to split the stream.
 */
public sealed interface Fault {

  /** A fault that delays every byte, and the closing of the stream, by {@code delay}. */
  static Fault latency(Duration delay) {
    return new Latency(delay, Duration.ZERO, 0);
  }

  /**
   * A fault that delays by {@code delay} plus a seeded share, 0 up to all, of {@code jitter}. Bytes
   * never overtake each other.
   */
  static Fault latency(Duration delay, Duration jitter, long seed) {
    return new Latency(delay, jitter, seed);
  }

  /** A fault that lets {@code bytesPerSecond} bytes pass a second, in portions of 20 ms. */
  static Fault bandwidth(long bytesPerSecond) {
    return new Bandwidth(bytesPerSecond);
  }

  /** A fault that forwards at most {@code maxBytes} with one write. */
  static Fault slice(int maxBytes) {
    return new Slice(maxBytes, Duration.ZERO);
  }

  /**
   * A fault that forwards at most {@code maxBytes} with one write and pauses {@code gap} between
   * writes, so that the receiver reads the slices apart.
   */
  static Fault slice(int maxBytes, Duration gap) {
    return new Slice(maxBytes, gap);
  }

  /** A fault that inverts bit {@code bit} (0 is the lowest) of the byte at {@code offset}. */
  static Fault flipBit(long offset, int bit) {
    return new FlipBit(offset, bit);
  }

  /** A fault that inverts one seeded bit of each byte with the given probability, 0 to 1. */
  static Fault corrupt(double probability, long seed) {
    return new Corrupt(probability, seed);
  }

  /** A fault that forwards the byte at {@code offset} twice. */
  static Fault duplicateByte(long offset) {
    return new DuplicateByte(offset);
  }

  /** A fault that leaves out the byte at {@code offset}. */
  static Fault dropByte(long offset) {
    return new DropByte(offset);
  }

  /**
   * A fault that ends this direction (FIN) after {@code bytes} bytes and discards what follows. The
   * other direction goes on.
   */
  static Fault truncateAfter(long bytes) {
    return new TruncateAfter(bytes);
  }

  /**
   * A fault that resets the connection (RST to both ends) once {@code bytes} bytes were sent this
   * way. How many of them the receiver still reads is up to its kernel.
   */
  static Fault resetAfter(long bytes) {
    return new ResetAfter(bytes);
  }

  /**
   * A fault that stops taking bytes after {@code bytes} bytes while the connection stays open: the
   * sender feels back pressure. Nothing is lost, so the stream goes on when the fault is lifted.
   */
  static Fault stallAfter(long bytes) {
    return new StallAfter(bytes);
  }

  /**
   * A fault that takes every byte, and the end of the stream, and forwards none of it. What is
   * swallowed stays lost when the fault is lifted.
   */
  static Fault blackhole() {
    return new Blackhole();
  }

  /** Delay: see {@link Fault#latency(Duration, Duration, long)}. */
  record Latency(Duration delay, Duration jitter, long seed) implements Fault {
    /** Rejects durations outside 0..1 h. */
    public Latency {
      requireBounded("delay", delay);
      requireBounded("jitter", jitter);
    }
  }

  /** Throughput limit: see {@link Fault#bandwidth}. */
  record Bandwidth(long bytesPerSecond) implements Fault {
    /** Rejects a limit under 1. */
    public Bandwidth {
      require(bytesPerSecond >= 1, "bytesPerSecond is %s, must be 1 or more", bytesPerSecond);
    }
  }

  /** Small writes: see {@link Fault#slice(int, Duration)}. */
  record Slice(int maxBytes, Duration gap) implements Fault {
    /** Rejects a size under 1 and a gap outside 0..1 h. */
    public Slice {
      require(maxBytes >= 1, "maxBytes is %s, must be 1 or more", maxBytes);
      requireBounded("gap", gap);
    }
  }

  /** One inverted bit: see {@link Fault#flipBit}. */
  record FlipBit(long offset, int bit) implements Fault {
    /** Rejects a negative offset and a bit outside 0..7. */
    public FlipBit {
      requireNotNegative("offset", offset);
      require(bit >= 0 && bit <= 7, "bit is %s, must be 0..7", bit);
    }
  }

  /** Random bit errors: see {@link Fault#corrupt}. */
  record Corrupt(double probability, long seed) implements Fault {
    /** Rejects a probability outside 0..1. */
    public Corrupt {
      require(probability >= 0 && probability <= 1, "probability is %s, must be 0..1", probability);
    }
  }

  /** One byte twice: see {@link Fault#duplicateByte}. */
  record DuplicateByte(long offset) implements Fault {
    /** Rejects a negative offset. */
    public DuplicateByte {
      requireNotNegative("offset", offset);
    }
  }

  /** One byte missing: see {@link Fault#dropByte}. */
  record DropByte(long offset) implements Fault {
    /** Rejects a negative offset. */
    public DropByte {
      requireNotNegative("offset", offset);
    }
  }

  /** Early end of stream: see {@link Fault#truncateAfter}. */
  record TruncateAfter(long bytes) implements Fault {
    /** Rejects a negative count. */
    public TruncateAfter {
      requireNotNegative("bytes", bytes);
    }
  }

  /** Connection reset: see {@link Fault#resetAfter}. */
  record ResetAfter(long bytes) implements Fault {
    /** Rejects a negative count. */
    public ResetAfter {
      requireNotNegative("bytes", bytes);
    }
  }

  /** Frozen stream: see {@link Fault#stallAfter}. */
  record StallAfter(long bytes) implements Fault {
    /** Rejects a negative count. */
    public StallAfter {
      requireNotNegative("bytes", bytes);
    }
  }

  /** Swallowed stream: see {@link Fault#blackhole}. */
  record Blackhole() implements Fault {}

  private static void requireBounded(String name, Duration value) {
    boolean bounded = !value.isNegative() && value.compareTo(Duration.ofHours(1)) <= 0;
    require(bounded, name + " is %s, must be PT0S..PT1H", value);
  }

  private static void requireNotNegative(String name, long value) {
    require(value >= 0, name + " is %s, must not be negative", value);
  }

  private static void require(boolean holds, String rule, Object value) {
    if (!holds) {
      throw new IllegalArgumentException(String.format(rule, value));
    }
  }
}
