package dev.parley.transport.crypto;

import static dev.parley.transport.crypto.Vectors.hex;
import static dev.parley.transport.crypto.Vectors.text;

import java.util.Arrays;
import tools.jackson.databind.JsonNode;

/** Runs Wycheproof's AEAD files against a built-in provider, with the nonces they give. */
public final class WycheproofAead {

  private WycheproofAead() {}

  /** Whether the file's {@code algorithm} is one of ours. */
  public static boolean understands(String algorithm) {
    return algorithm.equals("AES-GCM") || algorithm.equals("CHACHA20-POLY1305");
  }

  /** The algorithm of a file. */
  public static AeadAlgorithm algorithm(JsonNode root) {
    return text(root, "algorithm").equals("AES-GCM")
        ? AeadAlgorithm.AES_256_GCM
        : AeadAlgorithm.CHACHA20_POLY1305;
  }

  /** Runs a whole file. */
  public static VectorReport run(String file, JsonNode root, AeadProvider provider) {
    AeadAlgorithm algorithm = algorithm(root);
    VectorReport report = new VectorReport(file + " with " + provider.name());
    for (JsonNode group : root.path("testGroups")) {
      String misfit = misfit(group);
      for (JsonNode test : group.path("tests")) {
        if (misfit.isEmpty()) {
          report.run("tcId " + test.path("tcId"), () -> holds(test, provider, algorithm));
        } else {
          report.inapplicable(misfit);
        }
      }
    }
    return report;
  }

  private static String misfit(JsonNode group) {
    if (group.path("keySize").asInt() != AeadAlgorithm.KEY_BYTES * Byte.SIZE) {
      return "key of " + group.path("keySize") + " bits";
    }
    if (group.path("ivSize").asInt() != AeadAlgorithm.NONCE_BYTES * Byte.SIZE) {
      return "nonce of " + group.path("ivSize") + " bits";
    }
    return group.path("tagSize").asInt() == AeadAlgorithm.TAG_BYTES * Byte.SIZE
        ? ""
        : "tag of " + group.path("tagSize") + " bits";
  }

  private static boolean holds(JsonNode test, AeadProvider provider, AeadAlgorithm algorithm) {
    byte[] plain = hex(test, "msg");
    byte[] sealed = hex(text(test, "ct") + text(test, "tag"));
    byte[] nonce = hex(test, "iv");
    byte[] ad = hex(test, "aad");
    NonceAeadKey key = (NonceAeadKey) provider.key(algorithm, hex(test, "key"));
    boolean valid = text(test, "result").equals("valid");
    byte[] opened = new byte[sealed.length - AeadAlgorithm.TAG_BYTES];
    try {
      int length = key.openWithNonce(nonce, ad, sealed, 0, sealed.length, opened, 0);
      if (!valid || length != plain.length || !Arrays.equals(opened, plain)) {
        return false;
      }
    } catch (AeadException e) {
      return !valid;
    }
    byte[] out = new byte[plain.length + AeadAlgorithm.TAG_BYTES];
    int length = key.sealWithNonce(nonce, ad, plain, 0, plain.length, out, 0);
    key.destroy();
    return length == out.length && Arrays.equals(out, sealed);
  }
}
