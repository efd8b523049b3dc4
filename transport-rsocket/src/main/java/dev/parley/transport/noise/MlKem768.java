package dev.parley.transport.noise;

import org.bouncycastle.crypto.SecretWithEncapsulation;
import org.bouncycastle.crypto.kems.MLKEMExtractor;
import org.bouncycastle.crypto.kems.MLKEMGenerator;
import org.bouncycastle.crypto.params.MLKEMParameters;
import org.bouncycastle.crypto.params.MLKEMPrivateKeyParameters;
import org.bouncycastle.crypto.params.MLKEMPublicKeyParameters;

/**
 * ML-KEM-768 (FIPS 203) over BouncyCastle.
 *
 * <p>A key pair comes from the 64-byte seed {@code d || z}, an encapsulation from the 32-byte
 * {@code m}, so that every random byte is drawn by the caller.
 */
final class MlKem768 implements Kem {

  static final Kem INSTANCE = new MlKem768();

  private static final int PUBLIC_KEY_BYTES = 1184;
  private static final int CIPHERTEXT_BYTES = 1088;
  private static final int KEY_SEED_BYTES = 64;
  private static final int MESSAGE_BYTES = 32;

  private MlKem768() {}

  @Override
  public String name() {
    return "MLKEM768";
  }

  @Override
  public int publicKeyBytes() {
    return PUBLIC_KEY_BYTES;
  }

  @Override
  public int ciphertextBytes() {
    return CIPHERTEXT_BYTES;
  }

  @Override
  public int keySeedBytes() {
    return KEY_SEED_BYTES;
  }

  @Override
  public int encapsulationSeedBytes() {
    return MESSAGE_BYTES;
  }

  @Override
  public KeyPair generate(byte[] keySeed) {
    if (keySeed.length != KEY_SEED_BYTES) {
      throw new IllegalArgumentException("seed must be " + KEY_SEED_BYTES + " bytes");
    }
    return new MlKemKeyPair(new MLKEMPrivateKeyParameters(MLKEMParameters.ml_kem_768, keySeed));
  }

  @Override
  public Encapsulation encapsulate(byte[] publicKey, byte[] seed) throws HandshakeException {
    if (publicKey.length != PUBLIC_KEY_BYTES) {
      throw HandshakeException.failed();
    }
    try {
      SecretWithEncapsulation result =
          MLKEMGenerator.internalGenerateEncapsulated(
              new MLKEMPublicKeyParameters(MLKEMParameters.ml_kem_768, publicKey), seed);
      return new Encapsulation(result.getEncapsulation(), result.getSecret());
    } catch (IllegalArgumentException e) { // the modulus check of FIPS 203, section 7.2
      throw HandshakeException.failed();
    }
  }

  private record MlKemKeyPair(MLKEMPrivateKeyParameters privateKey) implements KeyPair {

    @Override
    public byte[] publicKey() {
      return privateKey.getPublicKey();
    }

    @Override
    public byte[] decapsulate(byte[] ciphertext) throws HandshakeException {
      if (ciphertext.length != CIPHERTEXT_BYTES) {
        throw HandshakeException.failed();
      }
      return new MLKEMExtractor(privateKey).extractSecret(ciphertext);
    }

    @Override
    public void destroy() {
      privateKey.destroy();
    }
  }
}
