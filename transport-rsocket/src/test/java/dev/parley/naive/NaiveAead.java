package dev.parley.naive;

import static dev.parley.naive.NaiveBytes.concat;
import static dev.parley.naive.NaiveBytes.reverse;
import static dev.parley.naive.NaiveBytes.uint;

import java.security.GeneralSecurityException;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** The two AEADs, with Noise's nonces. */
enum NaiveAead {
  AES_256_GCM("AES/GCM/NoPadding", "AES"),
  CHACHA20_POLY1305("ChaCha20-Poly1305", "ChaCha20");

  private final String transformation;
  private final String keyAlgorithm;

  NaiveAead(String transformation, String keyAlgorithm) {
    this.transformation = transformation;
    this.keyAlgorithm = keyAlgorithm;
  }

  byte[] nonce(long n) {
    byte[] counter = uint(n, 8);
    return concat(new byte[4], this == AES_256_GCM ? counter : reverse(counter));
  }

  byte[] seal(byte[] key, long n, byte[] ad, byte[] plaintext) {
    try {
      return cipher(Cipher.ENCRYPT_MODE, key, n, ad).doFinal(plaintext);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  byte[] open(byte[] key, long n, byte[] ad, byte[] ciphertext) throws NaiveRefusal {
    try {
      return cipher(Cipher.DECRYPT_MODE, key, n, ad).doFinal(ciphertext);
    } catch (AEADBadTagException e) {
      throw new NaiveRefusal("a failed tag");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Noise §4.2. */
  byte[] rekey(byte[] key) {
    return Arrays.copyOf(seal(key, -1L, new byte[0], new byte[32]), 32);
  }

  private Cipher cipher(int mode, byte[] key, long n, byte[] ad) throws GeneralSecurityException {
    AlgorithmParameterSpec nonce =
        this == AES_256_GCM ? new GCMParameterSpec(128, nonce(n)) : new IvParameterSpec(nonce(n));
    Cipher cipher = Cipher.getInstance(transformation);
    cipher.init(mode, new SecretKeySpec(key, keyAlgorithm), nonce);
    cipher.updateAAD(ad);
    return cipher;
  }
}
