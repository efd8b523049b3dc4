package dev.parley.transport.noise;

import java.util.Arrays;
import org.bouncycastle.crypto.digests.Blake2bDigest;
import org.bouncycastle.crypto.digests.Blake2sDigest;

/**
 * A hash function of the Noise specification with the HMAC and HKDF built on it (revision 34,
 * sections 4.3 and 12). Stateful, confined to one handshake.
 */
abstract class NoiseHash {

  private static final byte[] ONE = {1};
  private static final byte[] TWO = {2};
  private static final byte[] THREE = {3};

  private final int hashBytes;

  NoiseHash(int hashBytes) {
    this.hashBytes = hashBytes;
  }

  /** Whether there is a function of this name in a protocol name. */
  static boolean isKnown(String name) {
    return switch (name) {
      case "SHA256", "SHA512", "BLAKE2s", "BLAKE2b" -> true;
      default -> false;
    };
  }

  /** Creates a new instance by its name in a protocol name. */
  static NoiseHash create(String name) {
    return switch (name) {
      case "SHA256" -> new JcaNoiseHash("SHA-256", "HmacSHA256", 32);
      case "SHA512" -> new JcaNoiseHash("SHA-512", "HmacSHA512", 64);
      case "BLAKE2s" -> new BouncyCastleNoiseHash(() -> new Blake2sDigest(256), 32);
      case "BLAKE2b" -> new BouncyCastleNoiseHash(() -> new Blake2bDigest(512), 64);
      default -> throw new IllegalArgumentException("unknown hash function " + name);
    };
  }

  final int hashBytes() {
    return hashBytes;
  }

  /** Adds input to the hash being computed. */
  abstract void update(byte[] in, int off, int len);

  /** Writes the hash to the start of {@code out} and starts anew. */
  abstract void digest(byte[] out);

  /** Sets the HMAC key and starts a new HMAC. */
  abstract void hmacKey(byte[] key);

  /** Adds input to the HMAC being computed. */
  abstract void hmacUpdate(byte[] in);

  /** Writes the HMAC to the start of {@code out} and starts anew with the same key. */
  abstract void hmac(byte[] out);

  /**
   * Noise's HKDF: derives two or three outputs of a hash length each.
   *
   * @param chainingKey a hash length of secret bytes
   * @param input any bytes
   * @param outputs two or three arrays of a hash length; {@code chainingKey} may be among them
   */
  final void hkdf(byte[] chainingKey, byte[] input, byte[]... outputs) {
    byte[] temp = new byte[hashBytes];
    hmacKey(chainingKey);
    hmacUpdate(input);
    hmac(temp);
    hmacKey(temp);
    hmacUpdate(ONE);
    hmac(outputs[0]);
    hmacUpdate(outputs[0]);
    hmacUpdate(TWO);
    hmac(outputs[1]);
    if (outputs.length > 2) {
      hmacUpdate(outputs[1]);
      hmacUpdate(THREE);
      hmac(outputs[2]);
    }
    Arrays.fill(temp, (byte) 0);
  }
}
