package dev.parley.transport.session;

import static dev.parley.transport.session.SessionFixture.ALICE;
import static dev.parley.transport.session.SessionFixture.OPEN;
import static dev.parley.transport.session.SessionFixture.SECRET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.parley.transport.rsocket.Padding;
import java.util.List;
import org.junit.jupiter.api.Test;

class SessionOptionsTest {

  @Test
  void everyMissingSettingIsNamedAtOnce() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SessionOptions.builder().build())
        .withMessageContaining("identity")
        .withMessageContaining("network");
  }

  @Test
  void copiesKeepEverySetting() {
    SessionOptions options =
        SessionOptions.builder()
            .identity(ALICE)
            .network(SECRET)
            .previousNetwork(OPEN)
            .suites(SessionFixture.EVERY_SUITE)
            .limits(SessionLimits.defaults().withMaxRecordBytes(4_096))
            .features(5)
            .padding(Padding.PADME)
            .random(SessionFixture.random(1))
            .rekeyInterval(8)
            .build();

    SessionOptions copy = options.toBuilder().build();

    assertThat(copy)
        .usingRecursiveComparison()
        .ignoringFields("identity", "answered")
        .isEqualTo(options);
    assertThat(copy.identity()).isSameAs(options.identity());
    assertThat(copy.answered()).extracting(NetworkKeys::id).containsExactly(SECRET.id(), OPEN.id());
  }

  @Test
  void defaultsAreHybridOnly() {
    SuitePolicy policy = SuitePolicy.defaults();

    assertThat(policy.permits(Suite.AES_256_GCM_MLKEM768)).isTrue();
    assertThat(policy.permits(Suite.CHACHA20_POLY1305_MLKEM768)).isTrue();
    assertThat(policy.permits(Suite.AES_256_GCM_CLASSICAL)).isFalse();
    assertThat(policy.permits(Suite.CHACHA20_POLY1305_CLASSICAL)).isFalse();
    assertThat(policy.preferred()).isEqualTo(Suite.AES_256_GCM_MLKEM768);
  }

  @Test
  void requiringPostQuantumOutweighsTheList() {
    SuitePolicy policy =
        new SuitePolicy(
            List.of(Suite.AES_256_GCM_CLASSICAL, Suite.CHACHA20_POLY1305_MLKEM768), true);

    assertThat(policy.permits(Suite.AES_256_GCM_CLASSICAL)).isFalse();
    assertThat(policy.preferred()).isEqualTo(Suite.CHACHA20_POLY1305_MLKEM768);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SuitePolicy(List.of(Suite.AES_256_GCM_CLASSICAL), true));
    assertThatIllegalArgumentException().isThrownBy(() -> new SuitePolicy(List.of(), false));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new SuitePolicy(
                    List.of(Suite.AES_256_GCM_MLKEM768, Suite.AES_256_GCM_MLKEM768), true));
  }

  @Test
  void suitesNameTheirNoiseProtocol() {
    assertThat(List.of(Suite.values()))
        .extracting(suite -> suite.id() + " " + suite.noiseProtocol())
        .containsExactly(
            "1 Noise_XKhfs+psk0_25519+MLKEM768_AESGCM_SHA256",
            "2 Noise_XKhfs+psk0_25519+MLKEM768_ChaChaPoly_SHA256",
            "3 Noise_XKpsk0_25519_AESGCM_SHA256",
            "4 Noise_XKpsk0_25519_ChaChaPoly_SHA256");
  }

  @Test
  void limitsNameTheValueThatIsOutOfRange() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SessionLimits.defaults().withMaxRecordBytes(65_520))
        .withMessage("maxRecordBytes is 65520, must be 4096..65519");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SessionLimits.defaults().withMaxMessageBytes(1 << 24))
        .withMessage("maxMessageBytes is 16777216, must be 1024..16777215");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SessionLimits.defaults().withMaxMetadataBytes(0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SessionLimits.defaults().withMaxConcurrentRequests(0));
  }
}
