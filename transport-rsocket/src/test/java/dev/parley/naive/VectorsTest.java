package dev.parley.naive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** The naive implementation computes every output of every published vector from its inputs. */
class VectorsTest {

  /** Computes what has to come out. */
  interface Check {
    JsonNode outputs(JsonNode inputs) throws Exception;
  }

  @ParameterizedTest
  @CsvSource({
    "handshakes.json, handshakes, 16",
    "records.json, directions, 12",
    "control.json, written, 19",
    "control.json, read, 7",
    "metadata.json, frames, 2",
    "metadata.json, requests, 5",
    "metadata.json, answers, 4",
    "metadata.json, errors, 7",
    "metadata.json, read, 10",
    "metadata.json, malformed, 26",
    "refusals.json, ids, 11",
    "refusals.json, message1, 37",
    "refusals.json, answers, 23",
    "refusals.json, message3, 19",
    "refusals.json, records, 37",
  })
  void computesEveryOutput(String file, String list, int count) throws Exception {
    JsonNode vectors = read(file).get(list);
    assertThat(vectors).hasSize(count);
    for (JsonNode vector : vectors) {
      assertThat(fields(vector)).containsExactly("inputs", "name", "outputs");
      JsonNode outputs = check(file + " " + list).outputs(vector.get("inputs"));
      assertThat(Json.parse(outputs.toString()))
          .as(vector.get("name").asString())
          .isEqualTo(vector.get("outputs"));
    }
  }

  /** Opens every record of a connection from its handshake's seeds alone. */
  @Test
  void replaysTheSession() throws Exception {
    JsonNode session = read("session.json");
    JsonNode messages = session.get("messages");
    JsonNode handshakes = read("handshakes.json").get("handshakes");
    HandshakeCheck handshake = new HandshakeCheck(named(handshakes, session.get("handshake")));
    NaiveInitiator initiator = handshake.initiator();
    NaiveResponder responder = handshake.responder(EnumSet.allOf(NaiveSuite.class));
    byte[] message1 = initiator.message1();
    responder.readMessage1(message1);
    byte[] message2 = responder.message2();
    initiator.readAnswer(message2);
    byte[] message3 = initiator.message3();
    NaiveSession accepted = responder.readMessage3(message3);
    List<byte[]> bodies = List.of(message1, message2, message3);
    for (int i = 0; i < bodies.size(); i++) {
      assertThat(Json.hex(NaiveWire.unit(bodies.get(i))))
          .isEqualTo(messages.get(i).get("bytes").asString());
    }
    NaiveRecords sent = new NaiveRecords(accepted.suite().aead, accepted.receiveKey());
    NaiveRecords answered = new NaiveRecords(accepted.suite().aead, accepted.sendKey());
    for (int i = bodies.size(); i < messages.size(); i++) {
      JsonNode message = messages.get(i);
      NaiveRecords from = message.get("from").asString().equals("initiator") ? sent : answered;
      byte[] plain = from.open(NaiveBytes.from(Json.bytes(message, "bytes"), 2));
      assertThat(Json.hex(plain)).isEqualTo(message.get("plain").asString());
    }
  }

  private static JsonNode named(JsonNode vectors, JsonNode name) {
    for (JsonNode vector : vectors) {
      if (vector.get("name").equals(name)) {
        return vector.get("inputs");
      }
    }
    throw new IllegalArgumentException("no handshake " + name);
  }

  private static Check check(String list) {
    return switch (list) {
      case "handshakes.json handshakes" -> inputs -> new HandshakeCheck(inputs).outputs();
      case "records.json directions" -> RecordCheck::outputs;
      case "control.json written" -> ControlCheck::written;
      case "control.json read" -> ControlCheck::read;
      case "metadata.json frames" -> MetadataCheck::frame;
      case "metadata.json requests" -> MetadataCheck::request;
      case "metadata.json answers" -> MetadataCheck::answer;
      case "metadata.json errors" -> MetadataCheck::error;
      case "metadata.json read" -> MetadataCheck::read;
      case "metadata.json malformed" -> MetadataCheck::malformed;
      case "refusals.json ids" -> RefusalCheck::id;
      case "refusals.json message1" -> RefusalCheck::message1;
      case "refusals.json answers" -> RefusalCheck::answer;
      case "refusals.json message3" -> RefusalCheck::message3;
      case "refusals.json records" -> RefusalCheck::record;
      default -> throw new IllegalArgumentException(list);
    };
  }

  @ParameterizedTest
  @CsvSource({
    "handshakes.json, handshakes",
    "records.json, directions",
    "control.json, 'read,written'",
    "metadata.json, 'answers,errors,frames,malformed,read,requests'",
    "refusals.json, 'answers,ids,message1,message3,records'",
  })
  void knowsEveryList(String file, String lists) throws Exception {
    Set<String> expected = new TreeSet<>(List.of(lists.split(",")));
    expected.add("format");
    assertThat(fields(read(file))).isEqualTo(expected);
  }

  private static Set<String> fields(JsonNode node) {
    return new TreeSet<>(node.propertyNames());
  }

  static JsonNode read(String file) throws IOException {
    try (InputStream in = VectorsTest.class.getResourceAsStream("/vectors/parley/" + file)) {
      return Json.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }
}
