package dev.parley.transport.session;

import dev.parley.transport.crypto.AeadAlgorithm;
import dev.parley.transport.noise.ProtocolName;
import org.jspecify.annotations.Nullable;

/**
 * A cipher suite: one Noise protocol and the AEAD that protects its records.
 *
 * <p>Suites 1 and 2 are hybrid: X25519 and ML-KEM-768 both have to fall before a recorded session
 * can be read. Suites 3 and 4 are X25519 only and are reachable only where the {@link SuitePolicy}
 * of both sides says so. There is no negotiation: the initiator names the suite in its first
 * message and the transcript of the handshake covers that byte.
 */
public enum Suite {
  /** AES-256-GCM with ML-KEM-768; the default. */
  AES_256_GCM_MLKEM768(1, "25519+MLKEM768", AeadAlgorithm.AES_256_GCM),
  /** ChaCha20-Poly1305 with ML-KEM-768, for processors without AES instructions. */
  CHACHA20_POLY1305_MLKEM768(2, "25519+MLKEM768", AeadAlgorithm.CHACHA20_POLY1305),
  /** AES-256-GCM, X25519 only. */
  AES_256_GCM_CLASSICAL(3, "25519", AeadAlgorithm.AES_256_GCM),
  /** ChaCha20-Poly1305, X25519 only. */
  CHACHA20_POLY1305_CLASSICAL(4, "25519", AeadAlgorithm.CHACHA20_POLY1305);

  private static final Suite[] BY_ID = {
    null,
    AES_256_GCM_MLKEM768,
    CHACHA20_POLY1305_MLKEM768,
    AES_256_GCM_CLASSICAL,
    CHACHA20_POLY1305_CLASSICAL
  };

  private final int id;
  private final boolean postQuantum;
  private final AeadAlgorithm aead;

  @SuppressWarnings("ImmutableEnumChecker") // a value class without the annotation
  private final ProtocolName protocol;

  Suite(int id, String keyAgreement, AeadAlgorithm aead) {
    this.id = id;
    this.postQuantum = keyAgreement.endsWith("+MLKEM768");
    this.aead = aead;
    this.protocol =
        ProtocolName.parse(
            "Noise_"
                + (postQuantum ? "XKhfs+psk0" : "XKpsk0")
                + "_"
                + keyAgreement
                + (aead == AeadAlgorithm.AES_256_GCM ? "_AESGCM" : "_ChaChaPoly")
                + "_SHA256");
  }

  static @Nullable Suite ofId(int id) {
    return id > 0 && id < BY_ID.length ? BY_ID[id] : null;
  }

  /** Returns the byte that names this suite on the wire, 1 to 4. */
  public int id() {
    return id;
  }

  /** Returns whether a quantum computer alone cannot read a recorded session of this suite. */
  public boolean postQuantum() {
    return postQuantum;
  }

  /** Returns the AEAD of the handshake and of the records. */
  public AeadAlgorithm aead() {
    return aead;
  }

  /** Returns the full Noise protocol name, such as {@code Noise_XKpsk0_25519_AESGCM_SHA256}. */
  public String noiseProtocol() {
    return protocol.name();
  }

  ProtocolName protocol() {
    return protocol;
  }
}
