package dev.parley;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Key files exchanged with the {@code openssl} command, in both directions. */
class OpenSslTest {
  private static final String PASSPHRASE = "correct horse";

  @TempDir Path directory;

  @BeforeAll
  static void opensslIsThere() {
    Requirement.requireCommand("openssl", "version");
    Requirement.requireCommand("openssl", "genpkey", "-algorithm", "ED25519");
  }

  @Test
  void readsAKeyThatOpensslGenerated() throws Exception {
    Path file = directory.resolve("openssl.pem");
    openssl("genpkey", "-algorithm", "ED25519", "-out", file.toString());
    makePrivate(file);

    assertThat(Identity.load(file).id().toBytes()).isEqualTo(opensslPublicKey(file));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", // PBKDF2 with HMAC-SHA-256 and AES-256-CBC
        "-v2 aes-256-cbc -v2prf hmacWithSHA512 -iter 600000",
        "-v2 aes-256-cbc -v2prf hmacWithSHA256 -iter 1",
        "-scrypt",
        "-scrypt -scrypt_N 1024 -scrypt_r 16 -scrypt_p 4",
      })
  void readsAKeyThatOpensslEncrypted(String options) throws Exception {
    Path plain = directory.resolve("plain.pem");
    Path file = directory.resolve("encrypted.pem");
    Identity identity = Identity.generate();
    identity.save(plain);
    String command =
        ("pkcs8 -topk8 " + options).strip() + " -passout pass:X -in " + plain + " -out " + file;
    openssl(command.split(" "));
    makePrivate(file);

    assertThat(Identity.load(file, PASSPHRASE.toCharArray()).id()).isEqualTo(identity.id());
  }

  @Test
  void opensslReadsAPlainFile() throws Exception {
    Path file = directory.resolve("parley.pem");
    Identity identity = Identity.generate();
    identity.save(file);

    assertThat(opensslPublicKey(file)).isEqualTo(identity.id().toBytes());
  }

  @Test
  void opensslReadsAnEncryptedFileThatKeepsWithinItsMemory() throws Exception {
    Path file = directory.resolve("parley.pem");
    Identity identity = Identity.generate();
    identity.save(file, PASSPHRASE.toCharArray());

    assertThat(opensslPublicKey(file)).isEqualTo(identity.id().toBytes());
  }

  @Test
  void opensslVerifiesASignature() throws Exception {
    Path file = directory.resolve("parley.pem");
    Path message = directory.resolve("message");
    Path signature = directory.resolve("signature");
    Identity identity = Identity.generate();
    identity.save(file);
    Files.write(message, SignedMessage.encode("receipt", new byte[] {1, 2, 3}));
    Files.write(signature, identity.sign("receipt", new byte[] {1, 2, 3}));

    byte[] output =
        openssl(
            ("pkeyutl -verify -rawin -inkey " + file + " -in " + message + " -sigfile " + signature)
                .split(" "));
    assertThat(new String(output, UTF_8)).contains("Verified Successfully");
  }

  private byte[] opensslPublicKey(Path file) throws Exception {
    byte[] pem =
        openssl("pkey", "-in", file.toString(), "-passin", "pass:X", "-pubout", "-outform", "PEM");
    String base64 = new String(pem, UTF_8).replaceAll("-----.*-----", "");
    byte[] der = Base64.getMimeDecoder().decode(base64);
    assertThat(der).hasSize(44);
    return Arrays.copyOfRange(der, 12, 44);
  }

  /** Runs {@code openssl}; {@code pass:X} stands for the passphrase, which has a blank in it. */
  private byte[] openssl(String... arguments) throws Exception {
    String[] command = new String[arguments.length + 1];
    command[0] = "openssl";
    for (int i = 0; i < arguments.length; i++) {
      command[i + 1] = arguments[i].equals("pass:X") ? "pass:" + PASSPHRASE : arguments[i];
    }
    Path errors = directory.resolve("openssl.err");
    Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
    try {
      process.getOutputStream().close();
      byte[] output = process.getInputStream().readAllBytes();
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).as(Files.readString(errors)).isZero();
      return output;
    } finally {
      process.destroyForcibly();
    }
  }

  private static void makePrivate(Path file) throws Exception {
    Files.setPosixFilePermissions(file, OwnerOnlyFile.OWNER_ONLY);
  }
}
