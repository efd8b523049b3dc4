package dev.parley.transport.noise;

import org.bouncycastle.math.ec.rfc7748.X25519;

/** X25519 over BouncyCastle's static functions, which keep no copy of a key. */
final class X25519Dh implements Dh {

  static final Dh INSTANCE = new X25519Dh();

  private X25519Dh() {}

  @Override
  public String name() {
    return "25519";
  }

  @Override
  public int keyBytes() {
    return X25519.POINT_SIZE;
  }

  @Override
  public byte[] publicKey(byte[] privateKey) {
    byte[] publicKey = new byte[X25519.POINT_SIZE];
    X25519.scalarMultBase(privateKey, 0, publicKey, 0);
    return publicKey;
  }

  @Override
  public boolean agree(byte[] privateKey, byte[] publicKey, byte[] shared) {
    return X25519.calculateAgreement(privateKey, 0, publicKey, 0, shared, 0);
  }
}
