package dev.parley.keys;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.ShortBufferException;
import javax.crypto.spec.SecretKeySpec;

/** HKDF with SHA-256 (RFC 5869). */
public final class Hkdf {
  static final int HASH_LENGTH = 32;
  static final int MAX_LENGTH = 255 * HASH_LENGTH;

  private Hkdf() {}

  /** Extract and expand; an empty {@code salt} stands for 32 zero bytes, as the RFC has it. */
  public static byte[] derive(byte[] salt, byte[] keyMaterial, byte[] info, int length) {
    if (length < 1 || length > MAX_LENGTH) {
      throw new IllegalArgumentException("length is " + length + ", must be 1.." + MAX_LENGTH);
    }
    byte[] extractKey = salt.length == 0 ? new byte[HASH_LENGTH] : salt;
    byte[] pseudoRandomKey = mac(extractKey).doFinal(keyMaterial);
    try {
      return expand(mac(pseudoRandomKey), info, length);
    } finally {
      Arrays.fill(pseudoRandomKey, (byte) 0);
    }
  }

  private static byte[] expand(Mac mac, byte[] info, int length) {
    byte[] output = new byte[length];
    byte[] block = new byte[HASH_LENGTH];
    try {
      for (int at = 0, i = 1; at < length; at += HASH_LENGTH, i++) {
        if (i > 1) {
          mac.update(block);
        }
        mac.update(info);
        mac.update((byte) i);
        mac.doFinal(block, 0);
        System.arraycopy(block, 0, output, at, Math.min(HASH_LENGTH, length - at));
      }
      return output;
    } catch (ShortBufferException e) {
      throw new IllegalStateException(e);
    } finally {
      Arrays.fill(block, (byte) 0);
    }
  }

  private static Mac mac(byte[] key) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256", e);
    }
  }
}
