package dev.parley.transport.session;

import static dev.parley.transport.session.SessionFixture.ALICE;
import static dev.parley.transport.session.SessionFixture.BOB;
import static dev.parley.transport.session.SessionFixture.OPEN;
import static dev.parley.transport.session.SessionFixture.SECRET;
import static dev.parley.transport.session.SessionFixture.ascii;
import static dev.parley.transport.session.SessionFixture.body;
import static dev.parley.transport.session.SessionFixture.concat;
import static dev.parley.transport.session.SessionFixture.filled;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Network;
import dev.parley.transport.session.SessionFixture.Pair;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.stream.IntStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The derivations, computed a second time from the network's secret. */
class NetworkKeysTest {

  @Test
  void networkIdsComeFromTheSecret() throws Exception {
    assertThat(SECRET.id().toBytes()).isEqualTo(hkdf(filled(32, 0x5A), ascii("parley id")));
    assertThat(OPEN.id().toBytes()).isEqualTo(hkdf(openSecret(), ascii("parley id")));
  }

  @ParameterizedTest
  @EnumSource(Suite.class)
  void pskNamesTheSuite(Suite suite) throws Exception {
    byte[] info = concat(ascii("parley psk"), new byte[] {(byte) suite.id()});

    assertThat(new NetworkKeys(SECRET, BOB.id()).psk(suite))
        .isEqualTo(hkdf(filled(32, 0x5A), info));
  }

  @Test
  void mac1IsTheSameOnManyThreadsAtOnce() {
    NetworkKeys keys = new NetworkKeys(OPEN, BOB.id());
    byte[] body = filled(1406, 7);
    byte[] expected = keys.mac1(body, body, 22);

    assertThat(IntStream.range(0, 2_000).parallel().mapToObj(i -> keys.mac1(body, body, 22)))
        .allMatch(mac1 -> Arrays.equals(mac1, expected));
  }

  @Test
  void mac1CoversHeaderAndNoiseMessage() throws Exception {
    Pair pair = SessionFixture.handshake(Suite.AES_256_GCM_MLKEM768, OPEN);
    byte[] body = body(pair.message1);
    byte[] key = hkdf(openSecret(), concat(ascii("parley mac1"), BOB.id().toBytes()));

    byte[] mac = hmac(key, concat(Arrays.copyOf(body, 6), Arrays.copyOfRange(body, 22, 1406)));

    assertThat(Arrays.copyOfRange(body, 6, 22)).isEqualTo(Arrays.copyOf(mac, 16));
  }

  @Test
  void headerNamesVersionSuiteAndFlags() throws Exception {
    byte[] body = body(SessionFixture.handshake(Suite.CHACHA20_POLY1305_CLASSICAL, OPEN).message1);

    assertThat(HexFormat.of().formatHex(body, 0, 6)).isEqualTo("504c59310400");
  }

  @Test
  void prologueBindsHeaderNetworkAndResponder() {
    byte[] header = HandshakeWire.header1(Suite.AES_256_GCM_MLKEM768, true);

    assertThat(HandshakeWire.prologue(header, OPEN.id().toBytes(), BOB.id()))
        .isEqualTo(concat(ascii("parley/1\0PLY1\1\1"), OPEN.id().toBytes(), BOB.id().toBytes()))
        .hasSize(79);
  }

  @Test
  void exportsComeFromTheHandshakeHash() throws Exception {
    EstablishedSession session =
        SessionFixture.handshake(Suite.AES_256_GCM_MLKEM768, OPEN).initiator;
    byte[] h = session.channelBinding();

    assertThat(session.exporter("some label")).isEqualTo(hkdf(h, ascii("some label")));
    assertThat(session.sessionId()).isEqualTo(Arrays.copyOf(hkdf(h, ascii("parley sid")), 16));
  }

  @Test
  void everyKeyIsDifferent() {
    Set<String> keys = new HashSet<>();
    byte[] message = new byte[1406];
    for (Network network : new Network[] {OPEN, SECRET}) {
      NetworkKeys forBob = new NetworkKeys(network, BOB.id());
      NetworkKeys forAlice = new NetworkKeys(network, ALICE.id());
      keys.add(HexFormat.of().formatHex(forBob.mac1(message, message, 22)));
      keys.add(HexFormat.of().formatHex(forAlice.mac1(message, message, 22)));
      for (Suite suite : Suite.values()) {
        keys.add(HexFormat.of().formatHex(forBob.psk(suite)));
      }
    }
    assertThat(keys).hasSize(12);
  }

  private static byte[] openSecret() throws Exception {
    return MessageDigest.getInstance("SHA-256").digest(ascii("parley-open/1auction-house"));
  }

  /** HKDF-SHA256, no salt, 32 bytes. */
  private static byte[] hkdf(byte[] secret, byte[] info) throws Exception {
    return hmac(hmac(new byte[32], secret), concat(info, new byte[] {1}));
  }

  private static byte[] hmac(byte[] key, byte[] message) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(message);
  }
}
