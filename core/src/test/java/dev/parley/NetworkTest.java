package dev.parley;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.parley.keys.Hkdf;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.generators.HKDFBytesGenerator;
import org.bouncycastle.crypto.params.HKDFParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkTest {
  private static final byte[] SECRET = filled(9);

  @Test
  void openNetworkDerivesFromItsName() throws Exception {
    byte[] secret =
        MessageDigest.getInstance("SHA-256").digest("parley-open/1auction-house".getBytes(UTF_8));
    Network network = Network.open("auction-house");

    assertThat(network.isOpen()).isTrue();
    assertThat(network.name()).contains("auction-house");
    assertThat(network.id().toBytes()).isEqualTo(reference(secret, "parley id", 32));
    assertThat(network.derive("x".getBytes(UTF_8), 100)).isEqualTo(reference(secret, "x", 100));
    assertThat(network.id()).isEqualTo(Network.secret(secret).id());
  }

  @Test
  void secretNetworkDerivesFromItsSecret() {
    Network network = Network.secret(SECRET);

    assertThat(network.isOpen()).isFalse();
    assertThat(network.name()).isEmpty();
    assertThat(network.id().toBytes()).isEqualTo(reference(SECRET, "parley id", 32));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 31, 32, 33, 64, 1000, 8160})
  void derivesAnyLengthThatHkdfAllows(int length) {
    assertThat(Network.secret(SECRET).derive(new byte[0], length))
        .isEqualTo(reference(SECRET, "", length));
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 8161, Integer.MAX_VALUE})
  void rejectsLengthsThatHkdfDoesNotAllow(int length) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Network.secret(SECRET).derive(new byte[0], length));
  }

  /** RFC 5869 appendix A, test cases 1 and 3. */
  @Test
  void hkdfAgreesWithTheRfc() {
    byte[] ikm = HexFormat.of().parseHex("0b".repeat(22));
    byte[] salt = HexFormat.of().parseHex("000102030405060708090a0b0c");
    byte[] info = HexFormat.of().parseHex("f0f1f2f3f4f5f6f7f8f9");

    assertThat(HexFormat.of().formatHex(Hkdf.derive(salt, ikm, info, 42)))
        .isEqualTo(
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
    assertThat(HexFormat.of().formatHex(Hkdf.derive(new byte[0], ikm, new byte[0], 42)))
        .isEqualTo(
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", " ", " a", "a\n", "a\u0000b", "a\u200bb", "\ud800", "e\u0301", "a\u202eb"})
  void rejectsNamesThatLookLikeAnother(String name) {
    assertThatIllegalArgumentException().isThrownBy(() -> Network.open(name));
  }

  @Test
  void boundsTheNameInBytes() {
    assertThat(Network.open("é".repeat(127)).isOpen()).isTrue();
    assertThatIllegalArgumentException().isThrownBy(() -> Network.open("é".repeat(128)));
  }

  @Test
  void rejectsSecretsOfWrongLengthAndTheZeroSecret() {
    assertThatIllegalArgumentException().isThrownBy(() -> Network.secret(new byte[31]));
    assertThatIllegalArgumentException().isThrownBy(() -> Network.secret(new byte[33]));
    assertThatIllegalArgumentException().isThrownBy(() -> Network.secret(new byte[32]));
  }

  @Test
  void showsNoSecret() {
    Network network = Network.secret(SECRET);

    assertThat(network.toString())
        .isEqualTo("Network[secret, " + network.id() + "]")
        .doesNotContain(HexFormat.of().formatHex(SECRET, 0, 4));
    assertThat(network.id().toString()).hasSize(16);
  }

  @Test
  void sharesNoArrayWithItsCaller() {
    byte[] secret = SECRET.clone();
    Network network = Network.secret(secret);
    byte[] key = network.derive(new byte[0], 32);
    Arrays.fill(secret, (byte) 1);
    Arrays.fill(network.id().toBytes(), (byte) 1);

    assertThat(network.derive(new byte[0], 32)).isEqualTo(key);
    assertThat(network).isEqualTo(Network.secret(SECRET)).hasSameHashCodeAs(Network.secret(SECRET));
    assertThat(network).isNotEqualTo(Network.open("auction-house"));
  }

  @Test
  void networkIdHasThirtyTwoBytes() {
    assertThat(NetworkId.of(SECRET).toBytes()).isEqualTo(SECRET).isNotSameAs(SECRET);
    assertThatIllegalArgumentException().isThrownBy(() -> NetworkId.of(new byte[31]));
  }

  private static byte[] reference(byte[] secret, String info, int length) {
    HKDFBytesGenerator hkdf = new HKDFBytesGenerator(new SHA256Digest());
    hkdf.init(new HKDFParameters(secret, null, info.getBytes(UTF_8)));
    byte[] out = new byte[length];
    hkdf.generateBytes(out, 0, length);
    return out;
  }

  private static byte[] filled(int value) {
    byte[] bytes = new byte[32];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }
}
