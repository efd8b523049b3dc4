package dev.parley.benchmarks;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One stream over loopback, both ends in one process: Parley's public {@code stream} beside
 * request-stream of plain rsocket-java, each with a consumer that asks for 256 items at a time. The
 * score is items a second.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 10, time = 2)
@Measurement(iterations = 8, time = 1)
@Fork(value = 3)
public class StreamBenchmark {
  private static final int BATCH = 16_384;

  /** Who is measured. */
  @Param({"parley", "rsocket"})
  public String peer = "";

  /** Bytes in an item. */
  @Param({"128", "1024"})
  public int payload;

  @SuppressWarnings("NullAway.Init")
  private EchoPair pair;

  @SuppressWarnings("NullAway.Init")
  private ItemCounter items;

  /** Starts server and client, and the stream. */
  @Setup(Level.Trial)
  public void start() throws Exception {
    pair = EchoPair.start(peer, payload);
    items = new ItemCounter(pair.client(), payload);
    pair.client().stream().subscribe(items);
  }

  /** Stops both. */
  @TearDown(Level.Trial)
  public void stop() {
    items.cancel();
    pair.close();
  }

  /** Takes a batch of items. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public void items() throws InterruptedException {
    items.take(BATCH);
  }
}
