package dev.parley.benchmarks;

import dev.parley.Agent.SignalResult;
import dev.parley.AgentId;
import dev.parley.Identity;
import dev.parley.Message;
import dev.parley.SendOptions;
import dev.parley.node.AgentNode;
import dev.parley.node.AgentNodeBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import reactor.core.publisher.Mono;

/**
 * A signal to 150 agents in this process, with links to all of them, and to none or 50 that are
 * dead: half of them refuse connections, half accept them and say nothing. The score is the time
 * until all the living have theirs.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 10, time = 2)
@Measurement(iterations = 8, time = 1)
@Fork(value = 3)
public class SignalAllBenchmark {
  private static final int LIVING = 150;
  private static final SendOptions OPTIONS = SendOptions.timeout(Duration.ofSeconds(10));
  private static final Message NEWS = Message.text("news");

  /** Recipients that cannot be reached. */
  @Param({"0", "50"})
  public int dead;

  private final List<AgentNode> nodes = new ArrayList<>();
  private final Set<AgentId> living = new HashSet<>();
  private final List<AgentId> all = new ArrayList<>();

  @SuppressWarnings("NullAway.Init")
  private ServerSocket mute;

  @SuppressWarnings("NullAway.Init")
  private AgentNode alice;

  /** Starts the living and connects to each. */
  @Setup(Level.Trial)
  public void start() throws IOException {
    mute = new ServerSocket(0, 1024, InetAddress.getLoopbackAddress());
    AgentNodeBuilder builder = node();
    for (int i = 0; i < LIVING; i++) {
      AgentNode peer = start(node().listen("127.0.0.1", 0).receiveSignals("", in -> Mono.empty()));
      builder.peer(peer.id() + "@" + peer.addresses().get(0));
      living.add(peer.id());
    }
    all.addAll(living);
    for (int i = 0; i < dead; i++) {
      AgentId id = Identity.generate().id();
      builder.peer(id + "@127.0.0.1:" + (i % 2 == 0 ? mute.getLocalPort() : 1));
      all.add(id);
    }
    Collections.shuffle(all, new Random(1));
    alice = start(builder);
    for (AgentId peer : living) { // one after the other, or handshakes would run out of time
      alice.signal(peer, NEWS, OPTIONS).block();
    }
  }

  private static AgentNodeBuilder node() {
    return AgentNode.builder()
        .identity(Identity.generate())
        .network("benchmark")
        .transport(t -> t.threads(n -> n.eventLoops(1)).accepting(a -> a.handshakeThreads(1)));
  }

  private AgentNode start(AgentNodeBuilder builder) {
    AgentNode node = Objects.requireNonNull(builder.start().block());
    nodes.add(node);
    return node;
  }

  private static void requireSent(SignalResult result) {
    if (result.failure() != null) {
      throw new IllegalStateException("a signal to the living failed", result.failure());
    }
  }

  /** Stops all. */
  @TearDown(Level.Trial)
  public void stop() throws IOException {
    nodes.forEach(AgentNode::close);
    mute.close();
  }

  /** Signals to all, until the living have it. */
  @Benchmark
  public Object signalAll() {
    return Objects.requireNonNull(
        alice
            .signalAll(all, NEWS, OPTIONS)
            .filter(result -> living.contains(result.peer()))
            .doOnNext(SignalAllBenchmark::requireSent)
            .take(LIVING)
            .count()
            .block());
  }
}
