package dev.parley.transport.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.parley.transport.crypto.AeadAlgorithm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProtocolNameTest {

  @Test
  void takesAHybridNameApart() {
    ProtocolName name = ProtocolName.parse("Noise_XKhfs+psk0_25519+MLKEM768_AESGCM_SHA256");

    assertThat(name.pattern().name()).isEqualTo("XKhfs+psk0");
    assertThat(name.dh()).isSameAs(Dh.x25519());
    assertThat(name.kem()).isSameAs(Kem.of("MLKEM768"));
    assertThat(name.cipher()).isEqualTo(AeadAlgorithm.AES_256_GCM);
    assertThat(name.newHash().hashBytes()).isEqualTo(32);
    assertThat(name).hasToString("Noise_XKhfs+psk0_25519+MLKEM768_AESGCM_SHA256");
  }

  @Test
  void takesAClassicalNameApart() {
    ProtocolName name = ProtocolName.parse("Noise_IX_448_ChaChaPoly_BLAKE2b");

    assertThat(name.dh()).isSameAs(Dh.x448());
    assertThat(name.kem()).isNull();
    assertThat(name.cipher()).isEqualTo(AeadAlgorithm.CHACHA20_POLY1305);
    assertThat(name.newHash().hashBytes()).isEqualTo(64);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Noise_XX_25519_AESGCM",
        "Noise_XX_25519_AESGCM_SHA256_",
        "noise_XX_25519_AESGCM_SHA256",
        "NoisePSK_XX_25519_AESGCM_SHA256",
        "Noise_XX_25519_AESGCM_SHA256:SSK",
        "Noise_XX_25518_AESGCM_SHA256",
        "Noise_XX_25519_AESCCM_SHA256",
        "Noise_XX_25519_AESGCM_SHA3",
        "Noise_XX_25519_AESGCM_blake2s",
        "Noise_XXhfs_25519_AESGCM_SHA256",
        "Noise_XX_25519+MLKEM768_AESGCM_SHA256",
        "Noise_XXhfs_25519+ML-KEM-768_AESGCM_SHA256",
        "Noise_XXhfs_25519+_AESGCM_SHA256"
      })
  void rejectsNamesItDoesNotKnow(String name) {
    assertThatIllegalArgumentException().isThrownBy(() -> ProtocolName.parse(name));
  }
}
