package dev.parley.transport.noise;

import org.bouncycastle.math.ec.rfc7748.X448;

/** X448 over BouncyCastle's static functions, which keep no copy of a key. */
final class X448Dh implements Dh {

  static final Dh INSTANCE = new X448Dh();

  private X448Dh() {}

  @Override
  public String name() {
    return "448";
  }

  @Override
  public int keyBytes() {
    return X448.POINT_SIZE;
  }

  @Override
  public byte[] publicKey(byte[] privateKey) {
    byte[] publicKey = new byte[X448.POINT_SIZE];
    X448.scalarMultBase(privateKey, 0, publicKey, 0);
    return publicKey;
  }

  @Override
  public boolean agree(byte[] privateKey, byte[] publicKey, byte[] shared) {
    return X448.calculateAgreement(privateKey, 0, publicKey, 0, shared, 0);
  }
}
