package dev.parley;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.fuzz.Decoder;
import dev.parley.keys.KeyFormatException;
import dev.parley.keys.PassphraseKdf;
import dev.parley.keys.Pbes2;
import dev.parley.keys.Pem;
import dev.parley.keys.Pkcs8;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** Files with the key of an agent. */
public final class KeyDecoders {
  private static final String ENCRYPTED = "ENCRYPTED PRIVATE KEY";
  private static final byte[] PASSPHRASE = new String(KeyFileFixture.PASSPHRASE).getBytes(UTF_8);

  /** {@code Cost(2, 1, 1)} of scrypt. Others are right too, and take as long as they ask for. */
  private static final String CHEAP = "020102020101020101";

  private KeyDecoders() {}

  public static List<Decoder> list() {
    byte[] encrypted =
        KeyFileFixture.encrypted(KeyFileFixture.seed(8), new PassphraseKdf.Cost(2, 1, 1));
    return List.of(
        Decoder.of(
            "pem",
            KeyFormatException.class,
            List.of(encrypted, KeyFileFixture.RFC_VERSION_1.getBytes(US_ASCII)),
            in -> Pem.decode(Pem.label(in), in)),
        Decoder.of(
            "identity-file",
            KeyFormatException.class,
            List.of(
                KeyFileFixture.RFC_VERSION_1.getBytes(US_ASCII),
                KeyFileFixture.RFC_VERSION_2.getBytes(US_ASCII),
                encrypted),
            KeyDecoders::identityFile),
        Decoder.of(
            "pkcs8",
            KeyFormatException.class,
            List.of(
                KeyFileFixture.der(KeyFileFixture.RFC_VERSION_1),
                KeyFileFixture.der(KeyFileFixture.RFC_VERSION_2)),
            KeyDecoders::pkcs8),
        Decoder.of(
            "pbes2",
            KeyFormatException.class,
            List.of(KeyFileFixture.derOf(encrypted)),
            KeyDecoders::pbes2));
  }

  private static void identityFile(byte[] in) throws KeyFormatException {
    if (Pem.label(in).equals(ENCRYPTED)) {
      requireCheap(Pem.decode(ENCRYPTED, in));
    }
    assertThat(IdentityFile.decode(in, KeyFileFixture.PASSPHRASE)).hasSize(32);
  }

  private static void pkcs8(byte[] in) throws KeyFormatException {
    byte[] seed = Pkcs8.decode(in);
    assertThat(Pkcs8.decode(Pkcs8.encode(seed))).isEqualTo(seed);
  }

  private static void pbes2(byte[] in) throws KeyFormatException {
    requireCheap(in);
    byte[] plain = Pbes2.decrypt(in, PASSPHRASE);
    assertThat(plain.length).isLessThan(in.length);
    Arrays.fill(plain, (byte) 0);
  }

  private static void requireCheap(byte[] info) throws KeyFormatException {
    if (!HexFormat.of().formatHex(info).contains(CHEAP)) {
      throw Pbes2.wrongPassphrase();
    }
  }
}
