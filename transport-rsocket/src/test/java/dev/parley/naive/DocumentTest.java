package dev.parley.naive;

import static dev.parley.naive.Json.hex;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.transport.vectors.ProtocolDocument;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DocumentTest {

  @Test
  void computesTheDerivationsThatTheDocumentPrints() {
    Map<String, String> printed = ProtocolDocument.derivations();
    NaiveAgent responder = new NaiveAgent(HexFormat.of().parseHex(printed.get("seed")));
    NaiveNetwork network = NaiveNetwork.open("auction-house");
    byte[] mac1Key = network.mac1Key(responder.id());
    byte[] header = NaiveWire.header(NaiveSuite.ONE, false);

    Map<String, String> computed = new LinkedHashMap<>();
    computed.put("seed", printed.get("seed"));
    computed.put("id", hex(responder.id()));
    computed.put("text", NaiveIds.text(responder.id()));
    computed.put("X25519 private", hex(responder.x25519Private()));
    computed.put("X25519 public", hex(NaiveIds.x25519Public(responder.id())));
    computed.put("netSecret", hex(network.netSecret()));
    computed.put("networkId", hex(network.id()));
    computed.put("psk, suite 1", hex(network.psk(NaiveSuite.ONE)));
    computed.put("K_mac1", hex(mac1Key));
    computed.put(
        "mac1, suite 1, flags 0, a Noise message of 1384 zero bytes",
        hex(NaiveWire.mac1(mac1Key, header, new byte[1384])));
    computed.put(
        "prologue, suite 1, flags 0",
        hex(NaiveWire.prologue(header, network.id(), responder.id())));
    assertThat(printed).containsExactlyEntriesOf(computed);
  }
}
