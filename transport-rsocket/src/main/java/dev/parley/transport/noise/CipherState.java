package dev.parley.transport.noise;

import dev.parley.transport.crypto.AeadAlgorithm;
import dev.parley.transport.crypto.AeadException;
import dev.parley.transport.crypto.AeadKey;
import dev.parley.transport.crypto.AeadProvider;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Noise's CipherState: a key that may be empty and a counter (revision 34, section 5.1).
 *
 * <p>A handshake derives several keys that never encrypt anything, so the cipher behind a key is
 * made at its first use.
 */
final class CipherState {

  private static final long EXHAUSTED = -1L; // 2^64-1

  private final AeadProvider provider;
  private final AeadAlgorithm algorithm;
  private final byte[] k = new byte[AeadAlgorithm.KEY_BYTES];
  private boolean hasKey;
  private long n;
  private @Nullable AeadKey cipher;

  CipherState(AeadProvider provider, AeadAlgorithm algorithm) {
    this.provider = provider;
    this.algorithm = algorithm;
  }

  /** Takes the first 32 bytes of {@code key} and sets the counter to zero. */
  void initializeKey(byte[] key) {
    eraseCipher();
    System.arraycopy(key, 0, k, 0, k.length);
    hasKey = true;
    n = 0;
  }

  boolean hasKey() {
    return hasKey;
  }

  /** Sets the counter, for transports that lose or reorder messages. */
  void setNonce(long nonce) {
    n = nonce;
  }

  /** How much longer a ciphertext is than its plaintext. */
  int overhead() {
    return hasKey ? AeadAlgorithm.TAG_BYTES : 0;
  }

  /** Encrypts, or copies while there is no key. Returns the bytes written. */
  int encryptWithAd(byte[] ad, byte[] in, int inOff, int len, byte[] out, int outOff) {
    if (!hasKey) {
      return copy(in, inOff, len, out, outOff);
    }
    requireCounter();
    int written = cipher().seal(n, ad, in, inOff, len, out, outOff);
    n++;
    return written;
  }

  /** Decrypts, or copies while there is no key. A failure leaves the counter as it is. */
  int decryptWithAd(byte[] ad, byte[] in, int inOff, int len, byte[] out, int outOff)
      throws AeadException {
    if (!hasKey) {
      return copy(in, inOff, len, out, outOff);
    }
    requireCounter();
    int written = cipher().open(n, ad, in, inOff, len, out, outOff);
    n++;
    return written;
  }

  /** Replaces the key (section 11.3); the counter stays. */
  void rekey() {
    cipher().rekey();
  }

  void destroy() {
    eraseCipher();
    Arrays.fill(k, (byte) 0);
    hasKey = false;
  }

  private AeadKey cipher() {
    if (cipher == null) {
      cipher = provider.key(algorithm, k);
      Arrays.fill(k, (byte) 0);
    }
    return cipher;
  }

  private void requireCounter() {
    if (n == EXHAUSTED) {
      throw new IllegalStateException("counter is exhausted");
    }
  }

  private void eraseCipher() {
    if (cipher != null) {
      cipher.destroy();
      cipher = null;
    }
  }

  private static int copy(byte[] in, int inOff, int len, byte[] out, int outOff) {
    Objects.checkFromIndexSize(outOff, len, out.length);
    System.arraycopy(in, inOff, out, outOff, len);
    return len;
  }
}
