package dev.parley;

import static dev.parley.KeyFileFixture.PASSPHRASE;
import static dev.parley.KeyFileFixture.RFC_VERSION_1;
import static dev.parley.KeyFileFixture.RFC_VERSION_2;
import static dev.parley.KeyFileFixture.der;
import static dev.parley.KeyFileFixture.reason;
import static dev.parley.KeyFileFixture.seed;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.IdentityFileException.Reason;
import dev.parley.keys.Pem;
import dev.parley.keys.Pkcs8;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Pkcs8Test {
  private static final String RFC_PUBLIC_KEY =
      "19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1";

  @ParameterizedTest
  @ValueSource(strings = {RFC_VERSION_1, RFC_VERSION_2})
  void readsTheExamplesOfRfc8410(String pem) throws Exception {
    byte[] seed = IdentityFile.decode(pem.getBytes(US_ASCII), null);

    assertThat(HexFormat.of().formatHex(Identity.fromSeed(seed).id().toBytes()))
        .isEqualTo(RFC_PUBLIC_KEY);
  }

  @Test
  void writesTheExampleOfRfc8410() throws Exception {
    byte[] seed = IdentityFile.decode(RFC_VERSION_1.getBytes(US_ASCII), null);

    assertThat(Pem.encode("PRIVATE KEY", Pkcs8.encode(seed)))
        .isEqualTo(RFC_VERSION_1.getBytes(US_ASCII));
  }

  @Test
  void attachedPublicKeyMustBelongToThePrivateKey() {
    byte[] der = der(RFC_VERSION_2);
    der[der.length - 1] ^= 1;

    assertThat(reason(Pem.encode("PRIVATE KEY", der), null)).isEqualTo(Reason.ID_MISMATCH);
  }

  @Test
  void rejectsEveryTruncationAndEveryExtension() {
    for (String good : new String[] {RFC_VERSION_1, RFC_VERSION_2}) {
      byte[] der = der(good);
      for (int length = 0; length < der.length; length++) {
        assertThat(reason(Pem.encode("PRIVATE KEY", Arrays.copyOf(der, length)), null))
            .isEqualTo(Reason.MALFORMED);
      }
      assertThat(reason(Pem.encode("PRIVATE KEY", Arrays.copyOf(der, der.length + 1)), null))
          .isEqualTo(Reason.MALFORMED);
    }
  }

  @Test
  void rejectsEveryFlippedBitOfTheStructure() {
    byte[] der = der(RFC_VERSION_1);
    for (int bit = 0; bit < 16 * 8; bit++) { // the seed starts at byte 16
      byte[] flipped = der.clone();
      flipped[bit / 8] ^= (byte) (1 << (bit % 8));
      boolean versionTwoWithoutPublicKey = bit == 4 * 8;
      assertThat(reason(Pem.encode("PRIVATE KEY", flipped), null))
          .as("bit %d", bit)
          .isEqualTo(versionTwoWithoutPublicKey ? null : Reason.MALFORMED);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "302e020100300506032b656e04220420", // X25519
        "302e020100300506032b656404220420", // another private arc
        "3030020100300706032b6570050004220420", // NULL parameters, which RFC 8410 forbids
        "302f02020000300506032b657004220420", // version not minimal
        "30812e020100300506032b657004220420", // length not minimal
        "3080020100300506032b657004220420", // indefinite length
        "302e0201ff300506032b657004220420", // negative version
        "302e020102300506032b657004220420", // version of the future
        "30820000", // empty in long form
        "3084ffffffff", // four bytes of length
      })
  void rejectsOtherStructures(String prefix) {
    byte[] head = HexFormat.of().parseHex(prefix);
    byte[] der = Arrays.copyOf(head, head.length + 32);

    assertThat(reason(Pem.encode("PRIVATE KEY", der), null)).isEqualTo(Reason.MALFORMED);
  }

  @Test
  void rejectsDeepNestingWithoutRecursion() {
    byte[] nested = new byte[12_000];
    for (int i = 0; i < nested.length; i += 2) {
      nested[i] = 0x30;
      nested[i + 1] = (byte) 0x80;
    }

    assertThat(reason(Pem.encode("PRIVATE KEY", nested), null)).isEqualTo(Reason.MALFORMED);
    assertThat(reason(Pem.encode("ENCRYPTED PRIVATE KEY", nested), PASSPHRASE))
        .isEqualTo(Reason.MALFORMED);
  }
}
