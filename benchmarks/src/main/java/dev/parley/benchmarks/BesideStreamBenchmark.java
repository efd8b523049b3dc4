package dev.parley.benchmarks;

import dev.parley.benchmarks.peers.Drain;
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

/**
 * The time of one send, one at a time, alone on its link or beside a stream of 1 KiB items at full
 * rate on the same link. The score is a distribution: the median and the 99th percentile count.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 10, time = 2)
@Measurement(iterations = 8, time = 1)
@Fork(value = 3)
public class BesideStreamBenchmark {
  private static final int BYTES = 1024;

  /** What else the link carries. */
  @Param({"nothing", "stream"})
  public String beside = "";

  /** Who is measured. */
  @Param({"parley", "rsocket"})
  public String peer = "";

  @SuppressWarnings("NullAway.Init")
  private EchoPair pair;

  @SuppressWarnings("NullAway.Init")
  private ClosedLoop loop;

  private final Drain drain = new Drain();

  /** Starts server and client, and the stream. */
  @Setup(Level.Trial)
  public void start() throws Exception {
    pair = EchoPair.start(peer, BYTES);
    loop = new ClosedLoop(pair.client(), 1, BYTES);
    if (beside.equals("stream")) {
      drain.from(pair.client());
    }
  }

  /** Stops both. */
  @TearDown(Level.Trial)
  public void stop() {
    drain.cancel();
    pair.close();
  }

  /** Sends once. */
  @Benchmark
  public void send() throws InterruptedException {
    loop.run(1);
    drain.check();
  }
}
