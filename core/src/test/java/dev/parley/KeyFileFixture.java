package dev.parley;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.IdentityFileException.Reason;
import dev.parley.keys.KeyFormatException;
import dev.parley.keys.PassphraseKdf;
import dev.parley.keys.Pbes2;
import dev.parley.keys.Pem;
import dev.parley.keys.Pkcs8;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Random;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.EncryptedPrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.EncryptionScheme;
import org.bouncycastle.asn1.pkcs.KeyDerivationFunc;
import org.bouncycastle.asn1.pkcs.PBES2Parameters;
import org.bouncycastle.asn1.pkcs.PBKDF2Params;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;

/** Key files that the tests of their reader share. */
final class KeyFileFixture {
  static final PassphraseKdf.Cost CHEAP = new PassphraseKdf.Cost(1024, 8, 1);
  static final char[] PASSPHRASE = "correct horse ✓".toCharArray();

  /** RFC 8410 section 10.3. */
  static final String RFC_VERSION_1 =
      """
      -----BEGIN PRIVATE KEY-----
      MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC
      -----END PRIVATE KEY-----
      """;

  static final String RFC_VERSION_2 =
      """
      -----BEGIN PRIVATE KEY-----
      MHICAQEwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC
      oB8wHQYKKoZIhvcNAQkJFDEPDA1DdXJkbGUgQ2hhaXJzgSEAGb9ECWmEzf6FQbrB
      Z9w7lshQhqowtrbLDFw4rXAxZuE=
      -----END PRIVATE KEY-----
      """;

  private KeyFileFixture() {}

  static byte[] encrypted(byte[] seed, PassphraseKdf.Cost cost) {
    byte[] passphrase = new String(PASSPHRASE).getBytes(UTF_8);
    return Pem.encode(
        "ENCRYPTED PRIVATE KEY",
        Pbes2.encrypt(Pkcs8.encode(seed), passphrase, cost, new SecureRandom()));
  }

  /** Null when the file is accepted. Anything but the declared exception fails the test. */
  static Reason reason(byte[] pem, char[] passphrase) {
    try {
      assertThat(IdentityFile.decode(pem, passphrase)).hasSize(32);
      return null;
    } catch (KeyFormatException e) {
      assertThat(e.problem()).isNotBlank().hasSizeLessThan(200);
      return IdentityFileException.Reason.valueOf(e.reason().name());
    }
  }

  static byte[] der(String pem) {
    return Base64.getMimeDecoder().decode(pem.replaceAll("-----.*-----", ""));
  }

  static byte[] derOf(byte[] pem) {
    return der(new String(pem, US_ASCII));
  }

  static byte[] seed(int number) {
    byte[] seed = new byte[32];
    new Random(number).nextBytes(seed);
    return seed;
  }

  /** PBES2 with PBKDF2 and HMAC-SHA-512, encoded by BouncyCastle. */
  static EncryptedPrivateKeyInfo pbkdf2(byte[] salt, int iterations, byte[] iv, byte[] ciphertext) {
    AlgorithmIdentifier prf =
        new AlgorithmIdentifier(PKCSObjectIdentifiers.id_hmacWithSHA512, DERNull.INSTANCE);
    PBKDF2Params kdf = new PBKDF2Params(salt, iterations, 32, prf);
    PBES2Parameters parameters =
        new PBES2Parameters(
            new KeyDerivationFunc(PKCSObjectIdentifiers.id_PBKDF2, kdf),
            new EncryptionScheme(NISTObjectIdentifiers.id_aes256_CBC, new DEROctetString(iv)));
    return new EncryptedPrivateKeyInfo(
        new AlgorithmIdentifier(PKCSObjectIdentifiers.id_PBES2, parameters), ciphertext);
  }
}
