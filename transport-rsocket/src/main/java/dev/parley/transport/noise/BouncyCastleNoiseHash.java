package dev.parley.transport.noise;

import java.util.function.Supplier;
import org.bouncycastle.crypto.ExtendedDigest;
import org.bouncycastle.crypto.macs.HMac;
import org.bouncycastle.crypto.params.KeyParameter;

/** BLAKE2 over BouncyCastle; the JDK has none. */
final class BouncyCastleNoiseHash extends NoiseHash {

  private final ExtendedDigest digest;
  private final HMac mac;

  BouncyCastleNoiseHash(Supplier<ExtendedDigest> digests, int hashBytes) {
    super(hashBytes);
    this.digest = digests.get();
    this.mac = new HMac(digests.get());
  }

  @Override
  void update(byte[] in, int off, int len) {
    digest.update(in, off, len);
  }

  @Override
  void digest(byte[] out) {
    digest.doFinal(out, 0);
  }

  @Override
  void hmacKey(byte[] key) {
    mac.init(new KeyParameter(key));
  }

  @Override
  void hmacUpdate(byte[] in) {
    mac.update(in, 0, in.length);
  }

  @Override
  void hmac(byte[] out) {
    mac.doFinal(out, 0);
  }
}
