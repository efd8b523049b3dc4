package dev.parley.naive;

import static dev.parley.naive.NaiveBytes.concat;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.SecretWithEncapsulation;
import org.bouncycastle.crypto.kems.MLKEMExtractor;
import org.bouncycastle.crypto.kems.MLKEMGenerator;
import org.bouncycastle.crypto.params.MLKEMParameters;
import org.bouncycastle.crypto.params.MLKEMPrivateKeyParameters;
import org.bouncycastle.crypto.params.MLKEMPublicKeyParameters;
import org.bouncycastle.math.ec.rfc7748.X25519;

/** The primitives: hashes, X25519 and ML-KEM-768. */
final class NaiveCrypto {

  private NaiveCrypto() {}

  static byte[] sha256(byte[] data) {
    return digest("SHA-256", data);
  }

  static byte[] sha512(byte[] data) {
    return digest("SHA-512", data);
  }

  private static byte[] digest(String algorithm, byte[] data) {
    try {
      return MessageDigest.getInstance(algorithm).digest(data);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static byte[] hmac(byte[] key, byte[] data) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(data);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** RFC 5869 with SHA-256 and an empty salt, up to 32 bytes of output. */
  static byte[] hkdf(byte[] ikm, byte[] info, int length) {
    byte[] prk = hmac(new byte[32], ikm);
    return Arrays.copyOf(hmac(prk, concat(info, new byte[] {1})), length);
  }

  static byte[] x25519Public(byte[] privateKey) {
    byte[] out = new byte[32];
    X25519.generatePublicKey(privateKey, 0, out, 0);
    return out;
  }

  static byte[] x25519(byte[] privateKey, byte[] publicKey) throws NaiveRefusal {
    byte[] out = new byte[32];
    if (!X25519.calculateAgreement(privateKey, 0, publicKey, 0, out, 0)) {
      throw new NaiveRefusal("an all-zero X25519 result");
    }
    return out;
  }

  /** The key pair of a seed d ‖ z, FIPS 203 algorithm 16. */
  static MLKEMPrivateKeyParameters kemKey(byte[] seed) {
    return new MLKEMPrivateKeyParameters(MLKEMParameters.ml_kem_768, seed);
  }

  /** Encapsulates with chosen randomness m, FIPS 203 algorithm 17: ciphertext, shared secret. */
  static byte[][] kemEncapsulate(byte[] encapsulationKey, byte[] m) throws NaiveRefusal {
    checkModulus(encapsulationKey);
    MLKEMPublicKeyParameters key =
        new MLKEMPublicKeyParameters(MLKEMParameters.ml_kem_768, encapsulationKey);
    SecretWithEncapsulation result = MLKEMGenerator.internalGenerateEncapsulated(key, m);
    return new byte[][] {result.getEncapsulation(), result.getSecret()};
  }

  static byte[] kemDecapsulate(MLKEMPrivateKeyParameters key, byte[] ciphertext) {
    return new MLKEMExtractor(key).extractSecret(ciphertext);
  }

  /** FIPS 203 §7.2: 768 coefficients of 12 bits, each below q = 3329. */
  private static void checkModulus(byte[] key) throws NaiveRefusal {
    for (int i = 0; i < 1152; i += 3) {
      int low = key[i] & 0xFF | (key[i + 1] & 0x0F) << 8;
      int high = (key[i + 1] & 0xF0) >> 4 | (key[i + 2] & 0xFF) << 4;
      if (low >= 3329 || high >= 3329) {
        throw new NaiveRefusal("an encapsulation key that fails the modulus check");
      }
    }
  }
}
