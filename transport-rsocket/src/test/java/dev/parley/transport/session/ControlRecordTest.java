package dev.parley.transport.session;

import static dev.parley.transport.session.SessionFixture.concat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ControlRecordTest {
  private static final HexFormat HEX = HexFormat.of();
  private static final String LIMITS = "020010" + "00008000" + "00400000" + "00010000" + "00000400";

  static Stream<Arguments> records() {
    return Stream.of(
        Arguments.of(new ControlRecord.Ready(SessionLimits.defaults()), "0101" + LIMITS),
        Arguments.of(ControlRecord.Close.of(CloseCode.NORMAL), "0102" + "10000100"),
        Arguments.of(
            new ControlRecord.Close(CloseCode.OVERLOADED, 0xFFFF_FFFFL, "busy"),
            "0102" + "10000103" + "110004ffffffff" + "12000462757379"),
        Arguments.of(
            new ControlRecord.Close(CloseCode.LIMITS, 0, "x".repeat(128)),
            "0102" + "10000107" + "120080" + "78".repeat(128)),
        Arguments.of(new ControlRecord.GoAway(0), "0103" + "13000400000000"),
        Arguments.of(new ControlRecord.GoAway(Integer.MAX_VALUE), "0103" + "1300047fffffff"),
        Arguments.of(new ControlRecord.Ping(-1), "0104" + "140008ffffffffffffffff"),
        Arguments.of(new ControlRecord.Pong(258), "0105" + "1400080000000000000102"),
        Arguments.of(new ControlRecord.KeyUpdate(), "0106"),
        Arguments.of(new ControlRecord.Limits(SessionLimits.defaults()), "0107" + LIMITS));
  }

  @ParameterizedTest
  @MethodSource("records")
  void roundTrips(ControlRecord record, String hex) throws Exception {
    byte[] buffer = new byte[256];

    int end = ControlCodec.encode(record, buffer, 3);

    assertThat(end - 3).isLessThanOrEqualTo(ControlCodec.MAX_BYTES);
    assertThat(HEX.formatHex(buffer, 3, end)).isEqualTo(hex);
    assertThat(ControlRecord.decode(buffer, 3, end - 3)).isEqualTo(record);
    assertThat(ControlRecord.decode(buffer, 3, end - 3 + 50)).as("padded").isEqualTo(record);
  }

  @Test
  void everyCloseCodeHasItsNumber() {
    assertThat(Arrays.stream(CloseCode.values()).map(CloseCode::wire))
        .containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0108", "017f", "0150" + "7f000101" + "0000"})
  void laterKindsAreIgnored(String hex) throws Exception {
    byte[] bytes = HEX.parseHex(hex);

    assertThat(ControlRecord.decode(bytes, 0, bytes.length))
        .isEqualTo(new ControlRecord.Ignored(bytes[1]));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "01",
        "0004140008ffffffffffffffff",
        "0100",
        "0180",
        "01ff",
        "0150800000", // kinds
        "0101",
        "0107",
        "0101020000", // limits missing or short
        "0102",
        "01021000",
        "01021000020000",
        "01021001",
        "010210000109",
        "0102100001ff", // close
        "010210000100110003ffffff", // retry after
        "0102100001001200810000",
        "01021000010012000180",
        "0102100001001200010a", // reason
        "0103",
        "0103130003ffffff",
        "010313000480000000", // go away
        "0104",
        "01041400070000000000000000",
        "0105140009000000000000000000", // tokens
        "01061",
        "0106800000",
        "010601",
        "01060001" // key update
      })
  void malformedRecordsAreRefused(String hex) {
    byte[] bytes = HEX.parseHex(hex.length() % 2 == 0 ? hex : hex + "0");

    assertThatThrownBy(() -> ControlRecord.decode(bytes, 0, bytes.length))
        .isInstanceOfSatisfying(
            RecordException.class, e -> assertThat(e.fault()).isEqualTo(RecordFault.BAD_CONTROL));
  }

  @Test
  void everyTruncationIsRefusedOrAnotherRecord() {
    for (ControlRecord record : samples()) {
      byte[] buffer = new byte[256];
      int end = ControlCodec.encode(record, buffer, 0);
      for (int length = 0; length < end; length++) {
        ControlRecord decoded = decodeOrNull(Arrays.copyOf(buffer, length));
        assertThat(decoded).isNotEqualTo(record);
      }
    }
  }

  @Test
  void arbitraryBytesAreDecodedOrRefused() {
    Random random = new Random(815);
    List<ControlRecord> samples = samples();
    int accepted = 0;
    for (int i = 0; i < 60_000; i++) {
      byte[] buffer = new byte[256];
      int end = ControlCodec.encode(samples.get(random.nextInt(samples.size())), buffer, 0);
      byte[] bytes = concat(Arrays.copyOf(buffer, end), new byte[random.nextInt(3)]);
      for (int j = random.nextInt(3); j >= 0; j--) {
        bytes[1 + random.nextInt(bytes.length - 1)] = (byte) random.nextInt(256);
      }
      accepted += checkCanonical(bytes) ? 1 : 0;
    }
    assertThat(accepted).isBetween(2_000, 58_000);
  }

  @Test
  void valuesOutOfRangeCannotBeBuilt() {
    assertThatIllegalArgumentException().isThrownBy(() -> new ControlRecord.GoAway(-1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ControlRecord.Close(CloseCode.IDLE, -1, ""));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ControlRecord.Close(CloseCode.IDLE, 1L << 32, ""));
    for (String reason : List.of("x".repeat(129), "a\nb", "\u00e9", "\u2028", "\u007f")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new ControlRecord.Close(CloseCode.IDLE, 0, reason));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ControlCodec.encode(new ControlRecord.Ignored(9), new byte[9], 0));
  }

  private static List<ControlRecord> samples() {
    return records().map(arguments -> (ControlRecord) arguments.get()[0]).toList();
  }

  /** What decodes also survives another round trip; any untyped exception fails the test. */
  private static boolean checkCanonical(byte[] bytes) {
    ControlRecord record = decodeOrNull(bytes);
    if (record != null && !(record instanceof ControlRecord.Ignored)) {
      byte[] again = new byte[256];
      int end = ControlCodec.encode(record, again, 0);
      assertThat(decodeOrNull(Arrays.copyOf(again, end))).isEqualTo(record);
    }
    return record != null;
  }

  private static ControlRecord decodeOrNull(byte[] bytes) {
    try {
      return ControlRecord.decode(bytes, 0, bytes.length);
    } catch (RecordException e) {
      assertThat(e.fault()).isEqualTo(RecordFault.BAD_CONTROL);
      return null;
    }
  }
}
