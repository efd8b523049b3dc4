package dev.parley.benchmarks;

import dev.parley.transport.session.HandshakeRefusedException;
import dev.parley.transport.session.RecordException;
import dev.parley.transport.session.RecordOpener;
import dev.parley.transport.session.RecordSealer;
import dev.parley.transport.session.Suite;
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

/**
 * One record through both ends of a session: frames staged, sealed and opened. By frame, so that it
 * shows what frames save that share a record.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 8, time = 1)
@Fork(value = 3)
public class RecordBenchmark {
  private static final int ROOM = 64 * 1024;
  private static final int PREFIX = 2;

  /** Bytes in a frame. */
  @Param({"64", "1024"})
  public int frameBytes;

  /** Frames in a record. */
  @Param({"1", "16"})
  public int frames;

  private final byte[] buffer = new byte[ROOM];
  private final byte[] plain = new byte[ROOM];

  @SuppressWarnings("NullAway.Init")
  private RecordSealer sealer;

  @SuppressWarnings("NullAway.Init")
  private RecordOpener opener;

  private byte[] frame = {};

  /** Makes a session. */
  @Setup(Level.Trial)
  public void start() throws HandshakeRefusedException {
    Sessions.Pair pair = new Sessions(Suite.AES_256_GCM_MLKEM768).handshake();
    sealer = pair.initiator().sealer();
    opener = pair.responder().opener();
    frame = new byte[frameBytes];
  }

  /** Seals a record and opens it. */
  @Benchmark
  public int sealAndOpen() throws RecordException {
    sealer.begin(buffer, 0);
    for (int i = 0; i < frames; i++) {
      System.arraycopy(frame, 0, buffer, sealer.append(frameBytes), frameBytes);
    }
    int end = sealer.seal();
    return opener.open(buffer, PREFIX, end - PREFIX, plain, 0);
  }
}
