package dev.parley.transport.session;

import static dev.parley.transport.session.SessionFixture.ascii;
import static dev.parley.transport.session.SessionFixture.concat;
import static dev.parley.transport.vectors.VectorFile.hex;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Identity;
import dev.parley.Network;
import dev.parley.transport.vectors.ProtocolDocument;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** PROTOCOL.md prints what this code computes. */
class ProtocolDocumentTest {
  private static final Suite SUITE = Suite.AES_256_GCM_MLKEM768;

  @Test
  void printsTheDerivationsOfADial() throws Exception {
    Map<String, String> printed = ProtocolDocument.derivations();
    Identity responder = Identity.fromSeed(HexFormat.of().parseHex(printed.get("seed")));
    byte[] id = responder.id().toBytes();
    Network network = Network.open("auction-house");
    NetworkKeys keys = new NetworkKeys(network, responder.id());
    byte[] header = HandshakeWire.header1(SUITE, false);

    Map<String, String> expected = new LinkedHashMap<>();
    expected.put("seed", printed.get("seed"));
    expected.put("id", hex(id));
    expected.put("text", responder.id().toString());
    expected.put("X25519 private", hex(responder.agreementKey()));
    expected.put("X25519 public", hex(responder.id().x25519PublicKey()));
    byte[] name = ascii("parley-open/1auction-house");
    expected.put("netSecret", hex(MessageDigest.getInstance("SHA-256").digest(name)));
    expected.put("networkId", hex(network.id().toBytes()));
    expected.put("psk, suite 1", hex(keys.psk(SUITE)));
    expected.put("K_mac1", hex(network.derive(concat(ascii("parley mac1"), id), 32)));
    expected.put(
        "mac1, suite 1, flags 0, a Noise message of 1384 zero bytes",
        hex(keys.mac1(header, new byte[1384], 0)));
    expected.put(
        "prologue, suite 1, flags 0",
        hex(HandshakeWire.prologue(header, network.id().toBytes(), responder.id())));
    assertThat(printed).containsExactlyEntriesOf(expected);
  }

  @Test
  void printsControlRecords() {
    Map<String, String> expected = new LinkedHashMap<>();
    expected.put("PING(258)", inner(new ControlRecord.Ping(258)));
    expected.put("CLOSE(normal)", inner(ControlRecord.Close.of(CloseCode.NORMAL)));
    expected.put("KEY_UPDATE", inner(new ControlRecord.KeyUpdate()));
    expected.put("GOAWAY(0)", inner(new ControlRecord.GoAway(0)));
    expected.put(
        "READY with the defaults", inner(new ControlRecord.Ready(SessionLimits.defaults())));
    assertThat(ProtocolDocument.controlExamples()).containsExactlyEntriesOf(expected);
  }

  private static String inner(ControlRecord record) {
    byte[] inner = new byte[RecordSealer.MAX_CONTROL_BYTES];
    return hex(Arrays.copyOf(inner, ControlCodec.encode(record, inner, 0)));
  }
}
