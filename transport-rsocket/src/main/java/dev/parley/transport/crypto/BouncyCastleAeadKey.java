package dev.parley.transport.crypto;

import java.util.Arrays;
import org.bouncycastle.crypto.CipherParameters;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.engines.AESEngine;
import org.bouncycastle.crypto.modes.AEADCipher;
import org.bouncycastle.crypto.modes.ChaCha20Poly1305;
import org.bouncycastle.crypto.modes.GCMBlockCipher;
import org.bouncycastle.crypto.params.AEADParameters;
import org.bouncycastle.crypto.params.KeyParameter;
import org.jspecify.annotations.Nullable;

/**
 * A key over BouncyCastle's lightweight ciphers, one per direction.
 *
 * <p>BouncyCastle writes plaintext before it has checked the tag, so a failed {@code open} clears
 * the output.
 */
final class BouncyCastleAeadKey extends NonceAeadKey {

  private KeyParameter parameter;
  private @Nullable AEADCipher sealing;
  private @Nullable AEADCipher opening;

  BouncyCastleAeadKey(AeadAlgorithm algorithm, byte[] key32) {
    super(algorithm, key32);
    this.parameter = new KeyParameter(key());
  }

  private AEADCipher newCipher() {
    return switch (algorithm()) {
      case AES_256_GCM -> GCMBlockCipher.newInstance(AESEngine.newInstance());
      case CHACHA20_POLY1305 -> new ChaCha20Poly1305();
    };
  }

  @Override
  int sealWithNonce(
      byte[] nonce, byte[] ad, byte[] in, int inOff, int len, byte[] out, int outOff) {
    AEADCipher cipher = sealing;
    if (cipher == null) {
      cipher = newCipher();
      sealing = cipher;
    }
    try {
      cipher.init(true, parameters(parameter, nonce));
    } catch (IllegalArgumentException e) {
      throw new IllegalStateException("counter was already sealed with this key", e);
    }
    try {
      return process(cipher, ad, in, inOff, len, out, outOff);
    } catch (InvalidCipherTextException e) {
      throw new IllegalStateException("cipher is unusable", e);
    }
  }

  @Override
  int openWithNonce(byte[] nonce, byte[] ad, byte[] in, int inOff, int len, byte[] out, int outOff)
      throws AeadException {
    AEADCipher cipher = opening;
    if (cipher == null) {
      cipher = newCipher();
      opening = cipher;
    }
    cipher.init(false, parameters(parameter, nonce));
    try {
      return process(cipher, ad, in, inOff, len, out, outOff);
    } catch (InvalidCipherTextException e) {
      Arrays.fill(out, outOff, outOff + len - AeadAlgorithm.TAG_BYTES, (byte) 0);
      throw AeadException.notAuthentic();
    }
  }

  private static int process(
      AEADCipher cipher, byte[] ad, byte[] in, int inOff, int len, byte[] out, int outOff)
      throws InvalidCipherTextException {
    cipher.processAADBytes(ad, 0, ad.length);
    int written = cipher.processBytes(in, inOff, len, out, outOff);
    return written + cipher.doFinal(out, outOff + written);
  }

  private static CipherParameters parameters(KeyParameter key, byte[] nonce) {
    return new AEADParameters(key, AeadAlgorithm.TAG_BYTES * Byte.SIZE, nonce.clone());
  }

  @Override
  void keyChanged() {
    eraseParameter();
    parameter = new KeyParameter(key());
  }

  @Override
  void forgetKey() {
    eraseParameter();
    overwrite(sealing);
    overwrite(opening);
    sealing = null;
    opening = null;
  }

  private void eraseParameter() {
    Arrays.fill(parameter.getKey(), (byte) 0); // the array it holds, not a copy
  }

  private static void overwrite(@Nullable AEADCipher cipher) {
    if (cipher == null) {
      return;
    }
    // One key for all: drawing a new one may block, and keys are destroyed on event loops.
    byte[] random = JcaAeadProvider.THROWAWAY_KEY;
    cipher.init(true, parameters(new KeyParameter(random), new byte[AeadAlgorithm.NONCE_BYTES]));
  }
}
