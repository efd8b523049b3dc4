package dev.parley;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdentityTest {
  private static final byte[] DATA = {1, 2, 3};

  /** RFC 8032 section 7.1, test 2. */
  @Test
  void seedGivesThePublicKeyOfRfc8032() {
    byte[] seed =
        HexFormat.of().parseHex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");

    assertThat(HexFormat.of().formatHex(Identity.fromSeed(seed).id().toBytes()))
        .isEqualTo("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
  }

  @Test
  void signsTheDomainSeparatedMessage() {
    byte[] seed = new byte[32];
    byte[] message =
        "parley-sig/1\0receipt\0\1\2\3".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    byte[] expected = new byte[64];
    Ed25519.sign(seed, 0, message, 0, message.length, expected, 0);

    assertThat(Identity.fromSeed(seed).sign("receipt", DATA)).isEqualTo(expected);
  }

  @Test
  void verifiesOwnSignatureForSamePurposeDataAndAgentOnly() {
    Identity alice = Identity.generate();
    byte[] signature = alice.sign("receipt", DATA);

    assertThat(alice.id().verify("receipt", DATA, signature)).isTrue();
    assertThat(alice.id().verify("receipts", DATA, signature)).isFalse();
    assertThat(alice.id().verify("receipt", new byte[] {1, 2, 4}, signature)).isFalse();
    assertThat(Identity.generate().id().verify("receipt", DATA, signature)).isFalse();
  }

  @Test
  void everyFlippedBitAndEveryOtherLengthMakesASignatureInvalid() {
    Identity alice = Identity.fromSeed(new byte[32]);
    byte[] signature = alice.sign("receipt", DATA);
    for (int bit = 0; bit < 512; bit++) {
      byte[] forged = signature.clone();
      forged[bit / 8] ^= (byte) (1 << (bit % 8));
      assertThat(alice.id().verify("receipt", DATA, forged)).as("bit %d", bit).isFalse();
    }
    for (int length = 0; length < 130; length++) {
      boolean valid = alice.id().verify("receipt", DATA, Arrays.copyOf(signature, length));
      assertThat(valid).as("length %d", length).isEqualTo(length == 64);
    }
  }

  @Test
  void purposeAndDataCannotTradeBytes() {
    assertThat(SignedMessage.encode("a", new byte[] {0, 'b'}))
        .isNotEqualTo(SignedMessage.encode("a0b", new byte[0]));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SignedMessage.encode("a\0b", new byte[0]));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a b", "a\u0000", "é", "\u007f"})
  void rejectsPurposesOutsideVisibleAscii(String purpose) {
    Identity identity = Identity.fromSeed(new byte[32]);

    assertThatIllegalArgumentException().isThrownBy(() -> identity.sign(purpose, DATA));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> identity.id().verify(purpose, DATA, new byte[64]));
  }

  @Test
  void boundsThePurpose() {
    Identity identity = Identity.fromSeed(new byte[32]);

    assertThat(identity.sign("p".repeat(64), DATA)).hasSize(64);
    assertThatIllegalArgumentException().isThrownBy(() -> identity.sign("p".repeat(65), DATA));
  }

  @Test
  void agreementKeyIsClampedAndFresh() {
    Identity identity = Identity.generate();
    byte[] scalar = identity.agreementKey();

    assertThat(scalar).hasSize(32);
    assertThat(scalar[0] & 0x07).isZero();
    assertThat(scalar[31] & 0xc0).isEqualTo(0x40);
    Arrays.fill(scalar, (byte) 0);
    assertThat(identity.agreementKey()).isNotEqualTo(scalar);
  }

  @Test
  void generatesFromTheGivenRandomness() {
    byte[] seed = new byte[32];
    Arrays.fill(seed, (byte) 5);

    assertThat(Identity.generate(filledWith(5)).id()).isEqualTo(Identity.fromSeed(seed).id());
    assertThat(Identity.generate().id()).isNotEqualTo(Identity.generate().id());
  }

  @Test
  void copiesTheSeed() {
    byte[] seed = new byte[32];
    Identity identity = Identity.fromSeed(seed);
    Arrays.fill(seed, (byte) 1);

    assertThat(identity.sign("p", DATA)).isEqualTo(Identity.fromSeed(new byte[32]).sign("p", DATA));
    assertThatIllegalArgumentException().isThrownBy(() -> Identity.fromSeed(new byte[31]));
  }

  @Test
  void destroyedIdentityKeepsItsIdAndRefusesToSign() {
    Identity identity = Identity.generate();
    AgentId id = identity.id();
    identity.destroy();
    identity.destroy();

    assertThat(identity.isDestroyed()).isTrue();
    assertThat(identity.id()).isEqualTo(id);
    assertThatIllegalStateException().isThrownBy(() -> identity.sign("p", DATA));
    assertThatIllegalStateException().isThrownBy(identity::agreementKey);
  }

  @Test
  void showsTheShortIdOnly() {
    Identity identity = Identity.generate();

    assertThat(identity).hasToString("Identity[" + identity.id().toShortString() + "]");
  }

  private static SecureRandom filledWith(int value) {
    return new SecureRandom() {
      private static final long serialVersionUID = 1;

      @Override
      public void nextBytes(byte[] bytes) {
        Arrays.fill(bytes, (byte) value);
      }
    };
  }
}
