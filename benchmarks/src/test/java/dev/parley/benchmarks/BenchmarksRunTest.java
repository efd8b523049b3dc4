package dev.parley.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Each benchmark that needs no network, once with each of its parameters. */
class BenchmarksRunTest {
  @BeforeAll
  static void besideOthers() {
    // Nothing is measured here, so that benchmarks that run on this machine are no reason to fail.
    System.setProperty("jmh.ignoreLock", "true");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "AeadBenchmark",
        "FrameBenchmark",
        "HandshakeBenchmark",
        "MetadataBenchmark",
        "RecordBenchmark",
        "RoutingTableBenchmark"
      })
  void runs(String benchmark) throws RunnerException {
    Options once =
        new OptionsBuilder()
            .include("\\." + benchmark + "\\.")
            .mode(Mode.SingleShotTime)
            .forks(0)
            .warmupIterations(0)
            .measurementIterations(1)
            .shouldFailOnError(true)
            .verbosity(VerboseMode.SILENT)
            .build();

    assertThat(new Runner(once).run()).isNotEmpty();
  }
}
