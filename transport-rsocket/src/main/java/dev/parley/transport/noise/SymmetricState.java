package dev.parley.transport.noise;

import dev.parley.transport.crypto.AeadException;
import java.util.Arrays;

/** Noise's SymmetricState: chaining key, handshake hash and a cipher (revision 34, section 5.2). */
final class SymmetricState {

  private static final byte[] EMPTY = {};

  private final NoiseHash hash;
  private final CipherState cipher;
  private final byte[] ck;
  private final byte[] h;
  private final byte[] temp;

  SymmetricState(byte[] protocolName, NoiseHash hash, CipherState cipher) {
    this.hash = hash;
    this.cipher = cipher;
    this.h = new byte[hash.hashBytes()];
    this.temp = new byte[hash.hashBytes()];
    if (protocolName.length <= h.length) {
      System.arraycopy(protocolName, 0, h, 0, protocolName.length);
    } else {
      hash.update(protocolName, 0, protocolName.length);
      hash.digest(h);
    }
    this.ck = h.clone();
  }

  void mixKey(byte[] input) {
    hash.hkdf(ck, input, ck, temp);
    initializeKey();
  }

  void mixHash(byte[] data) {
    mixHash(data, 0, data.length);
  }

  void mixHash(byte[] data, int off, int len) {
    hash.update(h, 0, h.length);
    hash.update(data, off, len);
    hash.digest(h);
  }

  void mixKeyAndHash(byte[] input) {
    byte[] tempHash = new byte[h.length];
    hash.hkdf(ck, input, ck, tempHash, temp);
    mixHash(tempHash);
    Arrays.fill(tempHash, (byte) 0);
    initializeKey();
  }

  private void initializeKey() {
    cipher.initializeKey(temp);
    Arrays.fill(temp, (byte) 0);
  }

  boolean hasKey() {
    return cipher.hasKey();
  }

  int overhead() {
    return cipher.overhead();
  }

  int encryptAndHash(byte[] in, byte[] out, int outOff) {
    int written = cipher.encryptWithAd(h, in, 0, in.length, out, outOff);
    mixHash(out, outOff, written);
    return written;
  }

  void decryptAndHash(byte[] in, int inOff, int len, byte[] out) throws AeadException {
    cipher.decryptWithAd(h, in, inOff, len, out, 0);
    mixHash(in, inOff, len);
  }

  /** Derives the two transport keys, 32 bytes each: initiator to responder, and back. */
  void split(byte[] first, byte[] second) {
    byte[] temp2 = new byte[h.length];
    hash.hkdf(ck, EMPTY, temp, temp2);
    System.arraycopy(temp, 0, first, 0, first.length);
    System.arraycopy(temp2, 0, second, 0, second.length);
    Arrays.fill(temp, (byte) 0);
    Arrays.fill(temp2, (byte) 0);
  }

  byte[] handshakeHash() {
    return h.clone();
  }

  byte[] chainingKey() {
    return ck.clone();
  }

  /** Erases everything but the handshake hash, which is not secret. */
  void destroy() {
    Arrays.fill(ck, (byte) 0);
    Arrays.fill(temp, (byte) 0);
    cipher.destroy();
  }
}
