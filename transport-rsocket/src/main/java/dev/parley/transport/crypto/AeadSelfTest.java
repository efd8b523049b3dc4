package dev.parley.transport.crypto;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The known-answer test a provider passes before it is used: an answer with associated data, its
 * opening, the refusal of each single-bit change at the ends, rekey, and sealing in place.
 *
 * <p>The expected values come from an implementation (OpenSSL) that is not among the providers.
 */
final class AeadSelfTest {

  private static final long COUNTER = 0x0807060504030201L;
  private static final byte[] AD = HexFormat.of().parseHex("f33388860000000000004e91");
  private static final byte[] PLAIN =
      "parley known answer: two blocks and a bit more".getBytes(StandardCharsets.US_ASCII);

  private AeadSelfTest() {}

  private record Answer(String sealed, String sealedAfterRekey) {}

  private static Answer answer(AeadAlgorithm algorithm) {
    return switch (algorithm) {
      case AES_256_GCM ->
          new Answer(
              "6c998d290756e825fb1c895dbe4f54d9ca9045f278c05e278906bcdf1d63f0"
                  + "0469374b5f69f0a91d6ea1fe57f62df99174228f221666dcba3333d3bd5eb9",
              "bb00e5aa3c0fa3e7d66408fdf9e015d4824aa5119faf420826bf88a68cb07d"
                  + "f416f53968ee21e833866ae528cc567607a263b96f6915a996e30346a4e684");
      case CHACHA20_POLY1305 ->
          new Answer(
              "9f87d794c0f588f77ed09fb8aa8d492de2e9166b3c395f733bb7588d0f83d6"
                  + "a5567e6bad0b4f34e60939ea61a81c956268ae870b850e8d83485deb1ba8a0",
              "0cbd647907ea6547315db0bbced167eea37ffa7e2f9ec4f16a68707dec9fc9"
                  + "b70d15dff67261c10c0defacb7d1ad4e019908b2caf0dc32ef0f71a9c026c0");
    };
  }

  /** Returns the empty string if all answers are right, else the first fault. */
  static String run(AeadProvider provider, AeadAlgorithm algorithm) {
    byte[] keyBytes = new byte[AeadAlgorithm.KEY_BYTES];
    for (int i = 0; i < keyBytes.length; i++) {
      keyBytes[i] = (byte) i;
    }
    AeadKey key = provider.key(algorithm, keyBytes);
    try {
      return run(key, answer(algorithm));
    } finally {
      key.destroy();
    }
  }

  private static String run(AeadKey key, Answer answer) {
    byte[] sealed = new byte[PLAIN.length + AeadAlgorithm.TAG_BYTES];
    int length = key.seal(COUNTER, AD, PLAIN, 0, PLAIN.length, sealed, 0);
    if (length != sealed.length || !matches(answer.sealed(), sealed)) {
      return "wrong ciphertext";
    }
    if (!opens(key, sealed)) {
      return "does not open what it sealed";
    }
    for (int changed : new int[] {0, PLAIN.length - 1, PLAIN.length, sealed.length - 1}) {
      sealed[changed] ^= 1;
      if (opens(key, sealed)) {
        return "opens a forged ciphertext";
      }
      sealed[changed] ^= 1;
    }
    key.rekey();
    byte[] inPlace = Arrays.copyOf(PLAIN, sealed.length);
    key.seal(COUNTER, AD, inPlace, 0, PLAIN.length, inPlace, 0);
    if (!matches(answer.sealedAfterRekey(), inPlace)) {
      return "wrong ciphertext after rekey";
    }
    return opens(key, inPlace) ? "" : "does not open after rekey";
  }

  private static boolean opens(AeadKey key, byte[] sealed) {
    byte[] opened = new byte[PLAIN.length];
    try {
      int length = key.open(COUNTER, AD, sealed, 0, sealed.length, opened, 0);
      return length == opened.length && Arrays.equals(opened, PLAIN);
    } catch (AeadException e) {
      return false;
    }
  }

  private static boolean matches(String hex, byte[] actual) {
    return Arrays.equals(HexFormat.of().parseHex(hex), actual);
  }
}
