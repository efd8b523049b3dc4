package dev.parley.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.FailureCode;
import dev.parley.Message;
import dev.parley.MessagingException;
import dev.parley.StreamOptions;
import dev.parley.messenger.Messenger;
import dev.parley.testkit.VirtualTime;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** The transfers of {@code files.json} end at our receiver as they say. */
class FileVectorsTest {
  @TempDir Path directory;

  private final VirtualTime time = VirtualTime.startingAt(Instant.now());
  private final FileAgents agents = new FileAgents(time, Duration.ofMillis(1));

  @Test
  void endAsTheySay() throws IOException {
    JsonNode vectors = vectors();
    assertThat(vectors.get("route").asString()).isEqualTo(FileWire.ROUTE);
    assertThat(vectors.get("contentType").asString()).isEqualTo(FileWire.TYPE);
    assertThat(vectors.get("transfers")).hasSize(11);
    int i = 0;
    for (JsonNode transfer : vectors.get("transfers")) {
      check(transfer, directory.resolve("inbox" + i++));
    }
  }

  private void check(JsonNode transfer, Path inbox) throws IOException {
    Messenger alice = agents.messenger();
    Messenger bob = agents.messenger();
    Files.createDirectory(inbox);
    FileTransfers.builder(
            agents.hosts.of(bob.id()),
            time.scheduler(),
            time.scheduler(),
            time,
            time,
            new SplittableRandom(1))
        .build(Disk.REAL)
        .receive(FileInbox.into(inbox));
    List<Message> sent = new ArrayList<>();
    List<JsonNode> expected = new ArrayList<>();
    for (JsonNode message : transfer.get("messages")) {
      if (message.get("from").asString().equals("sender")) {
        sent.add(message(message));
      } else {
        expected.add(message.get("headers"));
      }
    }
    List<Message> answers = new ArrayList<>();
    List<Throwable> errors = new ArrayList<>();
    Flux<Message> items =
        Flux.fromIterable(sent.subList(1, sent.size()))
            .concatWith(Flux.never()); // the receiver ends the channel

    alice
        .channel(bob.id(), sent.get(0), items, StreamOptions.to(FileWire.ROUTE))
        .subscribe(answers::add, errors::add);
    time.advance(Duration.ofMinutes(10));

    String name = transfer.get("name").asString();
    if (!expected.isEmpty()) {
      assertThat(answers).as(name).hasSizeGreaterThanOrEqualTo(expected.size());
      assertSame(name, answers.get(0), expected.get(0));
      assertSame(name, answers.get(answers.size() - 1), expected.get(expected.size() - 1));
    }
    if (transfer.has("error")) {
      boolean refused = transfer.get("error").asInt() == 0x302;
      assertThat(errors).as(name).hasSize(1);
      assertThat(((MessagingException) errors.get(0)).code())
          .as(name)
          .isEqualTo(refused ? FailureCode.REJECTED : FailureCode.REMOTE_FAILURE);
    } else {
      assertThat(errors).as(name).isEmpty();
    }
  }

  private static void assertSame(String name, Message answer, JsonNode headers) {
    assertThat(answer.contentType()).as(name).isEqualTo(FileWire.TYPE);
    headers
        .properties()
        .forEach(
            h ->
                assertThat(answer.headers())
                    .as(name)
                    .containsEntry(h.getKey(), h.getValue().asString()));
  }

  private static Message message(JsonNode message) {
    JsonNode headers = message.get("headers");
    byte[] data = HexFormat.of().parseHex(message.get("data").asString());
    if (headers.isEmpty()) {
      return Message.of(data);
    }
    Message note = Message.of(data, FileWire.TYPE);
    for (var header : headers.properties()) {
      note = note.withHeader(header.getKey(), header.getValue().asString());
    }
    return note;
  }

  private static JsonNode vectors() throws IOException {
    try (InputStream in = FileVectorsTest.class.getResourceAsStream("/vectors/parley/files.json")) {
      return new ObjectMapper().readTree(in);
    }
  }
}
