package dev.parley;

import static dev.parley.KeyFileFixture.RFC_VERSION_1;
import static dev.parley.KeyFileFixture.RFC_VERSION_2;
import static dev.parley.KeyFileFixture.reason;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.IdentityFileException.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PemTest {
  @Test
  void readsWindowsLineEndsAndAMissingLastLineEnd() throws Exception {
    byte[] expected = IdentityFile.decode(RFC_VERSION_1.getBytes(US_ASCII), null);

    for (String pem :
        new String[] {
          RFC_VERSION_2.replace("\n", "\r\n"), RFC_VERSION_1.strip(), RFC_VERSION_1 + "\n\r\n"
        }) {
      assertThat(IdentityFile.decode(pem.getBytes(US_ASCII), null)).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\n",
        "hello",
        "-----BEGIN -----",
        "-----BEGIN PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\n",
        "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n",
        "-----BEGIN PRIVATE KEY-----\nMC4C\n",
        "-----BEGIN PRIVATE KEY-----\nMC4C\n-----END PUBLIC KEY-----\n",
        "-----BEGIN PRIVATE KEY-----\nMC4C\n\nMC4C\n-----END PRIVATE KEY-----\n",
        "-----BEGIN PRIVATE KEY-----\nMC 4\n-----END PRIVATE KEY-----\n",
        "-----BEGIN PRIVATE KEY-----\nMC4\n-----END PRIVATE KEY-----\n",
        "-----BEGIN PRIVATE KEY-----\n====\n-----END PRIVATE KEY-----\n",
        "-----BEGIN PRIVATE KEY-----\nM===\n-----END PRIVATE KEY-----\n",
        "-----BEGIN PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nMC4C\n-----END PRIVATE KEY-----\n",
        "-----BEGIN OPENSSH PRIVATE KEY-----\nMC4C\n-----END OPENSSH PRIVATE KEY-----\n",
        "-----BEGIN private key-----\nMC4C\n-----END private key-----\n",
        "\uFEFF" + RFC_VERSION_1,
        " " + RFC_VERSION_1,
        RFC_VERSION_1 + RFC_VERSION_1,
        RFC_VERSION_1 + "x",
      })
  void rejectsWhatIsNotExactlyOnePemBlock(String text) {
    assertThat(reason(text.getBytes(UTF_8), null)).isEqualTo(Reason.MALFORMED);
  }
}
