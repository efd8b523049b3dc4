package dev.parley.benchmarks.compare;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.benchmarks.peers.EchoClient;
import dev.parley.benchmarks.peers.EchoServer;
import dev.parley.benchmarks.peers.Keys;
import dev.parley.benchmarks.peers.Peer;
import dev.parley.benchmarks.peers.Peers;
import dev.parley.benchmarks.peers.Reply;
import dev.parley.testkit.RequiresTool;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Execution(ExecutionMode.CONCURRENT)
class LoadTest {
  private static final Duration SHORT = Duration.ofMillis(50);

  @TempDir private Path directory;

  static Set<String> libraries() {
    return Peers.names().stream().filter(name -> !name.equals("nats-tls")).collect(toSet());
  }

  @ParameterizedTest
  @MethodSource("libraries")
  void everyLibraryDoesTheWorkThatItSaysItCan(String name) throws Exception {
    doesItsWork(name);
  }

  @Test
  @RequiresTool("nats-server")
  void theBrokerDoesTheWorkThatItSaysItCan() throws Exception {
    doesItsWork("nats-tls");
  }

  private void doesItsWork(String name) throws Exception {
    Peer peer = Peers.named(name);
    Assumptions.assumeTrue(peer.missing() == null, () -> String.valueOf(peer.missing()));
    Keys keys = Keys.in(directory);
    byte[] data = new byte[1024];
    try (EchoServer server = peer.serve(keys);
        EchoClient client = peer.connect(server.address(), data, keys)) {
      for (Cell.Kind kind : Cell.Kind.values()) {
        if (kind.isFor(peer)) {
          Sample sample =
              Load.run(client, new Cell(kind, 1024, kind == Cell.Kind.OPEN ? 100 : 2), SHORT);
          assertThat(sample.operations()).as("%s %s", name, kind).isPositive();
          assertThat(sample.nanos()).isPositive();
        }
      }
    }
  }

  private static final class Liar implements EchoClient {
    @Override
    public String transport() {
      return "none";
    }

    @Override
    public void request(Reply reply) {
      reply.answered(31);
    }

    @Override
    public void close() {}
  }

  @Test
  void anAnswerOfAnotherSizeEndsTheRun() {
    assertThatThrownBy(() -> Load.run(new Liar(), new Cell(Cell.Kind.CLOSED, 32, 1), SHORT))
        .hasRootCauseMessage("an answer of 31 bytes");
  }
}
