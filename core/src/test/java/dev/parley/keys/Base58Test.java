package dev.parley.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Base58Test {
  /** The first two of draft-msporny-base58 section 5 as hexadecimal, and edges with zero bytes. */
  @ParameterizedTest
  @CsvSource({
    "48656c6c6f20576f726c6421, 2NEpo7TZRRrLZSi2U",
    "0000287fb4cd, 11233QC4",
    "61, 2g",
    "00, 1",
    "0000, 11",
    "39, z",
    "3a, 21",
    "ffff, LUv",
  })
  void encodesAndDecodesKnownPairs(String hex, String text) {
    byte[] bytes = HexFormat.of().parseHex(hex);

    assertThat(Base58.encode(bytes)).isEqualTo(text);
    assertThat(Base58.decode(text)).isEqualTo(bytes);
  }

  @Test
  void roundTripsEveryLength() {
    Random random = new Random(58);
    for (int length = 0; length < 80; length++) {
      byte[] bytes = new byte[length];
      random.nextBytes(bytes);
      if (length > 3) {
        bytes[0] = 0;
        bytes[1] = 0;
      }
      assertThat(Base58.decode(Base58.encode(bytes))).isEqualTo(bytes);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "O", "I", "l", " ", "1 1", "é", "\u0131", "\n"})
  void rejectsCharactersOutsideTheAlphabet(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Base58.decode(text));
  }
}
