package dev.parley.naive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
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
    "refusals.json, message1, 30",
    "refusals.json, answers, 21",
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
