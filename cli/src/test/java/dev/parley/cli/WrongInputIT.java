package dev.parley.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Identity;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a stranger gets wrong: one clear sentence, the right exit code, and an end. */
@Timeout(180)
class WrongInputIT {
  private static RunningNode node;

  @TempDir Path dir;

  @BeforeAll
  static void start() throws Exception {
    node = RunningNode.start("--echo");
  }

  @AfterAll
  static void stop() throws Exception {
    node.close();
  }

  @Test
  void addressesToListenAt() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String address = "127.0.0.1:" + taken.getLocalPort();
      fails(
          1,
          "cannot listen at " + address + " (--listen): the port is in use",
          "node",
          "--listen",
          address);
      fails(
          1,
          "cannot listen at " + address + " (--http): the port is in use",
          "node",
          "--http",
          address);
    }
    fails(1, "(--listen): the host is unknown", "node", "--listen=no-such-host.invalid:7400");
    fails(1, "this machine has no such address", "node", "--listen=192.0.2.1:7400");
    fails(2, "--listen x: address has no port", "node", "--listen=x");
    fails(2, "port", "node", "--listen=127.0.0.1:70000");
    fails(2, "--http-allow-remote", "node", "--http=0.0.0.0:0");
  }

  @Test
  void keys() throws Exception {
    Path key = dir.resolve("agent.pem");
    assertThat(new CapturedConsole().run("id", "new", "-i", key.toString())).isZero();
    fails(2, "name the key file: --identity FILE", "id", "show");
    fails(2, "there is no such file", "id", "show", "-i", dir.resolve("none").toString());
    fails(1, "it is a directory", "id", "show", "-i", dir.toString());
    fails(1, "identity file", "id", "show", "-i", write("junk.pem", "junk"));
    fails(1, "it exists and is never overwritten", "id", "new", "-i", key.toString());
    fails(1, "identity file", "id", "new", "-i", "/proc/no/agent.pem");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
    fails(
        1, "others have access to it (rw-r--r--)", "send", node.peer(), "x", "-i", key.toString());
  }

  @Test
  void secretsAreHeldToTheRuleOfKeys() throws Exception {
    Path key = dir.resolve("agent.pem");
    String passphrase = write("passphrase", "correct horse\n");
    String secret = write("secret", "00".repeat(32));
    run("id", "new", "-i", key.toString(), "--passphrase-file", passphrase);
    assertThat(key).exists();
    for (String file : List.of(passphrase, secret)) {
      Files.setPosixFilePermissions(Path.of(file), PosixFilePermissions.fromString("rw-r-----"));
    }
    fails(
        1,
        "passphrase file " + passphrase + ": others have access to it (rw-r-----)",
        "id",
        "show",
        "-i",
        key.toString(),
        "--passphrase-file",
        passphrase);
    fails(
        1,
        "network secret file " + secret + ": others have access to it (rw-r-----)",
        "send",
        node.peer(),
        "x",
        "--network-secret-file",
        secret);
    fails(
        1, "it is a directory", "send", node.peer(), "x", "--network-secret-file", dir.toString());
    fails(
        2,
        "must hold 32 bytes",
        "send",
        node.peer(),
        "x",
        "--network-secret-file",
        write("short", "abc"));
    fails(
        2,
        "has an empty first line",
        "id",
        "show",
        "-i",
        key.toString(),
        "--passphrase-file",
        write("empty", "\n"));
    fails(1, "identity file " + key, "id", "show", "-i", key.toString());
    fails(
        1,
        "identity file " + key,
        "id",
        "show",
        "-i",
        key.toString(),
        "--passphrase-file",
        write("wrong", "no\n"));
  }

  @Test
  void peers() throws Exception {
    String stranger = Identity.generate().id().toString();
    fails(2, "no way to find the peer", "send", stranger, "x");
    fails(2, "--seed is missing", "peers");
    fails(69, "AGENT_UNREACHABLE", "send", stranger + "@127.0.0.1:" + freePort(), "x");
    fails(69, "AGENT_UNREACHABLE", "ping", stranger + "@no-such-host.invalid:1");
    fails(77, "IDENTITY_MISMATCH", "send", stranger + node.peer().substring(48), "x");
    fails(77, "IDENTITY_MISMATCH", "send", node.peer(), "x", "--network=elsewhere");
    fails(
        69,
        "no seed answered",
        "resolve",
        stranger,
        "-t",
        "1s",
        "-s",
        stranger + "@127.0.0.1:" + freePort());
    fails(1, "NO_RECEIVER", "send", node.peer(), "x", "-r", "nothing");
    fails(69, "no node shows itself", "top", "--url", "http://127.0.0.1:" + freePort());
    fails(2, "must be http://HOST:PORT/", "top", "--url", "ftp://x");
  }

  @Test
  void messagesAndFiles() throws Exception {
    assertThat(run("send", node.peer(), "").exitCode).isZero();
    byte[] binary = {0, (byte) 0xff, (byte) 0xfe};
    CapturedConsole send = new CapturedConsole().input(binary);
    assertThat(send.run("send", node.peer())).isZero();
    assertThat(send.outBytes()).isEqualTo(binary);
    fails(1, "MESSAGE_TOO_LARGE", new byte[20_000_000], "send", node.peer());
    fails(2, "standard input is over", new byte[64 * 1024 * 1024 + 1], "send", node.peer());
    fails(2, "there is no file none", "send-file", node.peer(), "none");
    fails(2, "is no regular file", "send-file", node.peer(), dir.toString());
    fails(1, "NO_RECEIVER", "send-file", node.peer(), write("file", "x"));
    fails(2, "chunkBytes", "send-file", node.peer(), write("file2", "x"), "--chunk-bytes=7");
    fails(2, "--count is 0", "subscribe", node.peer(), "r", "-n", "0");
  }

  @Test
  void configurations() throws Exception {
    fails(2, "cannot read the configuration file", "peers", "--config", "none");
    fails(2, "cannot read the configuration file", "peers", "--config", dir.toString());
    fails(2, "is not a YAML map", "peers", "--config", write("list.yaml", "- a\n- b\n"));
    fails(2, "is not a YAML map", "peers", "--config", write("bad.yaml", "a: [\n"));
    fails(
        2,
        "unknown options: sim-nodez, timeuot",
        "peers",
        "--config",
        write("typo.yaml", "timeuot: 1s\nsim: {nodez: 3}\n"));
    fails(2, "--in-flight is 0, must be 1..4096", "bench", node.peer(), "--in-flight=0");
    fails(2, "nodes", "sim", "--nodes=1");
    fails(2, "--nodes is 2, must be 3..50", "demo", "--nodes=2");
    fails(2, "--echo and --exec exclude each other", "node", "--echo", "--exec=cat");
    fails(2, "--contacts " + dir + ": it is a directory", "node", "--contacts", dir.toString());
    fails(2, "no file can be written there", "node", "--contacts", dir + "/none/contacts");
    fails(
        2,
        "none, must be a directory that can be written to",
        "node",
        "--receive-files",
        dir.resolve("none").toString());
  }

  private void fails(int exitCode, String reason, String... args) {
    fails(exitCode, reason, new byte[0], args);
  }

  private void fails(int exitCode, String reason, byte[] input, String... args) {
    CapturedConsole console = new CapturedConsole().input(input);
    List<String> line = new ArrayList<>(List.of(args));
    if (!List.of(args).contains("-q")) {
      line.add("-q");
    }
    int ended = console.run(line.toArray(String[]::new));
    String said = console.err();
    assertThat(said).as(line.toString()).contains(reason).doesNotContain("\tat ", "Exception");
    assertThat(said.lines().findFirst().orElseThrow()).as(said).startsWith("parley: ");
    assertThat(ended).as(line + said).isEqualTo(exitCode);
  }

  private record Ended(int exitCode) {}

  private static Ended run(String... args) {
    return new Ended(new CapturedConsole().run(args));
  }

  private String write(String name, String text) throws Exception {
    Path file = Files.write(dir.resolve(name), text.getBytes(UTF_8));
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"))
        .toString();
  }

  private static int freePort() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
