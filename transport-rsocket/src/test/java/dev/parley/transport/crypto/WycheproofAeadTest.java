package dev.parley.transport.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WycheproofAeadTest {

  static List<AeadProvider> providers() {
    return AeadProviders.builtIn();
  }

  @ParameterizedTest
  @MethodSource("providers")
  void passesAllAesGcmVectorsOfOurSizes(AeadProvider provider) {
    VectorReport report = run("aes_gcm_test.json", provider);

    assertThat(report.failures()).isEmpty();
    assertThat(report.runCount()).isEqualTo(66);
    assertThat(report.inapplicableCount()).isEqualTo(250);
  }

  @ParameterizedTest
  @MethodSource("providers")
  void passesAllChaCha20Poly1305VectorsOfOurSizes(AeadProvider provider) {
    VectorReport report = run("chacha20_poly1305_test.json", provider);

    assertThat(report.failures()).isEmpty();
    assertThat(report.runCount()).isEqualTo(316);
    assertThat(report.inapplicableCount()).isEqualTo(9);
  }

  private static VectorReport run(String file, AeadProvider provider) {
    return WycheproofAead.run(file, Vectors.bundled("wycheproof/" + file), provider).print();
  }
}
