package dev.parley.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.FailureCode;
import dev.parley.Identity;
import dev.parley.MessagingException;
import dev.parley.node.AgentNode;
import dev.parley.node.AgentNodeBuilder;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A receiver in a process of its own, whose locale has ASCII alone, as in many containers. */
@Timeout(120)
class FileNamesIT {
  private static final String RESULT = "result: ";

  @Test
  void aReceiverInTheCLocaleSaysWhyItRefusesAName(@TempDir Path directory) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            directory.toString());
    builder.environment().put("LC_ALL", "C");
    Process main = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try (BufferedReader out = main.inputReader()) {
      List<String> lines = out.lines().filter(line -> line.startsWith(RESULT)).toList();

      assertThat(lines).containsExactly(RESULT + FailureCode.REJECTED + " names the way out: true");
      assertThat(main.waitFor(30, TimeUnit.SECONDS)).isTrue();
    } finally {
      main.destroyForcibly();
    }
  }

  static final class Main {
    private Main() {}

    public static void main(String[] args) throws IOException {
      Path directory = Path.of(args[0]);
      Path file = Files.writeString(directory.resolve("source.txt"), "text");
      Path inbox = Files.createDirectory(directory.resolve("inbox"));
      AgentNodeBuilder builder = AgentNode.builder().network("test");
      try (AgentNode bob =
              builder
                  .identity(Identity.generate())
                  .listen("127.0.0.1", 0)
                  .with(FileSharing.into(inbox))
                  .startNow();
          AgentNode alice =
              AgentNode.builder()
                  .network("test")
                  .identity(Identity.generate())
                  .peer(bob.peerAddress())
                  .with(FileSharing.defaults())
                  .startNow()) {
        SendFileOptions options = SendFileOptions.defaults().name("\u00dcbersicht \u4e2d.txt");
        FileSharing.of(alice).send(bob.id(), file, options).blockLast(Duration.ofSeconds(30));
        System.out.println(RESULT + "taken");
      } catch (MessagingException e) {
        boolean helps = String.valueOf(e.getMessage()).contains("under another name, in ASCII");
        System.out.println(RESULT + e.code() + " names the way out: " + helps);
      }
    }
  }
}
