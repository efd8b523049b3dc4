package dev.parley.benchmarks.links;

import dev.parley.Identity;
import dev.parley.Message;
import dev.parley.PeerAddress;
import dev.parley.SendOptions;
import dev.parley.dht.DhtOptions;
import dev.parley.node.AgentNode;
import dev.parley.node.AgentNodeBuilder;
import dev.parley.node.dht.Dht;
import dev.parley.transport.rsocket.SharedLoops;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.HdrHistogram.Histogram;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The first send to an agent that is known by its key only, through a DHT of 20 nodes on loopback:
 * lookup, dial, handshake and answer. Each agent has just joined and is nobody's contact; the
 * caller has links to nodes of the DHT and none to the agent. All nodes are in this process.
 */
public final class FirstByKey {
  private static final int NODES = 20;
  private static final int WARM_UP = 300;
  private static final int SENDS = 500;
  private static final int DIGITS = 3;
  private static final int UNLIMITED = 100_000;
  private static final Duration LIMIT = Duration.ofMinutes(1);

  private final SharedLoops loops = SharedLoops.of(Runtime.getRuntime().availableProcessors());
  private final List<AgentNode> nodes = new ArrayList<>();

  private FirstByKey() {}

  /** Runs it, with so many sends that count, and so many before them: 500 and 300 unless told. */
  public static void main(String[] args) {
    int sends = number(args, 0, SENDS);
    int warmUp = number(args, 1, WARM_UP);
    FirstByKey run = new FirstByKey();
    try {
      run.run(sends, warmUp);
    } finally {
      Flux.fromIterable(run.nodes).flatMap(AgentNode::closeLater).blockLast(LIMIT);
      run.loops.dispose().block(LIMIT);
    }
  }

  private static int number(String[] args, int index, int otherwise) {
    if (args.length <= index) {
      return otherwise;
    }
    if (!args[index].matches("[1-9][0-9]{0,5}")) {
      System.err.println(args[index] + ": must be a number of sends, 1 to 999999");
      System.exit(2);
    }
    return Integer.parseInt(args[index]);
  }

  private void run(int sends, int warmUp) {
    AgentNode seed = start(b -> b.listen("127.0.0.1", 0).with(Dht.defaults()));
    nodes.add(seed);
    PeerAddress known = new PeerAddress(seed.id(), seed.addresses().get(0));
    for (int i = 1; i < NODES; i++) {
      nodes.add(start(b -> b.listen("127.0.0.1", 0).with(Dht.seeds(known))));
    }
    Flux.fromIterable(nodes).flatMap(AgentNode::online).blockLast(LIMIT);
    AgentNode caller = start(b -> b.with(Dht.seeds(known)));
    nodes.add(caller);
    caller.online().block(LIMIT);
    Histogram micros = new Histogram(DIGITS);
    for (int i = 0; i < warmUp + sends; i++) {
      long nanos = first(caller, known);
      if (i >= warmUp) {
        micros.recordValue(nanos / 1000);
      }
    }
    System.out.printf(
        Locale.ROOT,
        "JDK %s: %d first sends by key through a DHT of %d nodes: p50 %.2f ms, p90 %.2f ms, p99"
            + " %.2f ms%n",
        System.getProperty("java.version"),
        sends,
        NODES,
        micros.getValueAtPercentile(50) / 1e3,
        micros.getValueAtPercentile(90) / 1e3,
        micros.getValueAtPercentile(99) / 1e3);
  }

  /** The agent serves nobody in the DHT, so that it is in no table and nobody dials it. */
  private long first(AgentNode caller, PeerAddress known) {
    AgentNode agent =
        start(
            b ->
                b.listen("127.0.0.1", 0)
                    .with(
                        Dht.builder()
                            .seed(known)
                            .options(o -> o.mode(DhtOptions.Mode.CLIENT))
                            .build()));
    try (agent) {
      agent.online().block(LIMIT);
      if (caller.links().stream().anyMatch(link -> link.peer().equals(agent.id()))) {
        throw new IllegalStateException("the caller has a link to the agent already");
      }
      long start = System.nanoTime();
      Message answer =
          caller.send(agent.id(), Message.text("hello"), SendOptions.timeout(LIMIT)).block(LIMIT);
      long nanos = System.nanoTime() - start;
      if (answer == null || answer.size() != "hello".length()) {
        throw new IllegalStateException("a wrong answer");
      }
      return nanos;
    }
  }

  /** One address has all the connections here, so what bounds those of one address is lifted. */
  private AgentNode start(UnaryOperator<AgentNodeBuilder> how) {
    AgentNodeBuilder builder =
        AgentNode.builder()
            .identity(Identity.generate())
            .network("benchmarks")
            .eventLoops(loops)
            .receive(in -> Mono.just(in.message()))
            .transport(
                o ->
                    o.limits(l -> l.maxConnectionsPerPrefix(UNLIMITED))
                        .accepting(
                            a ->
                                a.maxHandshakesPerPrefix(UNLIMITED)
                                    .handshakesPerSecondPerPrefix(UNLIMITED)));
    return Objects.requireNonNull(how.apply(builder).start().block(LIMIT));
  }
}
