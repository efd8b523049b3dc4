package dev.parley;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.parley.IdentityFileException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretFileTest {
  private static final Optional<String> SOMEBODY = Optional.of("somebody");

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"r--------", "rw-------"})
  void readsAFileOfItsOwnThatIsPrivate(String permissions) throws IOException {
    assertThat(read(file(permissions))).isEqualTo("secret");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r-----", "rw-rw----", "rw----r--", "r--r--r--", "rw-----w-"})
  void refusesAFileOfItsOwnThatOthersHaveAccessTo(String permissions) throws IOException {
    refuses(Reason.NOT_PRIVATE, file(permissions), OwnerOnlyFile.currentUser());
  }

  @Test
  void lettingAGroupReadIsForTheSuperuserToDecide() throws IOException {
    requireRoot();

    assertThat(SecretFile.read(file("r--r-----"), 64, "passphrase", SOMEBODY)).hasSize(6);
    refuses(Reason.NOT_PRIVATE, file("r--rw----"), SOMEBODY);
    refuses(Reason.NOT_PRIVATE, file("r--r--r--"), SOMEBODY);
  }

  @Test
  void refusesAFileOfAnotherUser() throws IOException {
    requireRoot();
    Path file = file("rw-------");
    Files.setAttribute(file, "unix:uid", 65534);

    refuses(Reason.NOT_OWNER, file, SOMEBODY);
  }

  @Test
  void followsLinksAsOfAMountedSecretButNotThoseOfAnotherUser() throws IOException {
    Path data = Files.createDirectory(directory.resolve("..2026"));
    Files.move(file("r--------"), data.resolve("key"));
    Files.createSymbolicLink(directory.resolve("..data"), Path.of("..2026"));
    Path link = Files.createSymbolicLink(directory.resolve("key"), Path.of("..data", "key"));
    assertThat(read(link)).isEqualTo("secret");

    requireRoot();
    new ProcessBuilder("chown", "-h", "65534", link.toString()).inheritIO().start().onExit().join();
    refuses(Reason.SYMLINK, link, SOMEBODY);
  }

  @Test
  void saysWhatKindOfFileItIsAndWhatIsWrong() throws IOException {
    assertThatExceptionOfType(IdentityFileException.class)
        .isThrownBy(() -> read(file("rw-r--r--")))
        .withMessageStartingWith("passphrase file " + directory)
        .withMessageContaining("others have access to it (rw-r--r--)");
    refuses(Reason.MALFORMED, directory, OwnerOnlyFile.currentUser());
    refuses(Reason.NOT_FOUND, directory.resolve("none"), OwnerOnlyFile.currentUser());
    refuses(Reason.TOO_LARGE, large(), OwnerOnlyFile.currentUser());
  }

  private Path large() throws IOException {
    return Files.writeString(file("rw-------"), "x".repeat(65));
  }

  private static void refuses(Reason reason, Path file, Optional<String> user) {
    assertThatExceptionOfType(IdentityFileException.class)
        .isThrownBy(() -> SecretFile.read(file, 64, "passphrase", user))
        .extracting(IdentityFileException::reason)
        .isEqualTo(reason);
  }

  private static void requireRoot() {
    Requirement.require("root".equals(System.getProperty("user.name")), "superuser to run tests");
  }

  private static String read(Path file) {
    return new String(SecretFile.read(file, 64, "passphrase"), StandardCharsets.UTF_8);
  }

  private Path file(String permissions) throws IOException {
    Path file = Files.createTempFile(directory, "secret", ".txt");
    Files.writeString(file, "secret");
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
  }
}
