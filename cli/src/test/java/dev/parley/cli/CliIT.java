package dev.parley.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Identity;
import dev.parley.cli.output.ExitCode;
import dev.parley.node.AgentNode;
import dev.parley.node.dht.Dht;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class CliIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path dir;

  @Test
  void sendsBytesThroughAnEchoAndPings() throws Exception {
    byte[] bytes = {0, (byte) 0xff, '\n', 27};
    try (RunningNode node = RunningNode.start("--echo")) {
      CapturedConsole send = new CapturedConsole().input(bytes);
      assertThat(send.run("send", node.peer())).as(send.err()).isEqualTo(ExitCode.OK);
      assertThat(send.outBytes()).isEqualTo(bytes);

      CapturedConsole ping = new CapturedConsole();
      assertThat(ping.run("ping", node.peer(), "--count=2", "-o", "json")).isEqualTo(ExitCode.OK);
      assertThat(ping.out().lines()).hasSize(2).allMatch(l -> l.contains("\"roundTripMillis\""));
    }
  }

  @Test
  void loadsAPeerAndTellsHowItAnswered() throws Exception {
    try (RunningNode node = RunningNode.start("--echo")) {
      CapturedConsole text = new CapturedConsole();
      assertThat(text.run("bench", node.peer(), "--duration=1s", "--warm-up=0s")).isZero();
      assertThat(text.out()).contains("a second", "p99.9", "post-quantum").doesNotContain("failed");
      assertThat(text.err()).contains("measuring, 1 of 1 s");

      CapturedConsole json = new CapturedConsole();
      String[] args = {"bench", node.peer(), "--duration=1s", "--in-flight=1", "-o", "json"};
      assertThat(json.run(args)).as(json.err()).isZero();
      assertThat(json.out().lines()).singleElement().asString().contains("\"p99.9\":");
    }
    CapturedConsole none = new CapturedConsole();
    assertThat(none.run("bench", "z6Mk", "--in-flight=0")).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void chatsLineByLine() throws Exception {
    try (RunningNode node = RunningNode.start("--echo")) {
      CapturedConsole chat = new CapturedConsole().input("hello\nworld\n".getBytes(UTF_8));
      assertThat(chat.run("chat", node.peer())).as(chat.err()).isEqualTo(ExitCode.OK);
      assertThat(chat.out().lines()).containsExactly("hello", "world");

      CapturedConsole signal = new CapturedConsole();
      assertThat(signal.run("signal", node.peer(), "psst")).as(signal.err()).isEqualTo(ExitCode.OK);
      assertThat(signal.out()).isEmpty();
      node.awaitNote("psst");
    }
  }

  @Test
  void subscribesToSoManyItems() throws Exception {
    try (RunningNode node = RunningNode.start("--ticker", "tick")) {
      CapturedConsole ticks = new CapturedConsole();
      assertThat(ticks.run("subscribe", node.peer(), "tick", "-n", "2")).as(ticks.err()).isZero();
      assertThat(ticks.out().lines()).hasSize(2).first().asString().contains("\"text\":\"1\"");

      CapturedConsole none = new CapturedConsole();
      assertThat(none.run("subscribe", node.peer(), "nothing")).isEqualTo(ExitCode.FAILURE);
      assertThat(none.err()).contains("NO_RECEIVER");
    }
  }

  @Test
  void sendsAFileOnce() throws Exception {
    Path inbox = Files.createDirectory(dir.resolve("inbox"));
    Path file = Files.write(dir.resolve("some.bin"), new byte[300_000]);
    try (RunningNode node = RunningNode.start("--receive-files", inbox.toString())) {
      CapturedConsole send = new CapturedConsole();
      assertThat(send.run("send-file", node.peer(), file.toString())).as(send.err()).isZero();
      assertThat(send.err()).contains("100% 293.0 KiB of 293.0 KiB");
      assertThat(inbox.resolve("some.bin")).hasSameBinaryContentAs(file);

      CapturedConsole again = new CapturedConsole();
      assertThat(again.run("send-file", node.peer(), file.toString())).isEqualTo(ExitCode.REFUSED);
      assertThat(again.err()).contains("a file of this name exists");

      CapturedConsole none = new CapturedConsole();
      assertThat(none.run("send-file", node.peer(), "no-such-file")).isEqualTo(ExitCode.USAGE);
      assertThat(none.err()).contains("there is no file no-such-file");
    }
  }

  @Test
  void answersWithTheOutputOfACommandOnItsRoute() throws Exception {
    try (RunningNode node =
        RunningNode.start("--exec", "tr a-z A-Z; test \"$PARLEY_ROUTE\" = up", "--route=up,no")) {
      CapturedConsole up = new CapturedConsole();
      assertThat(up.run("send", node.peer(), "hello", "--route=up")).isEqualTo(ExitCode.OK);
      assertThat(up.out()).isEqualTo("HELLO");

      CapturedConsole no = new CapturedConsole();
      assertThat(no.run("send", node.peer(), "x", "--route=no")).isEqualTo(ExitCode.FAILURE);
      assertThat(no.err()).contains("REMOTE_FAILURE", "the command ended with status 1");
    }
  }

  @Test
  void saysWhichRoutesAnEchoAnswersAndWhichNot() throws Exception {
    try (RunningNode node = RunningNode.start("--echo", "--route=bids")) {
      node.awaitNote("answers on bids, not on the unnamed route; --route= adds that");
      assertThat(new CapturedConsole().run("send", node.peer(), "x", "-r", "bids")).isZero();
      assertThat(new CapturedConsole().run("send", node.peer(), "x")).isEqualTo(ExitCode.FAILURE);
    }
    try (RunningNode node = RunningNode.start("--echo", "--route=bids", "--route=")) {
      assertThat(new CapturedConsole().run("send", node.peer(), "x", "-r", "bids")).isZero();
      assertThat(new CapturedConsole().run("send", node.peer(), "x")).isZero();
      assertThat(node.notes().toString(UTF_8)).doesNotContain("unnamed");
    }
  }

  @Test
  void killsTheCommandWhenTheSenderGivesUp() throws Exception {
    Path pid = dir.resolve("pid");
    try (RunningNode node = RunningNode.start("--exec", "echo $$ > '" + pid + "'; exec sleep 50")) {
      CapturedConsole send = new CapturedConsole();
      assertThat(send.run("send", node.peer(), "x", "--timeout=5s")).isEqualTo(ExitCode.TRY_AGAIN);
      assertThat(send.err()).contains("TIMEOUT");

      long started = Long.parseLong(Files.readString(pid).strip());
      Optional<ProcessHandle> command = ProcessHandle.of(started);
      if (command.isPresent()) {
        command.get().onExit().get(20, TimeUnit.SECONDS);
      }
    }
  }

  @Test
  void refusesAWrongKeyAndSaysSo() throws Exception {
    try (RunningNode node = RunningNode.start("--echo")) {
      String stranger = Identity.generate().id() + node.peer().substring(node.peer().indexOf('@'));
      CapturedConsole send = new CapturedConsole();
      assertThat(send.run("send", stranger, "secret", "-o", "json")).isEqualTo(ExitCode.REFUSED);
      assertThat(send.err()).contains("\"IDENTITY_MISMATCH\"");
    }
  }

  @Test
  void explainsWhyAPeerCanBeReachedAndWhyNot() throws Exception {
    try (RunningNode node = RunningNode.start("--echo")) {
      String address = node.peer().substring(node.peer().indexOf('@'));
      CapturedConsole good = new CapturedConsole();
      assertThat(good.run("explain", node.peer())).isEqualTo(ExitCode.OK);
      assertThat(good.out())
          .contains(" can be reached")
          .containsPattern("dial +[0-9.]+ ms  " + address.substring(1) + ": connected")
          .containsPattern("handshake +[0-9.]+ ms  " + address.substring(1) + ": ok")
          .containsPattern("path +tcp " + address.substring(1) + ".*post-quantum")
          .contains("round trip");

      CapturedConsole wrong = new CapturedConsole();
      String stranger = Identity.generate().id() + address;
      assertThat(wrong.run("explain", stranger, "-o", "json")).isEqualTo(ExitCode.REFUSED);
      assertThat(wrong.out())
          .contains("\"reachable\":false")
          .contains("\"error\":\"IDENTITY_MISMATCH\"")
          .contains("\"phase\":\"HANDSHAKE\"")
          .contains("\"outcome\":\"connected\"");

      CapturedConsole unknown = new CapturedConsole();
      String nobody = Identity.generate().id().toString();
      assertThat(unknown.run("explain", nobody, "--seed", node.peer()))
          .isEqualTo(ExitCode.UNAVAILABLE);
      assertThat(unknown.out())
          .contains(" cannot be reached")
          .containsPattern("resolve +[0-9.]+ ms  dht: unknown \\(.*hops")
          .contains("AGENT_NOT_FOUND in resolve");
    }
  }

  @Test
  void doesNotFindAnAgentThatHasLeft() throws Exception {
    try (RunningNode seed = RunningNode.start();
        AgentNode leaver =
            Objects.requireNonNull(
                AgentNode.builder()
                    .identity(Identity.generate())
                    .network("parley")
                    .listen("127.0.0.1", 0)
                    .with(Dht.seeds(seed.peer()))
                    .start()
                    .block())) {
      leaver.online().block(PATIENCE);
      String id = leaver.id().toString();
      assertThat(new CapturedConsole().run("resolve", id, "-s", seed.peer())).isZero();
      leaver.drain(Duration.ofMillis(100)).block(PATIENCE);

      CapturedConsole resolve = new CapturedConsole();
      assertThat(resolve.run("resolve", id, "-s", seed.peer())).isEqualTo(ExitCode.UNAVAILABLE);
      assertThat(resolve.out()).contains("# has left");
    }
  }

  @Test
  void writesAnIdentityOnceAndShowsIt() {
    String file = dir.resolve("agent.pem").toString();
    CapturedConsole made = new CapturedConsole();
    CapturedConsole shown = new CapturedConsole();
    CapturedConsole again = new CapturedConsole();

    assertThat(made.run("id", "new", "--identity", file)).isEqualTo(ExitCode.OK);
    assertThat(shown.run(Map.of("PARLEY_IDENTITY", file), "id", "show")).isEqualTo(ExitCode.OK);
    assertThat(again.run("id", "new", "--identity", file)).isEqualTo(ExitCode.FAILURE);

    String id = made.out().strip();
    assertThat(shown.out().lines()).containsExactly(id, "did:key:" + id);
  }
}
