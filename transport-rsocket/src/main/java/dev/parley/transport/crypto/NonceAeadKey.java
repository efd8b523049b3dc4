package dev.parley.transport.crypto;

import java.util.Arrays;
import java.util.Objects;

/**
 * The part of a built-in key that is the same for each cipher library: counters become nonces here,
 * and the key bytes live here.
 *
 * <p>{@link #sealWithNonce} and {@link #openWithNonce} take any 96-bit nonce, which published test
 * vectors need and the counter cannot express.
 */
abstract class NonceAeadKey implements AeadKey {

  private static final long REKEY_COUNTER = -1L; // 2^64-1
  private static final byte[] NO_AD = {};

  private final AeadAlgorithm algorithm;
  private final byte[] nonce = new byte[AeadAlgorithm.NONCE_BYTES];
  private final byte[] key;
  private boolean destroyed;

  NonceAeadKey(AeadAlgorithm algorithm, byte[] key32) {
    if (key32.length != AeadAlgorithm.KEY_BYTES) {
      throw new IllegalArgumentException(
          "key is " + key32.length + " bytes, must be " + AeadAlgorithm.KEY_BYTES);
    }
    this.algorithm = algorithm;
    this.key = key32.clone();
  }

  /** As {@link AeadKey#seal} with the nonce given. The ranges are valid. */
  abstract int sealWithNonce(
      byte[] nonce, byte[] ad, byte[] in, int inOff, int len, byte[] out, int outOff);

  /** As {@link AeadKey#open} with the nonce given. The ranges are valid and hold a tag. */
  abstract int openWithNonce(
      byte[] nonce, byte[] ad, byte[] in, int inOff, int len, byte[] out, int outOff)
      throws AeadException;

  /** Takes over {@link #key()} after it has changed. */
  abstract void keyChanged();

  /** Makes the cipher forget the key as far as it can. */
  abstract void forgetKey();

  final AeadAlgorithm algorithm() {
    return algorithm;
  }

  /** The live key bytes, not a copy. */
  final byte[] key() {
    return key;
  }

  @Override
  public final int seal(long n, byte[] ad, byte[] in, int inOff, int len, byte[] out, int outOff) {
    if (n == REKEY_COUNTER) {
      throw new IllegalArgumentException("counter 2^64-1 is reserved for rekey");
    }
    return sealAt(n, ad, in, inOff, len, out, outOff);
  }

  private int sealAt(long n, byte[] ad, byte[] in, int inOff, int len, byte[] out, int outOff) {
    requireLive();
    Objects.checkFromIndexSize(inOff, len, in.length);
    Objects.checkFromIndexSize(outOff, len + AeadAlgorithm.TAG_BYTES, out.length);
    algorithm.writeNonce(n, nonce);
    return sealWithNonce(nonce, ad, in, inOff, len, out, outOff);
  }

  @Override
  public final int open(long n, byte[] ad, byte[] in, int inOff, int len, byte[] out, int outOff)
      throws AeadException {
    requireLive();
    Objects.checkFromIndexSize(inOff, len, in.length);
    if (len < AeadAlgorithm.TAG_BYTES || n == REKEY_COUNTER) {
      throw AeadException.notAuthentic();
    }
    Objects.checkFromIndexSize(outOff, len - AeadAlgorithm.TAG_BYTES, out.length);
    algorithm.writeNonce(n, nonce);
    return openWithNonce(nonce, ad, in, inOff, len, out, outOff);
  }

  @Override
  public final void rekey() {
    byte[] sealed = new byte[AeadAlgorithm.KEY_BYTES + AeadAlgorithm.TAG_BYTES];
    sealAt(REKEY_COUNTER, NO_AD, sealed, 0, AeadAlgorithm.KEY_BYTES, sealed, 0);
    System.arraycopy(sealed, 0, key, 0, key.length);
    Arrays.fill(sealed, (byte) 0);
    keyChanged();
  }

  @Override
  public final void destroy() {
    if (destroyed) {
      return;
    }
    destroyed = true;
    Arrays.fill(key, (byte) 0);
    forgetKey();
  }

  private void requireLive() {
    if (destroyed) {
      throw new IllegalStateException("key is destroyed");
    }
  }
}
