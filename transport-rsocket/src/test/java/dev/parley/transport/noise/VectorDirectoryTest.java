package dev.parley.transport.noise;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.transport.crypto.AeadAlgorithm;
import dev.parley.transport.crypto.AeadInternals;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

class VectorDirectoryTest {

  private static final String PROPERTY = "parley.vectors.dir";

  @TempDir Path directory;
  private String hybrid;

  @BeforeEach
  void readHybridVector() throws IOException {
    hybrid = bundled("noise/xxhfs-mlkem768.json");
  }

  private static String bundled(String name) throws IOException {
    try (InputStream in = VectorDirectoryTest.class.getResourceAsStream("/vectors/" + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  @EnabledIfSystemProperty(named = PROPERTY, matches = ".+")
  void passesTheVectorsInTheGivenDirectory() throws IOException {
    assertThat(VectorDirectory.run(Path.of(System.getProperty(PROPERTY))).problems()).isEmpty();
  }

  @Test
  void runsFilesOfEachKindInSubdirectories() throws IOException {
    Path inner = Files.createDirectories(directory.resolve("a/b"));
    Files.writeString(inner.resolve("hybrid.txt"), hybrid);
    Files.writeString(directory.resolve("x.json"), bundled("wycheproof/x25519_test.json"));
    Files.writeString(directory.resolve("c.json"), bundled("wycheproof/aes_gcm_test.json"));
    Files.writeString(directory.resolve("notes.txt"), "not vectors");
    Files.writeString(directory.resolve("README.md"), "{}");

    VectorDirectory result = VectorDirectory.run(directory);

    int aesProviders = AeadInternals.providersOf(AeadAlgorithm.AES_256_GCM).size();
    assertThat(result.problems()).isEmpty();
    assertThat(result.runCount()).isEqualTo(2 + 518 + aesProviders * 66);
  }

  @Test
  void failsWhereThereAreNone() throws IOException {
    Files.writeString(directory.resolve("README.md"), "nothing here");

    assertThat(VectorDirectory.run(directory).problems()).containsExactly("no vectors found");
  }

  @Test
  void failsForFilesItDoesNotUnderstand() throws IOException {
    Files.writeString(directory.resolve("a.json"), "{\"vectors\": []}");
    Files.writeString(directory.resolve("b.json"), "{");
    Files.writeString(
        directory.resolve("c.json"),
        "{\"algorithm\":\"AES-CMAC\",\"testGroups\":[{\"type\":\"CmacTest\",\"tests\":[{}]}]}");
    Files.writeString(directory.resolve("d.json"), hybrid);

    assertThat(VectorDirectory.run(directory).problems())
        .containsExactly(
            "a.json: is not understood", "b.json: is not JSON", "c.json: is not understood");
  }

  @Test
  void failsForProtocolNamesItDoesNotUnderstand() throws IOException {
    Files.writeString(directory.resolve("a.json"), hybrid.replace("XXhfs", "XXfoo"));

    assertThat(VectorDirectory.run(directory).problems())
        .hasSize(2)
        .allMatch(problem -> problem.contains("unknown modifier foo"));
  }

  @Test
  void understandsNoiseVectorsWithFreeNamesNullsAndExpectedFailure() throws IOException {
    String vectors = bundled("noise/cacophony-448.json");
    String free =
        vectors.replace(
            "\"name\": \"Noise_NN_448_AESGCM_SHA256\"",
            """
            "name": "free text", "pattern": "NN", "dh": "448", "cipher": "AESGCM",
            "hash": "SHA256", "hybrid": null, "init_static": null, "handshake_hash": null
            """);
    Files.writeString(directory.resolve("free.json"), free);
    String failing =
        vectors
            .replace("\"init_prologue\"", "\"fail\": true, \"init_prologue\"")
            .replace("5cd75db3bf", "5cd75db3be")
            .replace("93ff0821f9", "93ff0821f8");
    Files.writeString(directory.resolve("failing.json"), failing);

    assertThat(VectorDirectory.run(directory).problems()).isEmpty();

    Files.writeString(
        directory.resolve("failing.json"), failing.replace("5cd75db3be", "5cd75db3bf"));
    assertThat(VectorDirectory.run(directory).problems())
        .hasSize(2)
        .allMatch(problem -> problem.endsWith("Noise_NN_448_AESGCM_SHA256: wrong result"));
  }

  @Test
  void failsForOneChangedDigit() throws IOException {
    String changed = hybrid.replace("0a825d67cbf1", "0a825d67cbf2");
    assertThat(changed).isNotEqualTo(hybrid);
    Files.writeString(directory.resolve("a.json"), changed);
    String dh = bundled("wycheproof/x25519_test.json");
    Files.writeString(directory.resolve("b.json"), dh.replaceFirst("\"shared\" *: *\"4", "$05"));

    assertThat(VectorDirectory.run(directory).problems()).hasSize(3);
  }
}
