package dev.parley.transport.crypto;

import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.Provider;
import java.security.spec.AlgorithmParameterSpec;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * A key over JCA ciphers: one {@link Cipher} per direction, initialised anew for each call.
 *
 * <p>Only arrays go in and out. The JDK's AES-GCM handles direct buffers in small hops, and on a
 * bad tag JDK 25 clears memory that lies before the destination of a positioned buffer.
 *
 * <p>The JDK's ciphers refuse to be initialised twice in a row with one key and nonce; ChaCha20
 * does so even for decryption. Separate ciphers keep {@code seal} and {@code open} of one counter
 * apart, and an {@code open} that repeats the last counter starts with a new cipher.
 */
final class JcaAeadKey extends NonceAeadKey {

  private final boolean aes;
  private final @Nullable Provider provider;
  private SecretKeySpec spec;
  private @Nullable Cipher sealing;
  private @Nullable Cipher opening;

  JcaAeadKey(AeadAlgorithm algorithm, byte[] key32, @Nullable Provider provider) {
    super(algorithm, key32);
    this.provider = provider;
    this.aes = algorithm == AeadAlgorithm.AES_256_GCM;
    this.spec = keySpec(key());
  }

  static Cipher newCipher(AeadAlgorithm algorithm, @Nullable Provider provider)
      throws GeneralSecurityException {
    String name =
        switch (algorithm) {
          case AES_256_GCM -> "AES/GCM/NoPadding";
          case CHACHA20_POLY1305 -> "ChaCha20-Poly1305";
        };
    return provider == null ? Cipher.getInstance(name) : Cipher.getInstance(name, provider);
  }

  @Override
  int sealWithNonce(
      byte[] nonce, byte[] ad, byte[] in, int inOff, int len, byte[] out, int outOff) {
    try {
      Cipher cipher = sealing;
      if (cipher == null) {
        cipher = newCipher(algorithm(), provider);
        sealing = cipher;
      }
      cipher.init(Cipher.ENCRYPT_MODE, spec, parameters(nonce));
      return process(cipher, ad, in, inOff, len, out, outOff);
    } catch (InvalidKeyException | InvalidAlgorithmParameterException e) {
      throw new IllegalStateException("counter was already sealed with this key", e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cipher is unusable", e);
    }
  }

  @Override
  int openWithNonce(byte[] nonce, byte[] ad, byte[] in, int inOff, int len, byte[] out, int outOff)
      throws AeadException {
    try {
      return process(openCipher(nonce), ad, in, inOff, len, out, outOff);
    } catch (AEADBadTagException e) {
      throw AeadException.notAuthentic();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cipher is unusable", e);
    }
  }

  private Cipher openCipher(byte[] nonce) throws GeneralSecurityException {
    AlgorithmParameterSpec parameters = parameters(nonce);
    Cipher cipher = opening;
    if (cipher != null) {
      try {
        cipher.init(Cipher.DECRYPT_MODE, spec, parameters);
        return cipher;
      } catch (InvalidKeyException | InvalidAlgorithmParameterException e) {
        overwrite(cipher);
      }
    }
    cipher = newCipher(algorithm(), provider);
    cipher.init(Cipher.DECRYPT_MODE, spec, parameters);
    opening = cipher;
    return cipher;
  }

  private static int process(
      Cipher cipher, byte[] ad, byte[] in, int inOff, int len, byte[] out, int outOff)
      throws GeneralSecurityException {
    if (ad.length > 0) {
      cipher.updateAAD(ad);
    }
    return cipher.doFinal(in, inOff, len, out, outOff);
  }

  private AlgorithmParameterSpec parameters(byte[] nonce) {
    return aes
        ? new GCMParameterSpec(AeadAlgorithm.TAG_BYTES * Byte.SIZE, nonce)
        : new IvParameterSpec(nonce);
  }

  private SecretKeySpec keySpec(byte[] bytes) {
    return new SecretKeySpec(bytes, aes ? "AES" : "ChaCha20");
  }

  @Override
  void keyChanged() {
    spec = keySpec(key());
  }

  @Override
  void forgetKey() {
    if (sealing != null) {
      overwrite(sealing);
      sealing = null;
    }
    if (opening != null) {
      overwrite(opening);
      opening = null;
    }
    spec = keySpec(key()); // zeros by now
  }

  /** Initialises with a random key, which makes SunJCE clear its copy of the previous one. */
  private void overwrite(Cipher cipher) {
    // One key for all: drawing a new one may block, and keys are destroyed on event loops.
    byte[] random = JcaAeadProvider.THROWAWAY_KEY;
    try {
      cipher.init(
          Cipher.ENCRYPT_MODE, keySpec(random), parameters(new byte[AeadAlgorithm.NONCE_BYTES]));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cipher is unusable", e);
    }
  }
}
