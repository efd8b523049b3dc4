package dev.parley;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** PROTOCOL.md §1: which signatures are valid, whatever an implementation is built on. */
class SignatureVectorsTest {
  private static final byte[] X509_HEAD = HexFormat.of().parseHex("302a300506032b6570032100");
  private static final BigInteger ORDER =
      BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));

  @ParameterizedTest
  @CsvSource({"signatures, 51, 3", "speccheck, 12, 0"})
  void areAcceptedOrRefusedAsTheyShould(String list, int count, int valid) throws Exception {
    JsonNode vectors = vectors().get(list);
    assertThat(vectors).hasSize(count);
    int accepted = 0;
    for (JsonNode vector : vectors) {
      String name = vector.get("name").asString();
      JsonNode in = vector.get("inputs");
      byte[] key = hex(in, "publicKey");
      byte[] message = hex(in, "message");
      byte[] signature = hex(in, "signature");
      boolean expected = vector.at("/outputs/result").asString().equals("accepted");
      accepted += expected ? 1 : 0;

      assertThat(isPoint(key) && AgentId.verifyRaw(key, message, signature))
          .as(name)
          .isEqualTo(expected);
      assertThat(isPoint(key) && byTheJdk(key, message, signature))
          .as("%s, by the JDK", name)
          .isEqualTo(expected);
    }
    assertThat(accepted).isEqualTo(valid);
  }

  private static boolean isPoint(byte[] encoded) {
    try {
      AgentId.of(encoded);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** The rule of the document around another implementation, which has no cofactor. */
  private static boolean byTheJdk(byte[] key, byte[] message, byte[] signature)
      throws GeneralSecurityException {
    if (signature.length != 64 || !isPoint(Arrays.copyOf(signature, 32))) {
      return false;
    }
    byte[] bigEndian = new byte[32];
    for (int i = 0; i < 32; i++) {
      bigEndian[i] = signature[63 - i];
    }
    if (new BigInteger(1, bigEndian).compareTo(ORDER) >= 0) {
      return false;
    }
    byte[] encoded = Arrays.copyOf(X509_HEAD, X509_HEAD.length + key.length);
    System.arraycopy(key, 0, encoded, X509_HEAD.length, key.length);
    PublicKey publicKey =
        KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
    Signature verifier = Signature.getInstance("Ed25519");
    verifier.initVerify(publicKey);
    verifier.update(message);
    return verifier.verify(signature);
  }

  private static byte[] hex(JsonNode node, String field) {
    return HexFormat.of().parseHex(node.get(field).asString());
  }

  private static JsonNode vectors() throws IOException {
    String path = "/vectors/parley/signatures.json";
    try (InputStream in = SignatureVectorsTest.class.getResourceAsStream(path)) {
      return JsonMapper.builder().build().readTree(Objects.requireNonNull(in, path).readAllBytes());
    }
  }
}
