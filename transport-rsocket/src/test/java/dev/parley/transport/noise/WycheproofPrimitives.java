package dev.parley.transport.noise;

import static dev.parley.transport.crypto.Vectors.hex;
import static dev.parley.transport.crypto.Vectors.text;

import dev.parley.transport.crypto.VectorReport;
import java.util.Arrays;
import org.bouncycastle.crypto.kems.MLKEMExtractor;
import org.bouncycastle.crypto.params.MLKEMParameters;
import org.bouncycastle.crypto.params.MLKEMPrivateKeyParameters;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import tools.jackson.databind.JsonNode;

/** Runs Wycheproof's files for what the handshake is made of. */
final class WycheproofPrimitives {

  private interface Check {
    boolean holds(JsonNode group, JsonNode test) throws Exception;
  }

  private WycheproofPrimitives() {}

  /** Whether every group of the file is of a kind and size that we have. */
  static boolean understands(JsonNode root) {
    boolean any = false;
    for (JsonNode group : root.path("testGroups")) {
      any = true;
      if (check(root, group) == null) {
        return false;
      }
    }
    return any;
  }

  static VectorReport run(String file, JsonNode root) {
    VectorReport report = new VectorReport(file);
    for (JsonNode group : root.path("testGroups")) {
      Check check = check(root, group);
      for (JsonNode test : group.path("tests")) {
        report.run("tcId " + test.path("tcId"), () -> check.holds(group, test));
      }
    }
    return report;
  }

  private static Check check(JsonNode root, JsonNode group) {
    boolean mlKem768 = text(group, "parameterSet").equals("ML-KEM-768");
    return switch (text(group, "type")) {
      case "XdhComp" -> dh(group) == null ? null : WycheproofPrimitives::agree;
      case "MLKEMTest" -> mlKem768 ? WycheproofPrimitives::decapsulate : null;
      case "MLKEMKeyGen", "MLKEMKeyGenTest" -> mlKem768 ? WycheproofPrimitives::generate : null;
      case "MLKEMEncapsTest" -> mlKem768 ? WycheproofPrimitives::encapsulate : null;
      case "MLKEMDecapsValidationTest", "MLKEMSemiExpandedDecapsTest" ->
          mlKem768 ? WycheproofPrimitives::decapsulateExpanded : null;
      case "EddsaVerify" -> isEd25519(group) ? WycheproofPrimitives::verify : null;
      case "MacTest" -> hash(text(root, "algorithm")) == null ? null : mac(root);
      case "HkdfTest" -> hash(text(root, "algorithm")) == null ? null : hkdf(root);
      default -> null;
    };
  }

  private static Dh dh(JsonNode group) {
    return switch (text(group, "curve")) {
      case "curve25519" -> Dh.x25519();
      case "curve448" -> Dh.x448();
      default -> null;
    };
  }

  private static boolean valid(JsonNode test) {
    return text(test, "result").equals("valid");
  }

  /** "acceptable" includes small-order keys, which we refuse, and twists, which must agree. */
  private static boolean agree(JsonNode group, JsonNode test) {
    Dh dh = dh(group);
    byte[] publicKey = hex(test, "public");
    byte[] privateKey = hex(test, "private");
    if (publicKey.length != dh.keyBytes() || privateKey.length != dh.keyBytes()) {
      return !valid(test); // the handshake never has keys of other lengths
    }
    byte[] expected = hex(test, "shared");
    byte[] shared = new byte[dh.keyBytes()];
    boolean agreed = dh.agree(privateKey, publicKey, shared);
    boolean zero = Arrays.equals(expected, new byte[dh.keyBytes()]);
    return agreed ? !zero && Arrays.equals(shared, expected) : zero && !valid(test);
  }

  private static boolean generate(JsonNode group, JsonNode test) {
    try {
      Kem.KeyPair pair = MlKem768.INSTANCE.generate(hex(test, "seed"));
      return valid(test) && Arrays.equals(pair.publicKey(), hex(test, "ek"));
    } catch (IllegalArgumentException e) {
      return !valid(test);
    }
  }

