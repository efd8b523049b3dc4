package dev.parley.transport.noise;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.transport.crypto.AeadAlgorithm;
import dev.parley.transport.crypto.AeadInternals;
import dev.parley.transport.crypto.AeadProvider;
import dev.parley.transport.crypto.VectorReport;
import dev.parley.transport.crypto.Vectors;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NoiseVectorsTest {

  static List<AeadProvider> providers() {
    return AeadInternals.providersOf(AeadAlgorithm.values());
  }

  @ParameterizedTest
  @MethodSource("providers")
  void passesSnowVectors(AeadProvider provider) {
    assertPasses("snow.json", 408, provider);
  }

  @ParameterizedTest
  @MethodSource("providers")
  void passesCacophonyVectorsWithX448(AeadProvider provider) {
    assertPasses("cacophony-448.json", 2, provider);
  }

  @ParameterizedTest
  @MethodSource("providers")
  void passesNoiseCFallbackVectors(AeadProvider provider) {
    assertPasses("noise-c-fallback.json", 2, provider);
  }

  @ParameterizedTest
  @MethodSource("providers")
  void passesHybridVector(AeadProvider provider) {
    assertPasses("xxhfs-mlkem768.json", 1, provider);
  }

  private static void assertPasses(String file, int count, AeadProvider provider) {
    VectorReport report = NoiseVectors.run(file, Vectors.bundled("noise/" + file), provider);
    report.print();
    assertThat(report.failures()).isEmpty();
    assertThat(report.runCount()).isEqualTo(count);
  }
}
