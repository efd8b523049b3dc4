package dev.parley;

import static dev.parley.KeyFileFixture.CHEAP;
import static dev.parley.KeyFileFixture.PASSPHRASE;
import static dev.parley.KeyFileFixture.der;
import static dev.parley.KeyFileFixture.encrypted;
import static dev.parley.KeyFileFixture.reason;
import static dev.parley.KeyFileFixture.seed;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.parley.IdentityFileException.Reason;
import dev.parley.keys.Der;
import dev.parley.keys.PassphraseKdf;
import dev.parley.keys.Pem;
import dev.parley.keys.Pkcs8;
import java.util.HexFormat;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.util.PBKDF2Config;
import org.bouncycastle.crypto.util.PBKDFConfig;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.crypto.util.PrivateKeyInfoFactory;
import org.bouncycastle.crypto.util.ScryptConfig;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfoBuilder;
import org.bouncycastle.pkcs.jcajce.JcePKCSPBEInputDecryptorProviderBuilder;
import org.bouncycastle.pkcs.jcajce.JcePKCSPBEOutputEncryptorBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Pbes2Test {
  @Test
  void encryptedKeyRoundTrips() throws Exception {
    byte[] seed = seed(1);
    byte[] pem = encrypted(seed, CHEAP);

    assertThat(IdentityFile.decode(pem, PASSPHRASE)).isEqualTo(seed);
    assertThat(reason(pem, null)).isEqualTo(Reason.PASSPHRASE_REQUIRED);
    assertThat(new String(pem, US_ASCII)).startsWith("-----BEGIN ENCRYPTED PRIVATE KEY-----\n");
  }

  @Test
  void wrongPassphraseNeverOpensAFile() {
    byte[] pem = encrypted(seed(2), new PassphraseKdf.Cost(2, 8, 1));
    for (int i = 0; i < 2_000; i++) { // the padding is right by chance about eight times
      assertThat(reason(pem, ("guess" + i).toCharArray())).isEqualTo(Reason.WRONG_PASSPHRASE);
    }
  }

  @ParameterizedTest
  @CsvSource({"'', 0", "x, 1025"})
  void passphraseHasOneTo1024Characters(String character, int count) {
    byte[] pem = encrypted(seed(3), CHEAP);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> IdentityFile.decode(pem, character.repeat(count).toCharArray()));
  }

  @Test
  void passphraseMustBeUnicode() {
    byte[] pem = encrypted(seed(3), CHEAP);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> IdentityFile.decode(pem, new char[] {'a', '\ud800'}));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> IdentityFile.decode(pem, new char[] {'\udc00', 'a'}));
  }

  @Test
  void bouncyCastleReadsWhatIsWritten() throws Exception {
    byte[] seed = seed(4);

    assertThat(bouncySeed(PrivateKeyInfo.getInstance(Pkcs8.encode(seed)))).isEqualTo(seed);
    byte[] der = Pem.decode("ENCRYPTED PRIVATE KEY", encrypted(seed, CHEAP));
    PrivateKeyInfo info =
        new PKCS8EncryptedPrivateKeyInfo(der)
            .decryptPrivateKeyInfo(
                new JcePKCSPBEInputDecryptorProviderBuilder()
                    .setProvider(new BouncyCastleProvider())
                    .build(PASSPHRASE));
    assertThat(bouncySeed(info)).isEqualTo(seed);
  }

  @Test
  void readsWhatBouncyCastleWrites() throws Exception {
    byte[] seed = seed(5);
    PBKDFConfig[] schemes = {
      new ScryptConfig.Builder(1024, 8, 2).withSaltLength(20).build(),
      new PBKDF2Config.Builder().withPRF(PBKDF2Config.PRF_SHA256).withIterationCount(999).build(),
      new PBKDF2Config.Builder().withPRF(PBKDF2Config.PRF_SHA512).withIterationCount(999).build(),
    };
    for (PBKDFConfig scheme : schemes) {
      assertThat(
              IdentityFile.decode(
                  Pem.encode("ENCRYPTED PRIVATE KEY", bouncy(seed, scheme)), PASSPHRASE))
          .isEqualTo(seed);
    }
  }

  @Test
  void rejectsPbkdf2WithSha1() throws Exception {
    PBKDFConfig scheme = new PBKDF2Config.Builder().withPRF(PBKDF2Config.PRF_SHA1).build();

    assertThat(reason(Pem.encode("ENCRYPTED PRIVATE KEY", bouncy(seed(6), scheme)), PASSPHRASE))
        .isEqualTo(Reason.MALFORMED);
  }

  @ParameterizedTest
  @CsvSource({"0", "10000001", "2147483647"})
  void rejectsPbkdf2OutsideItsIterationLimits(int iterations) throws Exception {
    byte[] info =
        KeyFileFixture.pbkdf2(new byte[16], iterations, new byte[16], new byte[16])
            .getEncoded("DER");

    assertThat(reason(Pem.encode("ENCRYPTED PRIVATE KEY", info), PASSPHRASE))
        .isEqualTo(Reason.MALFORMED);
  }

  /**
   * Parameters that OpenSSL would run for minutes, or that ask for gigabytes, are refused first.
   */
  @ParameterizedTest
  @CsvSource({
    "1, 8, 1",
    "0, 8, 1",
    "3, 8, 1",
    "131073, 8, 1",
    "262144, 8, 1", // 256 MiB and a little
    "524288, 8, 1",
    "1048576, 8, 1",
    "2097152, 1, 1",
    "65536, 1, 1", // not valid for r = 1
    "1048576, 1, 1",
    "1024, 0, 1",
    "1024, 65, 1",
    "1024, 8, 0",
    "1024, 8, 65",
    "131072, 8, 17",
    "1073741824, 64, 64",
    "2147483647, 2147483647, 2147483647",
  })
  void rejectsScryptOutsideItsBounds(int n, int r, int p) {
    PassphraseKdf.Cost cost = new PassphraseKdf.Cost(n, r, p);
    byte[] pem = Pem.encode("ENCRYPTED PRIVATE KEY", encryptedInfo(cost, 16));

    assertThat(cost.isAcceptable()).isFalse();
    assertThat(reason(pem, PASSPHRASE)).isEqualTo(Reason.MALFORMED);
  }

  @ParameterizedTest
  @CsvSource({"2, 1, 1", "32768, 1, 1", "131072, 8, 16", "131072, 15, 8", "65536, 31, 1"})
  void acceptsScryptUpToItsBounds(int n, int r, int p) {
    assertThat(new PassphraseKdf.Cost(n, r, p).isAcceptable()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 7, 65, 1000})
  void rejectsSaltsOutsideTheirBounds(int length) {
    byte[] pem = Pem.encode("ENCRYPTED PRIVATE KEY", encryptedInfo(CHEAP, length));

    assertThat(reason(pem, PASSPHRASE)).isEqualTo(Reason.MALFORMED);
  }

  @Test
  void rejectsCiphertextThatIsNoWholeNumberOfBlocks() throws Exception {
    byte[] info =
        KeyFileFixture.pbkdf2(new byte[16], 1, new byte[16], new byte[15]).getEncoded("DER");

    assertThat(reason(Pem.encode("ENCRYPTED PRIVATE KEY", info), PASSPHRASE))
        .isEqualTo(Reason.WRONG_PASSPHRASE);
  }

  /** An encrypted key with these parameters and 16 bytes of ciphertext. */
  private static byte[] encryptedInfo(PassphraseKdf.Cost cost, int saltLength) {
    byte[] kdf = new PassphraseKdf.Scrypt(new byte[saltLength], cost).encode();
    byte[] aes =
        Der.element(
            Der.SEQUENCE,
            Der.element(Der.OBJECT_ID, HexFormat.of().parseHex("60864801650304012a")),
            Der.element(Der.OCTET_STRING, new byte[16]));
    byte[] pbes2 = Der.element(Der.OBJECT_ID, HexFormat.of().parseHex("2a864886f70d01050d"));
    return Der.element(
        Der.SEQUENCE,
        Der.element(Der.SEQUENCE, pbes2, Der.element(Der.SEQUENCE, kdf, aes)),
        Der.element(Der.OCTET_STRING, new byte[16]));
  }

  private static byte[] bouncy(byte[] seed, PBKDFConfig scheme) throws Exception {
    PrivateKeyInfo info =
        PrivateKeyInfoFactory.createPrivateKeyInfo(new Ed25519PrivateKeyParameters(seed, 0));
    return new PKCS8EncryptedPrivateKeyInfoBuilder(info)
        .build(
            new JcePKCSPBEOutputEncryptorBuilder(scheme, NISTObjectIdentifiers.id_aes256_CBC)
                .setProvider(new BouncyCastleProvider())
                .build(PASSPHRASE))
        .getEncoded();
  }

  private static byte[] bouncySeed(PrivateKeyInfo info) throws Exception {
    return ((Ed25519PrivateKeyParameters) PrivateKeyFactory.createKey(info)).getEncoded();
  }
}
