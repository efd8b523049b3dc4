package dev.parley.transport.noise;

import dev.parley.transport.crypto.AeadAlgorithm;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A Noise protocol name taken apart, such as {@code Noise_XKhfs+psk0_25519+MLKEM768_AESGCM_SHA256}
 * (Noise revision 34, section 8). Immutable.
 */
public final class ProtocolName {

  private static final int MAX_BYTES = 255;

  private final String name;
  private final HandshakePattern pattern;
  private final Dh dh;
  private final @Nullable Kem kem;
  private final AeadAlgorithm cipher;
  private final String hash;

  private ProtocolName(String name, String[] sections) {
    this.name = name;
    this.pattern = HandshakePattern.parse(sections[1]);
    int plus = sections[2].indexOf('+');
    this.dh = Dh.of(plus < 0 ? sections[2] : sections[2].substring(0, plus));
    this.kem = plus < 0 ? null : Kem.of(sections[2].substring(plus + 1));
    this.cipher = cipherOf(sections[3]);
    this.hash = sections[4];
  }

  /**
   * Parses a protocol name.
   *
   * @throws IllegalArgumentException if a section is unknown, or only one of pattern and DH section
   *     is hybrid
   */
  public static ProtocolName parse(String name) {
    String[] sections = name.split("_", -1);
    if (sections.length != 5 || !sections[0].equals("Noise")) {
      throw new IllegalArgumentException("not a Noise protocol name: " + name);
    }
    if (name.length() > MAX_BYTES) {
      throw new IllegalArgumentException("protocol name is over " + MAX_BYTES + " bytes");
    }
    if (!NoiseHash.isKnown(sections[4])) {
      throw new IllegalArgumentException("unknown hash function " + sections[4]);
    }
    ProtocolName parsed = new ProtocolName(name, sections);
    if (parsed.pattern.isHybrid() != (parsed.kem != null)) {
      throw new IllegalArgumentException("the hfs modifier and a KEM go together: " + name);
    }
    return parsed;
  }

  private static AeadAlgorithm cipherOf(String name) {
    return switch (name) {
      case "AESGCM" -> AeadAlgorithm.AES_256_GCM;
      case "ChaChaPoly" -> AeadAlgorithm.CHACHA20_POLY1305;
      default -> throw new IllegalArgumentException("unknown cipher " + name);
    };
  }

  /** The whole name, as it is hashed. */
  public String name() {
    return name;
  }

  /** The handshake pattern. */
  public HandshakePattern pattern() {
    return pattern;
  }

  /** The Diffie-Hellman function. */
  public Dh dh() {
    return dh;
  }

  /** The cipher. */
  public AeadAlgorithm cipher() {
    return cipher;
  }

  @Nullable Kem kem() {
    return kem;
  }

  NoiseHash newHash() {
    return NoiseHash.create(hash);
  }

  byte[] bytes() {
    return name.getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ProtocolName that && name.equals(that.name);
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }

  @Override
  public String toString() {
    return name;
  }
}
