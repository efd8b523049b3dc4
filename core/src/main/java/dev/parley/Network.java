package dev.parley;

import dev.parley.keys.Hkdf;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.Normalizer;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The network an agent belongs to: agents that share it can talk, others cannot even get an answer.
 *
 * <p>A {@linkplain #secret secret} network is known by 32 random bytes, and only who holds them can
 * take part. An {@linkplain #open open} network is known by its name: that keeps networks apart,
 * but anybody who knows the name can join.
 *
 * <p>The secret itself stays inside; uses derive their own keys with {@link #derive}. Immutable and
 * safe for use by many threads.
 */
public final class Network {
  /** Length of a network secret in bytes. */
  public static final int SECRET_LENGTH = 32;

  /** Largest length of an open network's name, in bytes of UTF-8. */
  public static final int MAX_NAME_BYTES = 255;

  private static final byte[] NO_SALT = {};
  private static final byte[] ID_LABEL = "parley id".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] OPEN_LABEL = "parley-open/1".getBytes(StandardCharsets.US_ASCII);

  private final byte[] secret;
  private final NetworkId id;
  private final @Nullable String name;

  private Network(byte[] secret, @Nullable String name) {
    this.secret = secret;
    this.name = name;
    this.id = NetworkId.of(derive(ID_LABEL, NetworkId.LENGTH));
  }

  /**
   * The open network of this name; its secret is {@code SHA-256("parley-open/1" || name)} with the
   * name in UTF-8.
   *
   * @param name 1 to 255 bytes of UTF-8 in normal form C, without control characters and without
   *     white space at either end, so that names that look alike are alike
   * @throws IllegalArgumentException if {@code name} is not of that form
   */
  public static Network open(String name) {
    byte[] utf8 = requireName(name).getBytes(StandardCharsets.UTF_8);
    if (utf8.length > MAX_NAME_BYTES) {
      throw new IllegalArgumentException(
          "network name has " + utf8.length + " bytes of UTF-8, must be 1.." + MAX_NAME_BYTES);
    }
    MessageDigest digest = sha256();
    digest.update(OPEN_LABEL);
    return new Network(digest.digest(utf8), name);
  }

  /**
   * The private network with this secret, which is copied.
   *
   * @param secret 32 random bytes, the same at each member
   * @throws IllegalArgumentException if there are not 32 bytes, or all are zero
   */
  public static Network secret(byte[] secret) {
    Objects.requireNonNull(secret, "secret");
    if (secret.length != SECRET_LENGTH) {
      throw new IllegalArgumentException(
          "a network secret has " + SECRET_LENGTH + " bytes, these are " + secret.length);
    }
    if (MessageDigest.isEqual(secret, new byte[SECRET_LENGTH])) {
      throw new IllegalArgumentException(
          "a network secret of 32 zero bytes protects nothing: use 32 random bytes");
    }
    return new Network(secret.clone(), null);
  }

  private static String requireName(String name) {
    Objects.requireNonNull(name, "name");
    if (name.isEmpty() || !name.strip().equals(name)) {
      throw new IllegalArgumentException(
          "network name must not be empty, nor start or end with white space");
    }
    if (name.codePoints().anyMatch(Network::isForbidden)) {
      throw new IllegalArgumentException(
          "network name must not hold control characters or unpaired surrogates");
    }
    if (!Normalizer.isNormalized(name, Normalizer.Form.NFC)) {
      throw new IllegalArgumentException("network name must be in Unicode normal form C");
    }
    return name;
  }

  private static boolean isForbidden(int codePoint) {
    int type = Character.getType(codePoint);
    return type == Character.CONTROL || type == Character.FORMAT || type == Character.SURROGATE;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** The network's public id: {@code derive("parley id", 32)}. */
  public NetworkId id() {
    return id;
  }

  /** Whether anybody who knows the name can join. */
  public boolean isOpen() {
    return name != null;
  }

  /** The name of an open network; empty for a secret one. */
  public Optional<String> name() {
    return Optional.ofNullable(name);
  }

  /**
   * A key for one use: HKDF-SHA256 (RFC 5869) with empty salt, the network's secret as key material
   * and {@code info} as the name of the use. Different {@code info} gives unrelated keys, and no
   * key tells anything about the secret.
   *
   * @param length 1 to 8160 bytes
   * @return a new array, which the caller owns
   */
  public byte[] derive(byte[] info, int length) {
    return Hkdf.derive(NO_SALT, secret, Objects.requireNonNull(info, "info"), length);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Network that && id.equals(that.id) && Objects.equals(name, that.name);
  }

  @Override
  public int hashCode() {
    return id.hashCode();
  }

  /** The name of an open network or the word secret, and the short id; no secret. */
  @Override
  public String toString() {
    return "Network[" + (name == null ? "secret" : "open " + name) + ", " + id + "]";
  }
}
