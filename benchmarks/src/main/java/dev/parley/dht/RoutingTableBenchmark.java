package dev.parley.dht;

import dev.parley.Network;
import dev.parley.NetworkId;
import dev.parley.dht.wire.Contact;
import dev.parley.dht.wire.DhtKey;
import dev.parley.dht.wire.IpEndpoint;
import dev.parley.dht.wire.NodeKey;
import java.util.List;
import java.util.SplittableRandom;
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
import org.openjdk.jmh.annotations.Warmup;

/** Finding the contacts nearest to a random point, as each request of another node makes us do. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 8, time = 1)
@Fork(value = 3)
public class RoutingTableBenchmark {
  private static final NetworkId NETWORK = Network.open("benchmark").id();
  private static final int BUCKET = 20;
  private static final int TARGETS = 1024;
  private static final double MILLIS = 50;

  /** Nodes that the table has met; it keeps those that fit. */
  @Param({"100", "10000"})
  public int met;

  private final SplittableRandom random = new SplittableRandom(1);
  private final DhtKey[] targets = new DhtKey[TARGETS];

  @SuppressWarnings("NullAway.Init")
  private RoutingTable table;

  private int at;

  /** Fills a table. */
  @Setup(Level.Trial)
  public void start() {
    table = new RoutingTable(key().id(), BUCKET, true);
    for (int i = 0; i < met; i++) {
      IpEndpoint address = IpEndpoint.v4(random.nextInt(0x0b000000, 0x60000000), 7400);
      table.verified(new Contact(key(), List.of(address)), MILLIS, true, 1);
    }
    for (int i = 0; i < TARGETS; i++) {
      targets[i] = DhtKey.random(random);
    }
  }

  private NodeKey key() {
    byte[] key = new byte[32];
    random.nextBytes(key);
    return NodeKey.of(NETWORK, key);
  }

  /** The twenty nearest. */
  @Benchmark
  public List<Contact> closest() {
    at = (at + 1) % TARGETS;
    return table.closest(targets[at], BUCKET, 1);
  }
}
