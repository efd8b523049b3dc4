package dev.parley.cli.options;

import dev.parley.Identity;
import dev.parley.SecretFile;
import dev.parley.cli.output.CliException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that say which agent the command speaks for. */
public final class IdentityOptions {
  private static final int MAX_PASSPHRASE_BYTES = 4096;

  @Option(
      names = {"-i", "--identity"},
      paramLabel = "FILE",
      description = "Key file of the agent, as \"parley id new\" writes it.")
  public @Nullable Path identity;

  @Option(
      names = "--passphrase-file",
      paramLabel = "FILE",
      description =
          "File whose first line is the passphrase of the key file; private, as the key file has to"
              + " be.")
  @Nullable Path passphraseFile;

  /** The file's identity, or a new one for this run where no file is named. */
  public Identity loadOrGenerate() {
    return identity == null ? Identity.generate() : load();
  }

  /** The file's identity. */
  public Identity load() {
    Path file = required();
    if (passphraseFile == null) {
      return Identity.load(file);
    }
    char[] passphrase = passphrase(passphraseFile);
    try {
      return Identity.load(file, passphrase);
    } finally {
      Arrays.fill(passphrase, '\0');
    }
  }

  /** Writes a new identity to the file. */
  public void save(Identity created) {
    Path file = required();
    if (passphraseFile == null) {
      created.save(file);
      return;
    }
    char[] passphrase = passphrase(passphraseFile);
    try {
      created.save(file, passphrase);
    } finally {
      Arrays.fill(passphrase, '\0');
    }
  }

  private Path required() {
    if (identity == null) {
      throw CliException.usage("name the key file: --identity FILE (or PARLEY_IDENTITY)");
    }
    return identity;
  }

  private static char[] passphrase(Path file) {
    byte[] content = SecretFile.read(file, MAX_PASSPHRASE_BYTES, "passphrase");
    CharBuffer chars;
    try {
      chars = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content));
    } catch (CharacterCodingException e) {
      throw CliException.usage("passphrase file " + file + " is not UTF-8 text");
    } finally {
      Arrays.fill(content, (byte) 0);
    }
    int end = 0;
    while (end < chars.limit() && chars.get(end) != '\n' && chars.get(end) != '\r') {
      end++;
    }
    char[] line = new char[end];
    chars.get(0, line);
    Arrays.fill(chars.array(), '\0');
    if (end == 0) {
      throw CliException.usage("passphrase file " + file + " has an empty first line");
    }
    return line;
  }
}
