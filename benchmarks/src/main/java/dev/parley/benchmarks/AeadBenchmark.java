package dev.parley.benchmarks;

import dev.parley.transport.crypto.AeadAlgorithm;
import dev.parley.transport.crypto.AeadException;
import dev.parley.transport.crypto.AeadKey;
import dev.parley.transport.crypto.AeadProvider;
import dev.parley.transport.crypto.AeadProviders;
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

/** Sealing and opening one message with the ciphers that records use, by each provider. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 8, time = 1)
@Fork(value = 3)
public class AeadBenchmark {
  private static final byte[] NO_AD = {};

  /** The cipher. */
  @Param({"AES_256_GCM", "CHACHA20_POLY1305"})
  public AeadAlgorithm algorithm = AeadAlgorithm.AES_256_GCM;

  /** Whose; {@code accp} is another, for AES only. */
  @Param({"jca", "bouncycastle"})
  public String provider = "";

  /** Bytes of plaintext. */
  @Param({"64", "1024", "16384", "65000"})
  public int bytes;

  @SuppressWarnings("NullAway.Init")
  private AeadKey key;

  private byte[] plain = {};
  private byte[] sealed = {};
  private byte[] first = {};
  private long n;

  /** Makes a key. */
  @Setup(Level.Trial)
  public void start() {
    AeadProvider chosen =
        AeadProviders.builtIn().stream()
            .filter(p -> p.name().equals(provider))
            .findFirst()
            .orElseThrow();
    key = chosen.key(algorithm, new byte[AeadAlgorithm.KEY_BYTES]);
    plain = new byte[bytes];
    sealed = new byte[bytes + AeadAlgorithm.TAG_BYTES];
    first = new byte[bytes + AeadAlgorithm.TAG_BYTES];
    key.seal(n++, NO_AD, plain, 0, bytes, first, 0);
  }

  /** Seals under a counter of its own. */
  @Benchmark
  public int seal() {
    return key.seal(n++, NO_AD, plain, 0, bytes, sealed, 0);
  }

  /** Opens the same message. */
  @Benchmark
  public int open() throws AeadException {
    return key.open(0, NO_AD, first, 0, first.length, plain, 0);
  }
}
