package dev.parley.dht.wire;

import dev.parley.NetworkId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An agent's signed, expiring list of addresses: what the DHT stores.
 *
 * <p>Kept as the bytes that arrived, which are canonical: decoding refuses every form that encoding
 * would not give, so a listing has one form and its holders pass on exactly what its owner signed.
 * The sequence number is the time of signing in microseconds since 1970 (or one more than the last,
 * if clocks went back), so the lifetime counts from a signed moment, and no replay keeps an old
 * listing alive. Immutable.
 */
public final class AgentListing {
  /** Largest listing in bytes. */
  public static final int MAX_LENGTH = 1024;

  /** Most addresses of one listing. */
  public static final int MAX_ADDRESSES = 8;

  /** Shortest lifetime. */
  public static final Duration MIN_LIFETIME = Duration.ofMinutes(5);

  /** Longest lifetime. */
  public static final Duration MAX_LIFETIME = Duration.ofDays(2);

  static final int VERSION = 1;
  static final int MAX_EXTENSION_LENGTH = 512;
  static final int SIGNATURE_LENGTH = 64;
  private static final int TOMBSTONE = 1;
  private static final int CLIENT_ONLY = 2;

  private final NetworkId network;
  private final byte[] bytes;
  private final NodeKey key;
  private final int flags;
  private final long sequence;
  private final int lifetimeSeconds;
  private final List<ListingAddress> addresses;
  private @Nullable DhtKey slot0; // computed on demand; a race computes it twice
  private @Nullable DhtKey slot1;

  private AgentListing(NetworkId network, byte[] own) {
    if (own.length > MAX_LENGTH) {
      throw new DhtFormatException(
          "listing has " + own.length + " bytes, must be at most " + MAX_LENGTH);
    }
    WireReader in = new WireReader(own);
    in.u8("listing version", VERSION, VERSION);
    this.network = network;
    this.bytes = own;
    this.flags = in.u8("listing flags", 0, TOMBSTONE | CLIENT_ONLY);
    this.key = NodeKey.own(network, in.bytes(DhtKey.LENGTH));
    this.sequence = in.i64();
    this.lifetimeSeconds = in.i32();
    this.addresses = readAddresses(in);
    readExtensions(in);
    in.bytes(SIGNATURE_LENGTH);
    in.end();
    requireSane();
  }

  private static List<ListingAddress> readAddresses(WireReader in) {
    int n = in.u8("addresses of a listing", 0, MAX_ADDRESSES);
    List<ListingAddress> addresses = new ArrayList<>(n);
    for (int i = 0; i < n; i++) {
      ListingAddress address = AddressType.read(in);
      if (addresses.contains(address)) {
        throw new DhtFormatException("a listing names an address twice");
      }
      addresses.add(address);
    }
    return List.copyOf(addresses);
  }

  /** Even types may be ignored; odd ones must be understood, and this version knows none. */
  private static void readExtensions(WireReader in) {
    int length = in.u16("extensions of a listing", 0, MAX_EXTENSION_LENGTH);
    int end = in.position() + length;
    int last = -1;
    while (in.position() < end) {
      int type = in.u8();
      if (type <= last) {
        throw new DhtFormatException("extensions of a listing are not in ascending order");
      }
      if ((type & 1) != 0) {
        throw new DhtFormatException(
            "listing has extension " + type + ", which must be understood");
      }
      last = type;
      in.bytes(in.u16());
    }
    if (in.position() != end) {
      throw new DhtFormatException("an extension is longer than all of them");
    }
  }

  private void requireSane() {
    if (sequence <= 0) {
      throw new DhtFormatException("sequence of a listing must be 1 or more");
    }
    if (lifetimeSeconds < MIN_LIFETIME.toSeconds() || lifetimeSeconds > MAX_LIFETIME.toSeconds()) {
      throw new DhtFormatException(
          "lifetime of a listing is " + lifetimeSeconds + " s, must be 300..172800");
    }
    if (isTombstone() != addresses.isEmpty()) {
      throw new DhtFormatException("a listing has addresses, a tombstone has none");
    }
  }

  /**
   * Reads a listing of a network; its signature is not checked.
   *
   * @param bytes copied
   * @throws DhtFormatException if it is not a listing in its one form
   */
  public static AgentListing decode(NetworkId network, byte[] bytes) {
    return new AgentListing(network, bytes.clone());
  }

