package dev.parley.transport.rsocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Address;
import dev.parley.AgentId;
import dev.parley.Message;
import dev.parley.spi.Link;
import dev.parley.transport.rsocket.TransportFixture.Started;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

/**
 * A node with a small heap, in a process of its own, and a peer that asks it for 4 GiB and reads
 * nothing: it lives, and serves another.
 */
@Timeout(120)
class UnreadAnswersIT {
  private static final int REQUESTS = 1000;
  private static final int ANSWER_BYTES = 4 << 20;
  private static final String NOW = "now";

  /** The node; its handlers answer at once, or all of the greedy peer's after a while. */
  static final class Node {
    private Node() {}

    public static void main(String[] args) throws IOException {
      Duration delay = Duration.ofMillis(Long.parseLong(args[0]));
      TransportFixture fixture = new TransportFixture();
      Started started =
          fixture.listening(
              in ->
                  in.message().size() == 0
                      ? Mono.just(Message.text("alive"))
                      : Mono.delay(in.message().text().equals(NOW) ? Duration.ZERO : delay)
                          .map(tick -> Message.of(new byte[ANSWER_BYTES])));
      System.out.println(started.id() + " " + started.address().port());
      System.out.flush();
      if (System.in.read() < 0) { // until the test lets go
        fixture.close();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1000})
  void aPeerThatDoesNotReadLeavesRoomForAnother(int delayMillis) throws Exception {
    Process process = start(delayMillis);
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        TransportFixture fixture = new TransportFixture()) {
      String[] where = out.readLine().split(" ");
      AgentId id = AgentId.parse(where[0]);
      Address address = Address.tcp("127.0.0.1", Integer.parseInt(where[1]));
      try (RawPeer greedy = RawPeer.setUp(address, id, TransportFixture.NETWORK)) {
        for (int i = 0; i < REQUESTS; i++) {
          greedy.send(greedy.request(2 * i + 1, "", "x"));
        }
        greedy.flush();

        Started carol = fixture.dialling(o -> {});
        Link link = carol.connect(id, address).block(TransportFixture.LIMIT);
        // The first is asked for as the greedy peer's are, so that those are due when it comes.
        for (String text : List.of("x", NOW, NOW, NOW, NOW)) {
          assertThat(answer(link, Message.text(text)).size()).isEqualTo(ANSWER_BYTES);
          assertThat(answer(link, Message.empty()).text()).isEqualTo("alive");
        }
      }
      process.outputWriter().close();
      assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isZero();
    } finally {
      process.destroyForcibly();
    }
  }

  private static Message answer(Link link, Message message) {
    return link.requestResponse(TransportFixture.request(message)).block(TransportFixture.LIMIT);
  }

  private static Process start(int delayMillis) throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return new ProcessBuilder(
            List.of(
                java,
                "-Xmx160m",
                "-XX:+ExitOnOutOfMemoryError",
                "-cp",
                System.getProperty("java.class.path"),
                Node.class.getName(),
                String.valueOf(delayMillis)))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }
}
