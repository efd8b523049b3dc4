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
 * A message and its echo over loopback, both ends in one process: Parley's public {@code send}
 * beside request-response of plain rsocket-java. The score is answers a second.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 10, time = 2)
@Measurement(iterations = 8, time = 1)
@Fork(value = 3)
public class SendBenchmark {
  private static final int BATCH = 2048;

  /** Who is measured. */
  @Param({"parley", "parley-without-metrics", "rsocket"})
  public String peer = "";

  /** Bytes in a message and in its answer. */
  @Param({"32", "1024"})
  public int payload;

  /** Requests that wait for their answer at any time. */
  @Param({"1", "64"})
  public int inFlight;

  @SuppressWarnings("NullAway.Init")
  private EchoPair pair;

  @SuppressWarnings("NullAway.Init")
  private ClosedLoop loop;

  /** Starts server and client, and warms the link. */
  @Setup(Level.Trial)
  public void start() throws Exception {
    pair = EchoPair.start(peer, payload);
    loop = new ClosedLoop(pair.client(), inFlight, payload);
  }

  /** Stops both. */
  @TearDown(Level.Trial)
  public void stop() {
    pair.close();
  }

  /** Sends a batch in a closed loop. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public void send() throws InterruptedException {
    loop.run(BATCH);
  }
}
