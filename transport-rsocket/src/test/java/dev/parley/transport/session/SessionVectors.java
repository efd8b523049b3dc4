package dev.parley.transport.session;

import static dev.parley.transport.vectors.VectorFile.array;
import static dev.parley.transport.vectors.VectorFile.hex;
import static dev.parley.transport.vectors.VectorFile.object;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.transport.rsocket.link.MetadataVectors;
import java.util.Arrays;
import java.util.HexFormat;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Makes {@code session.json}: a connection from its first byte to its last. */
final class SessionVectors {
  private final VectorHandshake made = VectorHandshake.all().get(0);
  private final SessionFixture.Pair pair = made.run();
  private final ArrayNode messages = array();

  private SessionVectors() {}

  static ObjectNode file() {
    ObjectNode file = object().put("format", "parley session 1");
    SessionVectors session = new SessionVectors();
    session.write();
    file.put("handshake", session.made.name());
    file.set("messages", session.messages);
    return file;
  }

  private void write() {
    handshake("initiator", pair.message1);
    handshake("responder", pair.message2);
    handshake("initiator", pair.message3);
    control("responder", new ControlRecord.Ready(made.responder.limits));
    byte[] question =
        request(1, 0x1100, "", "fe000005046269647307782f7061726c65790000070100040000ea60");
    frames("initiator", MetadataVectors.setup(), frame(question, "$50 on the clown"));
    byte[] answer = request(1, 0x2860, "", "");
    frames("responder", frame(answer, "sold"));
    byte[] signal =
        request(3, 0x1500, "", "fe000005046269647307782f7061726c65790000070100040000ea60");
    frames("initiator", frame(signal, "going"));
    byte[] stream = request(5, 0x1900, "00000002", "fe0000050462696473");
    frames("initiator", frame(stream, "bids?"));
    byte[] item = request(5, 0x2820, "", "");
    frames("responder", frame(item, "$51"), frame(item, "$52"));
    frames("initiator", request(5, 0x2000, "00000001", null));
    frames("responder", frame(request(5, 0x2860, "", ""), "$53"));
    control("initiator", new ControlRecord.Ping(258));
    control("responder", new ControlRecord.Pong(258));
    control("initiator", new ControlRecord.KeyUpdate());
    byte[] never = request(7, 0x1100, "", "fe0000050462696473");
    frames("initiator", frame(never, "and now?"), request(7, 0x2400, "", null));
    control("initiator", new ControlRecord.GoAway(0));
    control("responder", new ControlRecord.GoAway(7));
    control("initiator", ControlRecord.Close.of(CloseCode.NORMAL));
    control("responder", ControlRecord.Close.of(CloseCode.NORMAL));
  }

  /** A frame up to its data; {@code metadata} is null for frames that have none to count. */
  private static byte[] request(int streamId, int typeAndFlags, String n, String metadata) {
    boolean counted = metadata != null && !metadata.isEmpty();
    String length = counted ? String.format("%06x", metadata.length() / 2) : "";
    return HexFormat.of()
        .parseHex(
            String.format("%08x%04x", streamId, typeAndFlags)
                + n
                + length
                + (counted ? metadata : ""));
  }

  private static byte[] frame(byte[] head, String data) {
    return SessionFixture.concat(head, data.getBytes(US_ASCII));
  }

  private void handshake(String from, byte[] unit) {
    messages.add(object().put("from", from).put("bytes", hex(unit)));
  }

  private EstablishedSession session(String from) {
    return from.equals("initiator") ? pair.initiator : pair.responder;
  }

  private void control(String from, ControlRecord record) {
    byte[] out = new byte[512];
    int length = session(from).sealer().seal(record, out, 0);
    add(from, Arrays.copyOf(out, length));
  }

  private void frames(String from, byte[]... frames) {
    RecordSealer sealer = session(from).sealer();
    byte[] out = new byte[RecordFormat.maxWireBytes(pair.initiator.maxRecordBytes())];
    sealer.begin(out, 0);
    for (byte[] frame : frames) {
      System.arraycopy(frame, 0, out, sealer.append(frame.length), frame.length);
    }
    add(from, Arrays.copyOf(out, sealer.seal()));
  }

  private void add(String from, byte[] unit) {
    boolean initiator = from.equals("initiator");
    RecordOpener opener = (initiator ? pair.responder : pair.initiator).opener();
    byte[] plain = new byte[unit.length];
    try {
      int length = opener.open(unit, 2, unit.length - 2, plain, 0);
      assertThat(length).isEqualTo(unit.length - 2 - RecordFormat.TAG_BYTES);
      if (plain[0] == RecordFormat.CONTROL) {
        ControlRecord.decode(plain, 0, length); // so that a change of key takes place
      }
      messages.add(
          object()
              .put("from", from)
              .put("bytes", hex(unit))
              .put("plain", hex(Arrays.copyOf(plain, length))));
    } catch (RecordException e) {
      throw new AssertionError(e);
    }
  }
}
