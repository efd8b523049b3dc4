package dev.parley.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Identity;
import dev.parley.Message;
import dev.parley.MessagingException;
import dev.parley.testkit.RequiresTool;
import java.io.Closeable;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;

/** A process that has no file descriptors left says so. */
@Timeout(180)
@RequiresTool("bash")
class DescriptorsIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir private Path directory;

  /** Opens files until none is left but so many, and sends a message to a peer in its process. */
  static final class Full {
    private Full() {}

    public static void main(String[] args) throws IOException {
      AgentNode bob = node(AgentNode.builder().receive(in -> Mono.just(in.message())));
      AgentNode carol = node(AgentNode.builder().receive(in -> Mono.just(in.message())));
      AgentNode alice = node(AgentNode.builder().peer(bob.peerAddress()).peer(carol.peerAddress()));
      alice.sendNow(bob.id(), Message.text("all that is needed is loaded"), LIMIT);
      failure(alice, Identity.generate());
      List<Closeable> files = new ArrayList<>();
      try {
        while (true) {
          files.add(new FileInputStream("/dev/null"));
        }
      } catch (IOException e) {
        for (int left = 0; left < Integer.parseInt(args[0]); left++) {
          files.get(left).close();
        }
      }
      try {
        System.out.println(alice.sendNow(carol.id(), Message.text("m"), Duration.ofSeconds(4)));
      } catch (MessagingException e) {
        System.out.println(e.getMessage());
      }
      Runtime.getRuntime().halt(0);
    }

    private static void failure(AgentNode alice, Identity nobody) {
      try {
        alice.sendNow(nobody.id(), Message.empty(), LIMIT);
      } catch (MessagingException e) {
        System.out.println(e.code());
      }
    }

    private static AgentNode node(AgentNodeBuilder builder) {
      return builder
          .identity(Identity.generate())
          .network("full")
          .listen("127.0.0.1", 0)
          .transport(t -> t.dialling(d -> d.dialTimeout(Duration.ofSeconds(3))))
          .startNow();
    }
  }

  private String run(int left) throws Exception {
    Path out = directory.resolve("out");
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Process process =
        new ProcessBuilder(
                "bash",
                "-c",
                "ulimit -n 256; exec \"$@\"",
                "bash",
                java,
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Full.class.getName(),
                Integer.toString(left))
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start();
    try {
      assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly().waitFor();
    }
    return Files.readString(out, StandardCharsets.UTF_8);
  }

  @Test
  void aDialSaysThatThereAreNone() throws Exception {
    assertThat(run(0))
        .contains("OVERLOADED in DIAL")
        .contains("executed NO: this process has no file descriptors left")
        .contains("no file descriptors left, a peer is not dialled")
        .doesNotContain("Exception");
  }

  @Test
  void aNodeThatCannotAcceptSaysSo() throws Exception {
    assertThat(run(1)).containsOnlyOnce("no file descriptors left, a connection that came waits");
  }
}
