package dev.parley.transport.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WycheproofAeadTest {

  static List<AeadProvider> aesProviders() {
    return AeadInternals.providersOf(AeadAlgorithm.AES_256_GCM);
  }

  static List<AeadProvider> chaChaProviders() {
    return AeadInternals.providersOf(AeadAlgorithm.CHACHA20_POLY1305);
  }

  @ParameterizedTest
  @MethodSource("aesProviders")
  void passesAllAesGcmVectorsOfOurSizes(AeadProvider provider) {
    VectorReport report = run("aes_gcm_test.json", provider);

    assertThat(report.failures()).isEmpty();
    assertThat(report.runCount()).isEqualTo(66);
    assertThat(report.inapplicableCount()).isEqualTo(250);
  }

  @ParameterizedTest
  @MethodSource("chaChaProviders")
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
