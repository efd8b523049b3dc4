package dev.parley;

import dev.parley.keys.Base58;
import java.util.Arrays;
import java.util.Objects;
import org.bouncycastle.math.ec.rfc7748.X25519Field;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.jspecify.annotations.Nullable;

/**
 * The name of an agent: its Ed25519 public key.
 *
 * <p>Only canonical encodings of points in the prime-order group exist as an {@code AgentId}; each
 * other 32-byte string is refused, so that one agent has exactly one id. Its text is the multibase
 * base58btc form of the multicodec key, {@code z6Mk...}, and {@code did:key:} plus that text is a
 * valid <a href="https://w3c-ccg.github.io/did-key-spec/">DID</a>.
 *
 * <p>The id also names a Diffie-Hellman key: its image under the birational map of RFC 7748 section
 * 4.1. Two ids that differ in the sign bit alone share that image, so a proof that a peer owns the
 * {@linkplain #x25519PublicKey() X25519 key} does not yet prove its id; protocols bind the 32 bytes
 * of the id itself.
 *
 * <p>Ordered by unsigned bytes. Immutable and safe for use by many threads.
 */
public final class AgentId implements Comparable<AgentId> {
  /** Length of an id in bytes. */
  public static final int LENGTH = 32;

  /** Length of the text of an id in characters; it is the same for all ids. */
  public static final int TEXT_LENGTH = 48;

  private static final String DID_PREFIX = "did:key:";
  private static final String TEXT_PREFIX = "z6Mk";
  private static final byte CODEC_0 = (byte) 0xed;
  private static final byte CODEC_1 = 0x01;

  private final byte[] key;
  private final int hash;
  private @Nullable String text; // immutable, computed on demand; a race computes it twice
  private volatile byte @Nullable [] x25519; // computed on demand, then never changed

  private AgentId(byte[] key) {
    this.key = key;
    this.hash = Arrays.hashCode(key);
  }

  /**
   * The id with these 32 bytes, copied.
   *
   * @throws IllegalArgumentException if {@code key} is not the canonical encoding of a point of
   *     prime order (RFC 8032 section 5.1.3)
   */
  public static AgentId of(byte[] key) {
    Objects.requireNonNull(key, "key");
    if (key.length != LENGTH) {
      throw new IllegalArgumentException(
          "an agent id has " + LENGTH + " bytes, these are " + key.length);
    }
    byte[] own = key.clone();
    if (!Ed25519.validatePublicKeyFull(own, 0)) {
      throw new IllegalArgumentException(
          "not an agent id: the bytes are no canonical, prime-order Ed25519 public key");
    }
    return new AgentId(own);
  }

  /**
   * The id with this text, as {@link #toString()} or {@link #toDid()} writes it. Nothing else is
   * accepted: no white space, no other base, no other key type.
   *
   * @throws IllegalArgumentException if {@code text} is not the text of an agent id
   */
  public static AgentId parse(String text) {
    Objects.requireNonNull(text, "text");
    String id = text.startsWith(DID_PREFIX) ? text.substring(DID_PREFIX.length()) : text;
    if (id.length() != TEXT_LENGTH || !id.startsWith(TEXT_PREFIX)) {
      throw new IllegalArgumentException(
          "an agent id has "
              + TEXT_LENGTH
              + " characters and starts with "
              + TEXT_PREFIX
              + " (or did:key:"
              + TEXT_PREFIX
              + "), this text has "
              + id.length());
    }
    byte[] bytes = Base58.decode(id.substring(1));
    if (bytes.length != 2 + LENGTH || bytes[0] != CODEC_0 || bytes[1] != CODEC_1) {
      throw new IllegalArgumentException("not an agent id: the text names no Ed25519 key");
    }
    return of(Arrays.copyOfRange(bytes, 2, bytes.length));
  }

  /** A copy of the 32 bytes. */
  public byte[] toBytes() {
    return key.clone();
  }

  /**
   * The whole text, {@code z6Mk...}; {@link #parse} reads it. For logs see {@link #toShortString}.
   */
  @Override
  public String toString() {
    String known = text;
    if (known == null) {
      byte[] bytes = new byte[2 + LENGTH];
      bytes[0] = CODEC_0;
      bytes[1] = CODEC_1;
      System.arraycopy(key, 0, bytes, 2, LENGTH);
      known = "z" + Base58.encode(bytes);
      text = known;
    }
    return known;
  }

  /** An abbreviation for logs, such as {@code z6Mk…x3Fq9B}: the last six characters of the text. */
  public String toShortString() {
    return TEXT_PREFIX + "…" + toString().substring(TEXT_LENGTH - 6);
  }

  /** The decentralized identifier, {@code did:key:z6Mk...}. */
  public String toDid() {
    return DID_PREFIX + this;
  }

  /**
   * A copy of the X25519 public key that belongs to this id: {@code u = (1 + y) / (1 - y)}.
   *
   * @see Identity#agreementKey()
   */
  public byte[] x25519PublicKey() {
    byte[] known = x25519;
    if (known == null) {
      known = montgomery(key);
      x25519 = known;
    }
    return known.clone();
  }

  private static byte[] montgomery(byte[] edwards) {
    int[] y = X25519Field.create();
    int[] one = X25519Field.create();
    int[] sum = X25519Field.create();
    int[] difference = X25519Field.create();
    X25519Field.decode255(edwards, y); // drops the sign bit
    X25519Field.one(one);
    X25519Field.apm(one, y, sum, difference);
    X25519Field.inv(difference, difference); // y = 1 is the neutral point, which is no AgentId
    X25519Field.mul(sum, difference, sum);
    X25519Field.normalize(sum);
    byte[] u = new byte[LENGTH];
    X25519Field.encode(sum, u);
    return u;
  }

  /**
   * Whether {@code signature} is this agent's over {@code data} for {@code purpose}, as {@link
   * Identity#sign} makes it. A signature of a wrong length or form is simply not valid; it never
   * throws.
   *
   * <p>Its first half, R, has to be the canonical encoding of a point of prime order, as an id is,
   * and its second half a number below the order of the group. Under these conditions it does not
   * matter whether the equation of RFC 8032 section 5.1.7 is multiplied by the cofactor: all
   * implementations that check them agree.
   *
   * @param purpose what the signature is for: 1 to 64 visible ASCII characters
   * @throws IllegalArgumentException if {@code purpose} is not of that form
   */
  public boolean verify(String purpose, byte[] data, byte[] signature) {
    Objects.requireNonNull(signature, "signature");
    return verifyRaw(key, SignedMessage.encode(purpose, data), signature);
  }

  /**
   * Ed25519 verification as {@link #verify} has it, of a message as it is.
   *
   * @param publicKey the bytes of an id
   */
  static boolean verifyRaw(byte[] publicKey, byte[] message, byte[] signature) {
    // BouncyCastle multiplies by the cofactor, so it would take an R with a part of small order.
    return signature.length == Ed25519.SIGNATURE_SIZE
        && Ed25519.verify(signature, 0, publicKey, 0, message, 0, message.length)
        && Ed25519.validatePublicKeyFull(signature, 0);
  }

  @Override
  public int compareTo(AgentId other) {
    return Arrays.compareUnsigned(key, other.key);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other
        || (other instanceof AgentId that && hash == that.hash && Arrays.equals(key, that.key));
  }

  @Override
  public int hashCode() {
    return hash;
  }
}
