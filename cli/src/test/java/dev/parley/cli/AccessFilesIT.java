package dev.parley.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testkit.RequiresTool;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code parley node --deny --health}, and SIGHUP. */
@Timeout(180)
@RequiresTool("kill")
class AccessFilesIT {
  @TempDir Path dir;

  @Test
  void aListIsReadAgainOnSighup() throws Exception {
    Path deny = Files.writeString(dir.resolve("deny.txt"), "# nobody yet\n");
    try (ChildParley node =
        ChildParley.start(
            dir, "node", "--echo", "--deny", deny.toString(), "--health", "127.0.0.1:0")) {
      String peer = node.line();
      await(node, "access: everybody allowed, 0 entries denied; SIGHUP has the files read again");
      await(node, "health at 127.0.0.1:");
      assertThat(health(node, "/health/live")).isEqualTo(200);
      assertThat(health(node, "/health/ready")).isEqualTo(200);
      assertThat(health(node, "/metrics")).isEqualTo(404);

      Files.writeString(deny, "127.0.0.0/8\n");
      node.signal("HUP");
      await(node, "access: everybody allowed, 1 entry denied from now on");
      Files.writeString(deny, "127.0.0.0/8\n\nnonsense\n");
      node.signal("HUP");
      await(node, "access: the rules stay as they were: " + deny + ":3: \"nonsense\" is no");

      try (ChildParley send = ChildParley.start(dir, "send", peer, "x", "-t", "30s")) {
        assertThat(send.exitCode()).isNotZero();
        assertThat(send.err()).contains("UNAUTHORIZED");
      }
    }
  }

  @Test
  void aWrongFileKeepsTheNodeFromStarting() throws Exception {
    Path allow = Files.writeString(dir.resolve("allow.txt"), "192.0.2.1/24\n");
    try (ChildParley node = ChildParley.start(dir, "node", "--allow", allow.toString())) {
      assertThat(node.exitCode()).isEqualTo(2);
      assertThat(node.err()).contains(allow + ":1: \"192.0.2.1/24\" has bits behind the first 24");
    }
  }

  private static void await(ChildParley node, String text) throws Exception {
    RunningNode.await(() -> node.err().contains(text));
  }

  private static int health(ChildParley node, String path)
      throws IOException, InterruptedException {
    String err = node.err();
    String at = err.substring(err.indexOf("health at ") + 10).lines().findFirst().orElseThrow();
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://" + at + path)).build(),
            HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }
}
