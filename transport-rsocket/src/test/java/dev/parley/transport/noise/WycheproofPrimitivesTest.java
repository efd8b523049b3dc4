package dev.parley.transport.noise;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.transport.crypto.VectorReport;
import dev.parley.transport.crypto.Vectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class WycheproofPrimitivesTest {

  @ParameterizedTest
  @CsvSource({"x25519_test.json, 518", "mlkem_768_test.json, 193"})
  void passesAllVectors(String file, int count) {
    JsonNode root = Vectors.bundled("wycheproof/" + file);
    assertThat(WycheproofPrimitives.understands(root)).isTrue();

    VectorReport report = WycheproofPrimitives.run(file, root).print();

    assertThat(report.failures()).isEmpty();
    assertThat(report.runCount()).isEqualTo(count);
  }
}