  static AgentListing own(NetworkId network, byte[] bytes) {
    return new AgentListing(network, bytes);
  }

  /**
   * Signs a listing that names addresses, or with none a tombstone, which says that the agent is
   * gone.
   *
   * @param sequence the time in microseconds since 1970, or more if the last listing had more
   * @param clientOnly whether the agent's node serves no others
   * @throws IllegalArgumentException if a part is out of its range
   */
  public static AgentListing sign(
      NetworkId network,
      NodeKey key,
      long sequence,
      Duration lifetime,
      List<? extends ListingAddress> addresses,
      boolean clientOnly,
      ListingSigner signer) {
    Objects.requireNonNull(signer, "signer");
    long seconds = lifetime.toSeconds();
    if (seconds < MIN_LIFETIME.toSeconds() || seconds > MAX_LIFETIME.toSeconds()) {
      throw new IllegalArgumentException("lifetime is " + lifetime + ", must be 5 min..48 h");
    }
    WireWriter out = new WireWriter(256);
    out.u8(VERSION).u8((addresses.isEmpty() ? TOMBSTONE : 0) | (clientOnly ? CLIENT_ONLY : 0));
    out.bytes(key.raw()).i64(sequence).i32((int) seconds).u8(addresses.size());
    addresses.forEach(address -> AddressType.write(address, out));
    byte[] body = out.u16(0).toBytes();
    byte[] signature = signer.sign(statement(network, body, body.length));
    try {
      return own(network, out.bytes(signature).toBytes());
    } catch (DhtFormatException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /** What is signed: the network's id, so that no listing crosses into another, then the body. */
  private static byte[] statement(NetworkId network, byte[] bytes, int bodyLength) {
    byte[] statement = Arrays.copyOf(network.toBytes(), NetworkId.LENGTH + bodyLength);
    System.arraycopy(bytes, 0, statement, NetworkId.LENGTH, bodyLength);
    return statement;
  }

  /** The bytes that the signature is over. */
  public byte[] statement() {
    return statement(network, bytes, bytes.length - SIGNATURE_LENGTH);
  }

  /** The 64 bytes of the signature. */
  public byte[] signature() {
    return Arrays.copyOfRange(bytes, bytes.length - SIGNATURE_LENGTH, bytes.length);
  }

  /** Whose listing it is. */
  public NodeKey key() {
    return key;
  }

  /** Where the listing lives in the id space; {@code slot} is 0 or 1. */
  public DhtKey place(int slot) {
    DhtKey known = slot == 0 ? slot0 : slot1;
    if (known == null) {
      known = DhtKey.listing(network, slot, key.raw());
      if (slot == 0) {
        slot0 = known;
      } else {
        slot1 = known;
      }
    }
    return known;
  }

  /** The higher one wins; microseconds since 1970. */
  public long sequence() {
    return sequence;
  }

  /** How long the listing holds from the time in its sequence number on. */
  public Duration lifetime() {
    return Duration.ofSeconds(lifetimeSeconds);
  }

  /** When the listing ends, in milliseconds since 1970. */
  public long expiresAtMillis() {
    return sequence / 1000 + lifetimeSeconds * 1000L;
  }

  /** Whether it says that the agent is gone. */
  public boolean isTombstone() {
    return (flags & TOMBSTONE) != 0;
  }

  /** Whether the agent's node serves no others. */
  public boolean isClientOnly() {
    return (flags & CLIENT_ONLY) != 0;
  }

  /** The addresses, the best first; empty for a tombstone. */
  public List<ListingAddress> addresses() {
    return addresses;
  }

  /** The length of the bytes. */
  public int length() {
    return bytes.length;
  }

  /** A copy of the bytes. */
  public byte[] toBytes() {
    return bytes.clone();
  }

  byte[] raw() {
    return bytes;
  }

  /** Orders listings of one agent: by sequence, then by bytes, so that all nodes choose alike. */
  public int compareVersion(AgentListing other) {
    int order = Long.compare(sequence, other.sequence);
    return order != 0 ? order : Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other
        || (other instanceof AgentListing that
            && Arrays.equals(bytes, that.bytes)
            && network.equals(that.network));
  }

  @Override
  public int hashCode() {
    return 31 * key.hashCode() + Long.hashCode(sequence);
  }

  @Override
  public String toString() {
    return "AgentListing[" + key + ", sequence " + sequence + "]";
  }
}
