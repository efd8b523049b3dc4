package dev.parley.benchmarks;

import dev.parley.transport.session.HandshakeRefusedException;
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
 * Handshakes in memory, in microseconds on one processor: the whole of both sides, the dialler's
 * first message, and what an acceptor does for a first message, which is what an attacker who knows
 * the agent can make it do.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 8, time = 1)
@Fork(value = 3)
public class HandshakeBenchmark {
  /** The suite that is dialled with. */
  @Param({"AES_256_GCM_MLKEM768", "AES_256_GCM_CLASSICAL"})
  public Suite suite = Suite.AES_256_GCM_MLKEM768;

  @SuppressWarnings("NullAway.Init")
  private Sessions sessions;

  private byte[] message1 = {};
  private byte[] strangers = {};

  /** Makes the agents. */
  @Setup(Level.Trial)
  public void start() {
    sessions = new Sessions(suite);
    message1 = Sessions.body(sessions.dial().message1());
    strangers = message1.clone();
    strangers[strangers.length - 1] ^= 1;
  }

  /** Both sides, all three messages. */
  @Benchmark
  public Object bothSides() throws HandshakeRefusedException {
    return sessions.handshake();
  }

  /** The dialler's first message. */
  @Benchmark
  public byte[] diallersFirstMessage() {
    return sessions.dial().message1();
  }

  /** The acceptor's answer to it. */
  @Benchmark
  public byte[] acceptorsAnswer() throws HandshakeRefusedException {
    return sessions.accept(message1).message2();
  }

  /** What a stranger that knows neither agent nor network costs. */
  @Benchmark
  public Object stranger() {
    try {
      return sessions.accept(strangers);
    } catch (HandshakeRefusedException e) {
      return e;
    }
  }
}
