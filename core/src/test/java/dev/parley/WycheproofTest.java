package dev.parley;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.keys.Pbes2;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class WycheproofTest {
  private static final JsonNode ED25519 = read("ed25519_test.json");
  private static final JsonNode PBES2 = read("pbes2_hmacsha512_aes_256_test.json");

  @Test
  void filesAreComplete() {
    assertThat(ed25519Signatures()).hasSize(ED25519.get("numberOfTests").asInt()).hasSize(151);
    assertThat(pbes2Decryptions()).hasSize(PBES2.get("numberOfTests").asInt()).hasSize(84);
  }

  @TestFactory
  Stream<DynamicTest> verifiesExactlyTheValidSignatures() {
    return ed25519Signatures().stream();
  }

  @TestFactory
  Stream<DynamicTest> decryptsKeyFilesWithPbkdf2() {
    return pbes2Decryptions().stream();
  }

  private static List<DynamicTest> ed25519Signatures() {
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode group : ED25519.get("testGroups")) {
      byte[] key = hex(group.get("publicKey"), "pk");
      for (JsonNode test : group.get("tests")) {
        boolean valid = test.get("result").asString().equals("valid");
        tests.add(
            DynamicTest.dynamicTest(
                name(test),
                () ->
                    assertThat(AgentId.verifyRaw(key, hex(test, "msg"), hex(test, "sig")))
                        .isEqualTo(valid)));
      }
    }
    return tests;
  }

  private static List<DynamicTest> pbes2Decryptions() {
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode group : PBES2.get("testGroups")) {
      for (JsonNode test : group.get("tests")) {
        assertThat(test.get("result").asString()).isEqualTo("valid");
        tests.add(
            DynamicTest.dynamicTest(
                name(test),
                () ->
                    assertThat(Pbes2.decrypt(encryptedKeyInfo(test), hex(test, "password")))
                        .isEqualTo(hex(test, "msg"))));
      }
    }
    return tests;
  }

  private static byte[] encryptedKeyInfo(JsonNode test) throws IOException {
    return KeyFileFixture.pbkdf2(
            hex(test, "salt"), test.get("iterationCount").asInt(), hex(test, "iv"), hex(test, "ct"))
        .getEncoded("DER");
  }

  private static String name(JsonNode test) {
    return "tcId " + test.get("tcId").asInt() + ": " + test.get("comment").asString();
  }

  private static byte[] hex(JsonNode node, String field) {
    return HexFormat.of().parseHex(node.get(field).asString());
  }

  private static JsonNode read(String file) {
    String path = "/vectors/wycheproof/" + file;
    try (InputStream in = WycheproofTest.class.getResourceAsStream(path)) {
      return JsonMapper.builder().build().readTree(Objects.requireNonNull(in, path).readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
