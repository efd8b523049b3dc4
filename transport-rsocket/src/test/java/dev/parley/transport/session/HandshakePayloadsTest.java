package dev.parley.transport.session;

import static dev.parley.transport.session.SessionFixture.concat;
import static dev.parley.transport.session.SessionFixture.filled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import dev.parley.carrier.InstanceId;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HandshakePayloadsTest {
  private static final HexFormat HEX = HexFormat.of();
  private static final String TIME = "010008" + "000001946aabbccd";
  private static final String LIMITS = "020010" + "00008000" + "00400000" + "00010000" + "00000400";
  private static final String FEATURES = "030008" + "8000000000000001";
  private static final String AGENT_ID = "040020" + "11".repeat(32);
  private static final String NONCE = "050010" + "22".repeat(16);
  private static final String CREDENTIALS = "060002" + "abcd";

  @ParameterizedTest
  @EnumSource(Suite.class)
  void payloadSizesAreFixed(Suite suite) {
    assertThat(HandshakeWire.payload1Bytes(suite)).isEqualTo(suite.postQuantum() ? 136 : 1336);
    assertThat(HandshakeWire.payload2Bytes(suite)).isEqualTo(suite.postQuantum() ? 252 : 1356);
  }

  @Test
  void firstPayloadIsTime() throws Exception {
    byte[] payload = HandshakePayloads.encode1(0x1946aabbccdL, 136);

    assertThat(HEX.formatHex(payload)).isEqualTo(TIME + "00".repeat(136 - 11));
    assertThat(HandshakePayloads.decode1(payload)).isEqualTo(0x1946aabbccdL);
  }

  @Test
  void secondPayloadIsTimeLimitsAndFeatures() throws Exception {
    HandshakePayloads.Answer answer =
        new HandshakePayloads.Answer(
            0x1946aabbccdL,
            SessionLimits.defaults(),
            0x8000_0000_0000_0001L,
            InstanceId.UNKNOWN,
            0);

    byte[] payload = HandshakePayloads.encode2(answer, 252);

    assertThat(HEX.formatHex(payload))
        .isEqualTo(TIME + LIMITS + FEATURES + "00".repeat(252 - 11 - 19 - 11));
    assertThat(HandshakePayloads.decode2(payload)).isEqualTo(answer);
  }

  @Test
  void thirdPayloadIntroducesTheInitiator() throws Exception {
    HandshakePayloads.Introduction introduction = new HandshakePayloads.Introduction();
    introduction.agentId = filled(32, 0x11);
    introduction.features = 0x8000_0000_0000_0001L;
    introduction.dialNonce = filled(16, 0x22);
    introduction.credentials = new byte[] {(byte) 0xab, (byte) 0xcd};

    byte[] payload = HandshakePayloads.encode3(introduction);

    assertThat(payload).hasSize(190);
    assertThat(HEX.formatHex(payload))
        .startsWith(AGENT_ID + LIMITS + FEATURES + NONCE + CREDENTIALS + "00");
    HandshakePayloads.Introduction decoded = HandshakePayloads.decode3(payload);
    assertThat(decoded).usingRecursiveComparison().isEqualTo(introduction);
  }

  @Test
  void secondPayloadNamesTheProcessAndItsRoles() throws Exception {
    InstanceId instance = InstanceId.of(filled(16, 0x33));
    HandshakePayloads.Answer answer =
        new HandshakePayloads.Answer(
            0x1946aabbccdL, SessionLimits.defaults(), 0x8000_0000_0000_0001L, instance, 0x80000001);

    byte[] payload = HandshakePayloads.encode2(answer, 252);

    assertThat(HEX.formatHex(payload))
        .startsWith(
            TIME + LIMITS + FEATURES + "070010" + "33".repeat(16) + "08000480000001" + "00");
    assertThat(HandshakePayloads.decode2(payload)).isEqualTo(answer);
  }

  @Test
  void thirdPayloadNamesTheProcessAndSaysThatItOnlyChecks() throws Exception {
    HandshakePayloads.Introduction introduction = new HandshakePayloads.Introduction();
    introduction.agentId = filled(32, 0x11);
    introduction.dialNonce = filled(16, 0x22);
    introduction.instance = InstanceId.of(filled(16, 0x33));
    introduction.roles = 1;
    introduction.check = true;

    byte[] payload = HandshakePayloads.encode3(introduction);

    assertThat(HEX.formatHex(payload))
        .contains("070010" + "33".repeat(16) + "08000400000001" + "0a0000" + "00");
    assertThat(HandshakePayloads.decode3(payload))
        .usingRecursiveComparison()
        .isEqualTo(introduction);
  }

  @Test
  void fieldsMayStandInAnyOrderAmongUnknownOnes() throws Exception {
    HandshakePayloads.Introduction decoded =
        HandshakePayloads.decode3(
            HEX.parseHex(NONCE + "7f000100" + FEATURES + LIMITS + TIME + AGENT_ID));

    assertThat(decoded.agentId).isEqualTo(filled(32, 0x11));
    assertThat(decoded.credentials).isEmpty();
  }

  @Test
  void everyMissingFieldIsRefused() {
    refused1("");
    refused2(LIMITS + FEATURES);
    refused2(TIME + FEATURES);
    refused2(TIME + LIMITS);
    refused3(LIMITS + FEATURES + NONCE);
    refused3(AGENT_ID + FEATURES + NONCE);
    refused3(AGENT_ID + LIMITS + NONCE);
    refused3(AGENT_ID + LIMITS + FEATURES);
  }

  @Test
  void wrongLengthsAreRefused() {
    refused1("01000700000000000000");
    refused1("010009000000000000000000");
    refused3("04001f" + "11".repeat(31) + LIMITS + FEATURES + NONCE);
    refused3("040021" + "11".repeat(33) + LIMITS + FEATURES + NONCE);
    refused3(AGENT_ID + LIMITS + FEATURES + "05000f" + "22".repeat(15));
    refused2(TIME + FEATURES + "02000f" + "00".repeat(15));
    refused2(TIME + FEATURES + LIMITS.replace("020010", "020014") + "00000000");
  }

  @Test
  void limitsOutOfRangeAreRefused() {
    String[] limits = {
      "00000fff" + "00400000" + "00010000" + "00000400",
      "0000fff0" + "00400000" + "00010000" + "00000400",
      "00008000" + "000003ff" + "00010000" + "00000400",
      "00008000" + "01000000" + "00010000" + "00000400",
      "00008000" + "00400000" + "000003ff" + "00000400",
      "00008000" + "00400000" + "ffffffff" + "00000400",
      "00008000" + "00400000" + "00010000" + "00000000",
      "00008000" + "00400000" + "00010000" + "00100001"
    };
    for (String value : limits) {
      refused2(TIME + FEATURES + "020010" + value);
    }
  }

  @Test
  void aDelegationIsRefusedWhileNothingKnowsIt() {
    refused3(AGENT_ID + LIMITS + FEATURES + NONCE + "810000");
  }

  @Test
  void aFieldTwiceIsRefused() {
    refused1(TIME + TIME);
    refused3(AGENT_ID + LIMITS + FEATURES + NONCE + AGENT_ID);
  }

  @Test
  void arbitraryBytesAreDecodedOrRefused() {
    Random random = new Random(4711);
    byte[] valid = HEX.parseHex(AGENT_ID + LIMITS + FEATURES + NONCE + CREDENTIALS + TIME);
    int accepted = 0;
    for (int i = 0; i < 40_000; i++) {
      byte[] bytes = i % 2 == 0 ? mutated(valid, random) : new byte[random.nextInt(64)];
      if (i % 2 != 0) {
        random.nextBytes(bytes);
      }
      accepted += decodes(bytes) ? 1 : 0;
    }
    assertThat(accepted).isBetween(200, 20_000);
  }

  private static byte[] mutated(byte[] valid, Random random) {
    byte[] bytes = concat(valid, new byte[random.nextInt(4)]);
    for (int i = random.nextInt(3); i >= 0; i--) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    return bytes;
  }

  /** Any exception but the typed one fails the test. */
  private static boolean decodes(byte[] bytes) {
    int decoded = 0;
    try {
      HandshakePayloads.decode1(bytes);
      decoded++;
      HandshakePayloads.decode2(bytes);
      decoded++;
    } catch (MalformedException e) {
      assertThat(decoded).isLessThan(2);
    }
    try {
      HandshakePayloads.decode3(bytes);
      return true;
    } catch (MalformedException e) {
      return false;
    } catch (RuntimeException e) {
      return fail("untyped failure for " + HEX.formatHex(bytes), e);
    }
  }

  private static void refused1(String hex) {
    assertThatThrownBy(() -> HandshakePayloads.decode1(HEX.parseHex(hex)))
        .as(hex)
        .isInstanceOf(MalformedException.class);
  }

  private static void refused2(String hex) {
    assertThatThrownBy(() -> HandshakePayloads.decode2(HEX.parseHex(hex)))
        .as(hex)
        .isInstanceOf(MalformedException.class);
  }

  private static void refused3(String hex) {
    assertThatThrownBy(() -> HandshakePayloads.decode3(HEX.parseHex(hex)))
        .as(hex)
        .isInstanceOf(MalformedException.class);
  }
}
