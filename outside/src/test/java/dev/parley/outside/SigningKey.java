package dev.parley.outside;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.stream.Stream;

/** A key that signs for one test, in a directory of its own. */
final class SigningKey implements AutoCloseable {
  private final Path home;

  private SigningKey(Path home) {
    this.home = home;
  }

  static SigningKey create() throws IOException, InterruptedException {
    // Directly below the directory of temporary files: the agent's socket has a short path.
    Path home =
        Files.createTempDirectory(
            "gpg",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    SigningKey key = new SigningKey(home);
    ReleaseCopy.succeeded(
        key.in(Command.of("gpg", "--batch", "--passphrase", ""))
            .and("--quick-generate-key", "Test <test@parley.example>", "ed25519", "sign", "1d")
            .run());
    return key;
  }

  /** The command with this key as the only one. */
  Command in(Command command) {
    return command.with("GNUPGHOME", home.toString());
  }

  /** Whether the file beside it with {@code .asc} is its signature by this key. */
  boolean signed(Path file) throws IOException, InterruptedException {
    return in(Command.of("gpg", "--batch", "--verify", file + ".asc", file.toString()))
            .run()
            .exitCode()
        == 0;
  }

  @Override
  public void close() throws IOException, InterruptedException {
    in(Command.of("gpgconf", "--kill", "gpg-agent")).run();
    try (Stream<Path> files = Files.walk(home)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
