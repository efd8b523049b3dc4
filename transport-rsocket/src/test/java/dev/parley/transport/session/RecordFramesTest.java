package dev.parley.transport.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordFramesTest {
  private static final String SIX = "000006" + "a1a2a3a4a5a6";
  private static final String SEVEN = "000007" + "b1b2b3b4b5b6b7";
  private final RecordFrames frames = new RecordFrames();

  @ParameterizedTest
  @ValueSource(strings = {"", "000000", "00000000", "0000000000000000000000"})
  void walksFramesUpToThePadding(String padding) throws Exception {
    byte[] inner = HexFormat.of().parseHex("ffff" + "00" + SIX + SEVEN + padding + "ff");

    frames.reset(inner, 2, inner.length - 3);

    assertThat(frames.next()).isTrue();
    assertThat(Arrays.copyOfRange(inner, frames.offset(), frames.offset() + frames.length()))
        .isEqualTo(HexFormat.of().parseHex("a1a2a3a4a5a6"));
    assertThat(frames.next()).isTrue();
    assertThat(Arrays.copyOfRange(inner, frames.offset(), frames.offset() + frames.length()))
        .isEqualTo(HexFormat.of().parseHex("b1b2b3b4b5b6b7"));
    assertThat(frames.next()).isFalse();
    assertThat(frames.next()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "00", // no frame
        "00000000", // padding alone
        "0000", // a short length
        "00" + SIX + "00", // one byte too many
        "00" + SIX + "0000", // two bytes too many
        "00" + SIX + "00000001", // padding that is not zero
        "00" + SIX + "000000" + SIX, // a frame behind the padding
        "00" + "000005" + "0102030405", // a frame too short
        "00" + "000007" + "010203040506", // a frame cut short
        "00" + "ffffff" + "010203040506",
        "00" + SIX + "000001",
        "01" + SIX // not DATA
      })
  void malformedRecordsShowNoFrame(String hex) {
    byte[] inner = HexFormat.of().parseHex(hex);

    assertThatThrownBy(() -> frames.reset(inner, 0, inner.length))
        .isInstanceOfSatisfying(
            RecordException.class, e -> assertThat(e.fault()).isEqualTo(RecordFault.BAD_FRAMES));
    assertThat(frames.next()).isFalse();
  }

  @Test
  void arbitraryRecordsAreWalkedOrRefused() {
    Random random = new Random(99);
    int walked = 0;
    for (int i = 0; i < 300_000; i++) {
      byte[] inner = new byte[1 + random.nextInt(80)];
      for (int at = 1; at + 3 < inner.length; at += 3 + inner[at + 2]) {
        inner[at + 2] = (byte) (5 + random.nextInt(20)); // now and then too short or too long
      }
      walked += fillsRecord(inner) ? 1 : 0;
    }
    assertThat(walked).isBetween(1_000, 290_000);
  }

  private boolean fillsRecord(byte[] inner) {
    try {
      frames.reset(inner, 0, inner.length);
    } catch (RecordException e) {
      return false;
    }
    int at = 1;
    while (frames.next()) {
      assertThat(frames.offset()).isEqualTo(at + 3);
      assertThat(frames.length()).isBetween(6, inner.length - frames.offset());
      at = frames.offset() + frames.length();
    }
    assertThat(at).isGreaterThan(1);
    return true;
  }
}