  private static boolean decapsulate(JsonNode group, JsonNode test) {
    try {
      Kem.KeyPair pair = MlKem768.INSTANCE.generate(hex(test, "seed"));
      boolean rightKey = !test.has("ek") || Arrays.equals(pair.publicKey(), hex(test, "ek"));
      byte[] secret = pair.decapsulate(hex(test, "c"));
      return valid(test) && rightKey && Arrays.equals(secret, hex(test, "K"));
    } catch (IllegalArgumentException | HandshakeException e) {
      return !valid(test);
    }
  }

  private static boolean encapsulate(JsonNode group, JsonNode test) {
    byte[] m = Arrays.copyOf(hex(test, "m"), MlKem768.INSTANCE.encapsulationSeedBytes());
    try {
      Kem.Encapsulation result = MlKem768.INSTANCE.encapsulate(hex(test, "ek"), m);
      return valid(test)
          && Arrays.equals(result.ciphertext(), hex(test, "c"))
          && Arrays.equals(result.secret(), hex(test, "K"));
    } catch (HandshakeException e) {
      return !valid(test);
    }
  }

  /** The handshake has seeds only; this checks the library below it. */
  private static boolean decapsulateExpanded(JsonNode group, JsonNode test) {
    try {
      MLKEMPrivateKeyParameters privateKey =
          new MLKEMPrivateKeyParameters(MLKEMParameters.ml_kem_768, hex(test, "dk"));
      byte[] secret = new MLKEMExtractor(privateKey).extractSecret(hex(test, "c"));
      return valid(test) && Arrays.equals(secret, hex(test, "K"));
    } catch (RuntimeException e) {
      return !valid(test);
    }
  }

  private static boolean isEd25519(JsonNode group) {
    return text(signatureKey(group), "curve").equals("edwards25519");
  }

  /** Version 1 files say {@code publicKey}, earlier ones {@code key}. */
  private static JsonNode signatureKey(JsonNode group) {
    return group.path(group.hasNonNull("publicKey") ? "publicKey" : "key");
  }

  private static boolean verify(JsonNode group, JsonNode test) {
    byte[] publicKey = hex(signatureKey(group), "pk");
    byte[] signature = hex(test, "sig");
    byte[] message = hex(test, "msg");
    boolean verified =
        signature.length == Ed25519.SIGNATURE_SIZE
            && Ed25519.validatePublicKeyFull(publicKey, 0)
            && Ed25519.verify(signature, 0, publicKey, 0, message, 0, message.length);
    return verified == valid(test);
  }

  private static String hash(String algorithm) {
    return switch (algorithm) {
      case "HMACSHA256", "HKDF-SHA-256" -> "SHA256";
      case "HMACSHA512", "HKDF-SHA-512" -> "SHA512";
      default -> null;
    };
  }

  private static Check mac(JsonNode root) {
    NoiseHash hash = NoiseHash.create(hash(text(root, "algorithm")));
    return (group, test) -> {
      byte[] tag = new byte[hash.hashBytes()];
      hash.hmacKey(hex(test, "key"));
      hash.hmacUpdate(hex(test, "msg"));
      hash.hmac(tag);
      byte[] truncated = Arrays.copyOf(tag, group.path("tagSize").asInt() / Byte.SIZE);
      return Arrays.equals(truncated, hex(test, "tag")) == valid(test);
    };
  }

  /** RFC 5869 with its info field, over the HMAC of the handshake. */
  private static Check hkdf(JsonNode root) {
    NoiseHash hash = NoiseHash.create(hash(text(root, "algorithm")));
    return (group, test) -> {
      int size = test.path("size").asInt();
      if (size > 255 * hash.hashBytes()) {
        return !valid(test);
      }
      byte[] salt = hex(test, "salt");
      byte[] block = new byte[hash.hashBytes()];
      hash.hmacKey(salt.length == 0 ? new byte[hash.hashBytes()] : salt);
      hash.hmacUpdate(hex(test, "ikm"));
      hash.hmac(block);
      hash.hmacKey(block);
      byte[] output = new byte[size];
      for (int i = 0; i * block.length < size; i++) {
        if (i > 0) {
          hash.hmacUpdate(block);
        }
        hash.hmacUpdate(hex(test, "info"));
        hash.hmacUpdate(new byte[] {(byte) (i + 1)});
        hash.hmac(block);
        int length = Math.min(block.length, size - i * block.length);
        System.arraycopy(block, 0, output, i * block.length, length);
      }
      return Arrays.equals(output, hex(test, "okm")) == valid(test);
    };
  }
}
