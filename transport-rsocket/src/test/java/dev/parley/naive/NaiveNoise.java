package dev.parley.naive;

import static dev.parley.naive.NaiveBytes.concat;
import static dev.parley.naive.NaiveBytes.utf8;
import static dev.parley.naive.NaiveCrypto.hmac;
import static dev.parley.naive.NaiveCrypto.sha256;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** The symmetric state of Noise §5.2, which keeps a trace of what it was after each step. */
final class NaiveNoise {
  private static final byte[] EMPTY = {};

  private final NaiveAead aead;
  private byte[] h;
  private byte[] ck;
  private byte[] k = EMPTY;
  private long n;

  final Map<String, byte[]> hashes = new LinkedHashMap<>();
  final Map<String, byte[]> chainingKeys = new LinkedHashMap<>();

  /** DH results and the KEM's shared secret. */
  final Map<String, byte[]> secrets = new LinkedHashMap<>();

  NaiveNoise(NaiveSuite suite) {
    this.aead = suite.aead;
    byte[] name = utf8(suite.protocolName);
    this.h = name.length <= 32 ? Arrays.copyOf(name, 32) : sha256(name);
    this.ck = h;
  }

  byte[] h() {
    return h;
  }

  /** Notes the state behind a step of the handshake. */
  void trace(String step) {
    hashes.put(step, h);
    chainingKeys.put(step, ck);
  }

  void mixHash(byte[] data) {
    h = sha256(concat(h, data));
  }

  void mixKey(byte[] material) {
    byte[][] out = hkdf(material);
    ck = out[0];
    k = out[1];
    n = 0;
  }

  void mixSecret(String step, byte[] material) {
    secrets.put(step, material);
    mixKey(material);
    trace(step);
  }

  void mixKeyAndHash(byte[] psk) {
    byte[][] out = hkdf(psk);
    ck = out[0];
    mixHash(out[1]);
    k = out[2];
    n = 0;
  }

  byte[] encryptAndHash(byte[] plaintext) {
    byte[] ciphertext = aead.seal(k, n++, h, plaintext);
    mixHash(ciphertext);
    return ciphertext;
  }

  byte[] decryptAndHash(byte[] ciphertext) throws NaiveRefusal {
    byte[] plaintext = aead.open(k, n++, h, ciphertext);
    mixHash(ciphertext);
    return plaintext;
  }

  /** The initiator's and the responder's key. */
  byte[][] split() {
    return hkdf(EMPTY);
  }

  /** Noise's HKDF: three outputs, of which callers take what they need. */
  private byte[][] hkdf(byte[] material) {
    byte[] temp = hmac(ck, material);
    byte[] one = hmac(temp, new byte[] {1});
    byte[] two = hmac(temp, concat(one, new byte[] {2}));
    byte[] three = hmac(temp, concat(two, new byte[] {3}));
    return new byte[][] {one, two, three};
  }
}
