package dev.parley;

import dev.parley.IdentityFileException.Reason;
import dev.parley.keys.Der;
import dev.parley.keys.KeyFormatException;
import dev.parley.keys.PassphraseKdf;
import dev.parley.keys.Pbes2;
import dev.parley.keys.Pem;
import dev.parley.keys.Pkcs8;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An identity on disk: a PKCS#8 PEM file, and beside it, with {@code .pub} appended to the name, a
 * line with the agent id.
 *
 * <p>The companion is optional when reading. Where it exists it must agree with the private key:
 * that catches a damaged or exchanged key file, which encryption in CBC mode alone would not.
 */
final class IdentityFile {
  static final int MAX_BYTES = 16 * 1024;
  static final int MAX_PASSPHRASE_LENGTH = 1024;
  private static final int MAX_COMPANION_BYTES = 256;
  private static final String PLAIN = "PRIVATE KEY";
  private static final String ENCRYPTED = "ENCRYPTED PRIVATE KEY";

  private IdentityFile() {}

  /** Writes key and companion, or neither. */
  static void save(
      Path file,
      byte[] seed,
      AgentId id,
      char @Nullable [] passphrase,
      PassphraseKdf.Cost cost,
      SecureRandom random) {
    Path companion = companionOf(file);
    OwnerOnlyFile.requireAbsent(file);
    OwnerOnlyFile.requireAbsent(companion);
    byte[] pem = encode(seed, passphrase, cost, random);
    try {
      OwnerOnlyFile.createDirectoryOf(file);
      OwnerOnlyFile.create(file, pem, OwnerOnlyFile.OWNER_ONLY, random);
    } finally {
      Arrays.fill(pem, (byte) 0);
    }
    byte[] line = (id + "\n").getBytes(StandardCharsets.US_ASCII);
    try {
      OwnerOnlyFile.create(companion, line, OwnerOnlyFile.WORLD_READABLE, random);
    } catch (IdentityFileException e) {
      deleteOwn(file, e);
      throw e;
    }
  }

  private static void deleteOwn(Path file, IdentityFileException failure) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  private static byte[] encode(
      byte[] seed, char @Nullable [] passphrase, PassphraseKdf.Cost cost, SecureRandom random) {
    byte[] der = Pkcs8.encode(seed);
    try {
      if (passphrase == null) {
        return Pem.encode(PLAIN, der);
      }
      byte[] utf8 = utf8(passphrase);
      try {
        return Pem.encode(ENCRYPTED, Pbes2.encrypt(der, utf8, cost, random));
      } finally {
        Arrays.fill(utf8, (byte) 0);
      }
    } finally {
      Arrays.fill(der, (byte) 0);
    }
  }

  static Identity load(Path file, char @Nullable [] passphrase) {
    byte[] content = SecretFile.read(file, MAX_BYTES, "identity");
    byte[] seed = {};
    try {
      seed = decode(content, passphrase);
      Identity identity = Identity.fromSeed(seed);
      try {
        requireCompanionOf(file, identity.id());
      } catch (IdentityFileException e) {
        identity.destroy();
        throw e;
      }
      return identity;
    } catch (KeyFormatException e) {
      throw new IdentityFileException(Reason.valueOf(e.reason().name()), file, e.problem());
    } finally {
      Arrays.fill(content, (byte) 0);
      Arrays.fill(seed, (byte) 0);
    }
  }

  /** The seed in {@code content}, in a new array that the caller erases. */
  static byte[] decode(byte[] content, char @Nullable [] passphrase) throws KeyFormatException {
    String label = Pem.label(content);
    return switch (label) {
      case PLAIN -> decodePlain(Pem.decode(label, content));
      case ENCRYPTED -> decodeEncrypted(Pem.decode(label, content), passphrase);
      default ->
          throw KeyFormatException.malformed(
              "holds a block \"" + label + "\"; an identity is a PKCS#8 \"" + PLAIN + "\"");
    };
  }

  private static byte[] decodePlain(byte[] der) throws KeyFormatException {
    try {
      return Pkcs8.decode(der);
    } finally {
      Arrays.fill(der, (byte) 0);
    }
  }

  private static byte[] decodeEncrypted(byte[] der, char @Nullable [] passphrase)
      throws KeyFormatException {
    if (passphrase == null) {
      throw new KeyFormatException(
          KeyFormatException.Reason.PASSPHRASE_REQUIRED,
          "it is encrypted; load it with its passphrase");
    }
    byte[] utf8 = utf8(passphrase);
    try {
      byte[] plain = Pbes2.decrypt(der, utf8);
      if (!Der.isOneSequence(plain)) { // the padding was right by chance
        Arrays.fill(plain, (byte) 0);
        throw Pbes2.wrongPassphrase();
      }
      return decodePlain(plain);
    } finally {
      Arrays.fill(utf8, (byte) 0);
    }
  }

  private static void requireCompanionOf(Path file, AgentId id) {
    Path companion = companionOf(file);
    if (!Files.exists(companion, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    byte[] content = OwnerOnlyFile.readPublic(companion, MAX_COMPANION_BYTES);
    byte[] expected = parseCompanion(content, companion).toBytes();
    if (!MessageDigest.isEqual(expected, id.toBytes())) {
      throw new IdentityFileException(
          Reason.ID_MISMATCH,
          file,
          "its key does not belong to the id in "
              + companion.getFileName()
              + "; restore the key, or remove that file if the key is the right one");
    }
  }

  private static AgentId parseCompanion(byte[] content, Path companion) {
    try {
      return AgentId.parse(new String(content, StandardCharsets.ISO_8859_1).strip());
    } catch (IllegalArgumentException e) {
      throw new IdentityFileException(
          Reason.MALFORMED, companion, "it must hold one line with an agent id; or remove it");
    }
  }

  static Path companionOf(Path file) {
    Path name = file.getFileName();
    if (name == null) {
      throw new IllegalArgumentException("not a path to a file: " + file);
    }
    return file.resolveSibling(name + ".pub");
  }

  private static byte[] utf8(char[] passphrase) {
    if (passphrase.length < 1 || passphrase.length > MAX_PASSPHRASE_LENGTH) {
      throw new IllegalArgumentException(
          "the passphrase has "
              + passphrase.length
              + " characters, must be 1.."
              + MAX_PASSPHRASE_LENGTH);
    }
    ByteBuffer buffer = ByteBuffer.allocate(3 * passphrase.length);
    CharsetEncoder encoder = StandardCharsets.UTF_8.newEncoder();
    try {
      if (encoder.encode(CharBuffer.wrap(passphrase), buffer, true).isError()) {
        throw new IllegalArgumentException("the passphrase holds an unpaired surrogate");
      }
      return Arrays.copyOf(buffer.array(), buffer.position());
    } finally {
      Arrays.fill(buffer.array(), (byte) 0);
    }
  }
}
