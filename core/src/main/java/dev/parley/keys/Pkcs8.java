package dev.parley.keys;

import static dev.parley.keys.KeyFormatException.malformed;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * Ed25519 private keys as PKCS#8 (RFC 8410, RFC 5958): {@code PrivateKeyInfo}, and when reading
 * also version 2 with the public key attached.
 */
public final class Pkcs8 {
  private static final int ATTRIBUTES = 0xa0;
  private static final int PUBLIC_KEY = 0x81;
  private static final byte[] ED25519 = HexFormat.of().parseHex("2b6570");
  private static final byte[] PREFIX = HexFormat.of().parseHex("302e020100300506032b657004220420");

  private Pkcs8() {}

  /** The 48 bytes of version 1, which OpenSSL writes too. */
  public static byte[] encode(byte[] seed) {
    byte[] der = Arrays.copyOf(PREFIX, PREFIX.length + Ed25519.SECRET_KEY_SIZE);
    System.arraycopy(seed, 0, der, PREFIX.length, Ed25519.SECRET_KEY_SIZE);
    return der;
  }

  /** The seed in a new array, which the caller owns and erases. */
  public static byte[] decode(byte[] der) throws KeyFormatException {
    Der outer = Der.reader(der);
    Der info = outer.next(Der.SEQUENCE);
    outer.requireEnd();
    int version = info.integer(1);
    Der algorithm = info.next(Der.SEQUENCE);
    if (!algorithm.objectId(ED25519)) {
      throw malformed("holds a key of another kind; an agent has an Ed25519 key");
    }
    algorithm.requireEnd();
    Der privateKey = info.next(Der.OCTET_STRING);
    byte[] seed = privateKey.octets();
    try {
      privateKey.requireEnd();
      requireSeed(seed);
      if (info.isNext(ATTRIBUTES)) {
        info.next(ATTRIBUTES);
      }
      if (version == 1 && info.isNext(PUBLIC_KEY)) {
        requirePublicKeyOf(seed, info.next(PUBLIC_KEY).remaining());
      }
      info.requireEnd();
      return seed;
    } catch (KeyFormatException e) {
      Arrays.fill(seed, (byte) 0);
      throw e;
    }
  }

  private static void requireSeed(byte[] seed) throws KeyFormatException {
    if (seed.length != Ed25519.SECRET_KEY_SIZE) {
      throw malformed("an Ed25519 private key has 32 bytes, this one has " + seed.length);
    }
  }

  /** {@code bitString} has a leading zero: the number of unused bits. */
  private static void requirePublicKeyOf(byte[] seed, byte[] bitString) throws KeyFormatException {
    byte[] expected = new byte[1 + Ed25519.PUBLIC_KEY_SIZE];
    Ed25519.generatePublicKey(seed, 0, expected, 1);
    if (!MessageDigest.isEqual(expected, bitString)) {
      throw new KeyFormatException(
          KeyFormatException.Reason.ID_MISMATCH,
          "the private key does not belong to the public key in the same file; restore a backup");
    }
  }
}
