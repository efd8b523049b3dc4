package dev.parley.dht.wire;

import dev.parley.NetworkId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A point of the 256-bit id space, where nodes and listings live.
 *
 * <p>The distance of two points is their exclusive or, read as an unsigned number (Maymounkov and
 * Mazières, "Kademlia", 2002). Both kinds of point are SHA-256 of a label, the network's id and the
 * agent's key, with different labels: who grinds a node id next to an agent's has not yet come near
 * its listing. Immutable; ordered as unsigned numbers.
 */
public final class DhtKey implements Comparable<DhtKey> {
  /** Length in bytes. */
  public static final int LENGTH = 32;

  /** Length in bits. */
  public static final int BITS = 256;

  /** How many places a listing can have; each slot is a place of its own. */
  public static final int SLOTS = 2;

  private static final byte[] NODE_LABEL = ascii("parley-dht/node/1");
  private static final byte[] LISTING_LABEL = ascii("parley-dht/rec/1");
  private static final double TWO_POW_64 = 0x1p64;

  private final long a;
  private final long b;
  private final long c;
  private final long d;

  private DhtKey(long a, long b, long c, long d) {
    this.a = a;
    this.b = b;
    this.c = c;
    this.d = d;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * The point with these 32 bytes, most significant first.
   *
   * @throws IllegalArgumentException if there are not 32 bytes
   */
  public static DhtKey of(byte[] bytes) {
    if (bytes.length != LENGTH) {
      throw new IllegalArgumentException(
          "a DHT key has " + LENGTH + " bytes, these are " + bytes.length);
    }
    return read(bytes, 0);
  }

  static DhtKey read(byte[] in, int at) {
    return new DhtKey(
        Bytes.getLong(in, at),
        Bytes.getLong(in, at + 8),
        Bytes.getLong(in, at + 16),
        Bytes.getLong(in, at + 24));
  }

  /** Where the node of the agent with this 32-byte key lives. */
  public static DhtKey node(NetworkId network, byte[] agentKey) {
    MessageDigest digest = sha256();
    digest.update(NODE_LABEL);
    digest.update(network.toBytes());
    return of(digest.digest(agentKey));
  }

  /**
   * Where the listing of the agent with this 32-byte key lives.
   *
   * @param slot 0 or 1
   */
  public static DhtKey listing(NetworkId network, int slot, byte[] agentKey) {
    if (slot < 0 || slot >= SLOTS) {
      throw new IllegalArgumentException("slot is " + slot + ", must be 0.." + (SLOTS - 1));
    }
    MessageDigest digest = sha256();
    digest.update(LISTING_LABEL);
    digest.update(network.toBytes());
    digest.update((byte) slot);
    return of(digest.digest(agentKey));
  }

  /** A random point. */
  public static DhtKey random(RandomGenerator random) {
    return new DhtKey(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** The number of leading bits shared with {@code other}; 256 when they are equal. */
  public int commonPrefix(DhtKey other) {
    long x = a ^ other.a;
    if (x != 0) {
      return Long.numberOfLeadingZeros(x);
    }
    x = b ^ other.b;
    if (x != 0) {
      return 64 + Long.numberOfLeadingZeros(x);
    }
    x = c ^ other.c;
    return x != 0
        ? 128 + Long.numberOfLeadingZeros(x)
        : 192 + Long.numberOfLeadingZeros(d ^ other.d);
  }

  /** Negative when {@code x} is nearer to this point than {@code y}, 0 when they are equal. */
  public int compareDistance(DhtKey x, DhtKey y) {
    int order = Long.compareUnsigned(a ^ x.a, a ^ y.a);
    if (order == 0) {
      order = Long.compareUnsigned(b ^ x.b, b ^ y.b);
    }
    if (order == 0) {
      order = Long.compareUnsigned(c ^ x.c, c ^ y.c);
    }
    return order == 0 ? Long.compareUnsigned(d ^ x.d, d ^ y.d) : order;
  }

  /** The distance as a share of the whole space, 0 (same 64 leading bits) to below 1. */
  public double distance(DhtKey other) {
    long x = a ^ other.a;
    return ((x >>> 11) * 0x1p11 + (x & 0x7ff)) / TWO_POW_64;
  }

  /** A random point that shares exactly {@code prefix} leading bits with this one. */
  public DhtKey randomAt(int prefix, RandomGenerator random) {
    Objects.checkIndex(prefix, BITS);
    long[] own = {a, b, c, d};
    long[] out = new long[4];
    for (int i = 0; i < 4; i++) {
      int kept = Math.max(0, Math.min(64, prefix - 64 * i));
      long mask = kept == 0 ? 0 : -1L << (64 - kept);
      out[i] = (own[i] & mask) | (random.nextLong() & ~mask);
    }
    long bit = 1L << (63 - prefix % 64);
    int word = prefix / 64;
    out[word] = (out[word] & ~bit) | (~own[word] & bit);
    return new DhtKey(out[0], out[1], out[2], out[3]);
  }

  /** The four bits that start at {@code from}, 0..252. */
  public int nibbleAt(int from) {
    Objects.checkIndex(from, BITS - 3);
    int value = 0;
    for (int i = from; i < from + 4; i++) {
      long word = i < 64 ? a : i < 128 ? b : i < 192 ? c : d;
      value = value << 1 | (int) (word >>> (63 - i % 64) & 1);
    }
    return value;
  }

  DhtKey withPrefix(long high, long low) {
    return new DhtKey(high, low, c, d);
  }

  /** The first 8 bytes as a big-endian number. */
  public long head() {
    return a;
  }

  /** The first 16 bytes, as an offer names a listing. */
  long prefixHigh() {
    return a;
  }

  long prefixLow() {
    return b;
  }

  void write(byte[] out, int at) {
    Bytes.putLong(out, at, a);
    Bytes.putLong(out, at + 8, b);
    Bytes.putLong(out, at + 16, c);
    Bytes.putLong(out, at + 24, d);
  }

  /** The 32 bytes, in a new array. */
  public byte[] toBytes() {
    byte[] out = new byte[LENGTH];
    write(out, 0);
    return out;
  }

  @Override
  public int compareTo(DhtKey other) {
    int order = Long.compareUnsigned(a, other.a);
    if (order == 0) {
      order = Long.compareUnsigned(b, other.b);
    }
    if (order == 0) {
      order = Long.compareUnsigned(c, other.c);
    }
    return order == 0 ? Long.compareUnsigned(d, other.d) : order;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof DhtKey k && a == k.a && b == k.b && c == k.c && d == k.d;
  }

  @Override
  public int hashCode() {
    return (int) (a ^ a >>> 32); // the bits are a hash already
  }

  /** The first eight bytes in hexadecimal, for logs. */
  @Override
  public String toString() {
    return HexFormat.of().toHexDigits(a);
  }
}
