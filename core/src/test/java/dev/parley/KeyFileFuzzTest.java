package dev.parley;

import static dev.parley.KeyFileFixture.PASSPHRASE;
import static dev.parley.KeyFileFixture.RFC_VERSION_1;
import static dev.parley.KeyFileFixture.RFC_VERSION_2;
import static dev.parley.KeyFileFixture.der;
import static dev.parley.KeyFileFixture.derOf;
import static dev.parley.KeyFileFixture.encrypted;
import static dev.parley.KeyFileFixture.reason;
import static dev.parley.KeyFileFixture.seed;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.keys.PassphraseKdf;
import dev.parley.keys.Pem;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Seeded random edits of good files: a seed or a declared exception, nothing else. */
class KeyFileFuzzTest {
  /** Random edits of good files, seeded; any outcome but an undeclared exception is right. */
  @Test
  void readerSurvivesRandomInput() {
    byte[][] corpus = {
      RFC_VERSION_1.getBytes(US_ASCII),
      RFC_VERSION_2.getBytes(US_ASCII),
      encrypted(seed(8), new PassphraseKdf.Cost(2, 1, 1)),
    };
    Random random = new Random(8410);
    int accepted = 0;
    int refused = 0;
    for (int i = 0; i < 6_000; i++) {
      byte[] pem = mutate(corpus[i % corpus.length], random);
      if (reason(pem, PASSPHRASE) == null) {
        accepted++;
      } else {
        refused++;
      }
    }
    assertThat(accepted).isGreaterThan(30);
    assertThat(refused).isGreaterThan(1_500);
  }

  /** Edits below the Base64, where the structure is; costly parameters are kept out by a cap. */
  @Test
  void structureReaderSurvivesRandomInput() {
    byte[][] corpus = {der(RFC_VERSION_1), der(RFC_VERSION_2)};
    byte[] encrypted = derOf(encrypted(seed(9), new PassphraseKdf.Cost(2, 1, 1)));
    Random random = new Random(5958);
    int refused = 0;
    for (int i = 0; i < 6_000; i++) {
      byte[] der = mutate(corpus[i % corpus.length], random);
      refused += reason(Pem.encode("PRIVATE KEY", der), null) == null ? 0 : 1;
      byte[] info = mutate(encrypted, random);
      if (isCheap(info)) {
        refused += reason(Pem.encode("ENCRYPTED PRIVATE KEY", info), PASSPHRASE) == null ? 0 : 1;
      }
    }
    assertThat(refused).isGreaterThan(4_500);
  }

  /** Whether the cost parameters are still those of {@code Cost(2, 1, 1)}. */
  private static boolean isCheap(byte[] info) {
    return indexOf(info, HexFormat.of().parseHex("020102020101020101")) >= 0;
  }

  private static byte[] mutate(byte[] good, Random random) {
    byte[] bytes = good.clone();
    for (int n = 1 + random.nextInt(3); n > 0 && bytes.length > 1; n--) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(5)) {
        case 0 -> bytes = Arrays.copyOf(bytes, at);
        case 1 -> bytes = Arrays.copyOf(bytes, bytes.length + random.nextInt(9));
        case 2 -> bytes[at] = (byte) random.nextInt(256);
        case 3 -> bytes[at] = bytes[random.nextInt(bytes.length)];
        default -> bytes[at] ^= (byte) (1 << random.nextInt(8));
      }
    }
    return bytes;
  }

  private static int indexOf(byte[] bytes, byte[] part) {
    for (int i = 0; i + part.length <= bytes.length; i++) {
      if (Arrays.equals(bytes, i, i + part.length, part, 0, part.length)) {
        return i;
      }
    }
    return -1;
  }
}
