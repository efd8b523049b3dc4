package dev.parley;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.parley.IdentityFileException.Reason;
import dev.parley.keys.Pem;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdentityFileTest {
  private static final char[] PASSPHRASE = "correct horse".toCharArray();

  @TempDir Path directory;
  private final Identity identity = Identity.generate();
  private Path file;
  private Path companion;

  @BeforeEach
  void name() {
    file = directory.resolve("identity.pem");
    companion = directory.resolve("identity.pem.pub");
  }

  @Test
  void savedIdentityLoadsAgain() throws IOException {
    identity.save(file);

    assertSame(Identity.load(file));
    assertSame(Identity.load(file, PASSPHRASE)); // a passphrase for a plain file is not needed
    assertThat(Files.readString(file)).startsWith("-----BEGIN PRIVATE KEY-----\n");
    assertThat(companion).hasContent(identity.id() + "\n");
  }

  @Test
  void encryptedIdentityLoadsWithItsPassphraseOnly() throws IOException {
    saveCheaply();

    assertSame(Identity.load(file, PASSPHRASE));
    assertThat(Files.readString(file)).startsWith("-----BEGIN ENCRYPTED PRIVATE KEY-----\n");
    assertReason(Reason.PASSPHRASE_REQUIRED, () -> Identity.load(file));
    assertReason(Reason.WRONG_PASSPHRASE, () -> Identity.load(file, "correct house".toCharArray()));
    assertThat(PASSPHRASE).containsExactly("correct horse".toCharArray());
  }

  private void saveCheaply() {
    identity.save(file, PASSPHRASE, KeyFileFixture.CHEAP, new SecureRandom());
  }

  @Test
  void encryptsWithTheDocumentedScryptParameters() throws IOException {
    identity.save(file, PASSPHRASE);
    byte[] der = KeyFileFixture.derOf(Files.readAllBytes(file));
    byte[] parameters = {2, 2, 0x40, 0, 2, 1, 8, 2, 1, 8}; // N = 0x4000, r = 8, p = 8

    assertThat(new String(der, ISO_8859_1)).contains(new String(parameters, ISO_8859_1));
    assertSame(Identity.load(file, PASSPHRASE));
  }

  @Test
  void filesAndNewDirectoriesAreForTheOwnerAlone() throws IOException {
    Path nested = directory.resolve("a/b/identity.pem");
    identity.save(nested);

    assertThat(permissions(nested)).isEqualTo("rw-------");
    assertThat(permissions(nested.getParent())).isEqualTo("rwx------");
    assertThat(permissions(directory.resolve("a"))).isEqualTo("rwx------");
    assertThat(permissions(nested.resolveSibling("identity.pem.pub"))).startsWith("rw-");
    assertSame(Identity.load(nested));
  }

  @Test
  void leavesNoOtherFileBehind() throws IOException {
    identity.save(file);
    assertReason(Reason.EXISTS, () -> identity.save(file));

    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files).containsExactlyInAnyOrder(file, companion);
    }
  }

  @Test
  void neverOverwritesAnIdentity() throws IOException {
    identity.save(file);
    byte[] before = Files.readAllBytes(file);

    assertReason(Reason.EXISTS, () -> Identity.generate().save(file));
    assertReason(Reason.EXISTS, () -> Identity.generate().save(file, PASSPHRASE));
    assertThat(file).hasBinaryContent(before);
    assertSame(Identity.load(file));
  }

  @Test
  void neverOverwritesACompanion() throws IOException {
    Files.writeString(companion, "precious");

    assertReason(Reason.EXISTS, () -> identity.save(file));
    assertThat(file).doesNotExist();
    assertThat(companion).hasContent("precious");
  }

  @Test
  void danglingLinkCountsAsAFile() throws IOException {
    Path elsewhere = directory.resolve("elsewhere");
    Files.createSymbolicLink(file, elsewhere);

    assertReason(Reason.EXISTS, () -> identity.save(file));
    assertThat(elsewhere).doesNotExist();
  }

  @Test
  void fileThatAppearsAfterTheCheckIsNotOverwritten() throws IOException {
    Files.writeString(file, "precious");

    assertReason(
        Reason.EXISTS,
        () ->
            OwnerOnlyFile.create(file, new byte[10], OwnerOnlyFile.OWNER_ONLY, new SecureRandom()));
    assertThat(file).hasContent("precious");
  }

  @Test
  void ofConcurrentSavesOneWins() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    List<Callable<Optional<Identity>>> saves = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      saves.add(() -> trySave(Identity.generate()));
    }
    try {
      List<Identity> winners = new ArrayList<>();
      for (Future<Optional<Identity>> save : threads.invokeAll(saves, 30, TimeUnit.SECONDS)) {
        save.get().ifPresent(winners::add);
      }
      assertThat(winners).hasSize(1);
      assertThat(Identity.load(file).id()).isEqualTo(winners.get(0).id());
    } finally {
      threads.shutdownNow();
    }
  }

  private Optional<Identity> trySave(Identity candidate) {
    try {
      candidate.save(file);
      return Optional.of(candidate);
    } catch (IdentityFileException e) {
      assertThat(e.reason()).isEqualTo(Reason.EXISTS);
      return Optional.empty();
    }
  }

  @Test
  void keyIsRemovedAgainIfItsCompanionCannotBeWritten() throws IOException {
    Path blocked = directory.resolve("x".repeat(230) + ".pem"); // fits; the temporary .pub does not
    assertReason(Reason.IO, () -> identity.save(blocked));

    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  void missingFileIsReported() {
    assertReason(Reason.NOT_FOUND, () -> Identity.load(file));
    assertReason(Reason.NOT_FOUND, () -> Identity.load(directory.resolve("no/such.pem")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rw-----w-", "rwx--x--x"})
  void refusesAFileThatOthersHaveAccessTo(String permissions) throws IOException {
    identity.save(file);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));

    assertReason(Reason.NOT_PRIVATE, () -> Identity.load(file));
  }

  @ParameterizedTest
  @ValueSource(strings = {"r--------", "rw-------", "rwx------"})
  void acceptsAnyPermissionsOfTheOwner(String permissions) throws IOException {
    identity.save(file);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));

    assertSame(Identity.load(file));
  }

  @Test
  void knowsTheUserOfThisProcess() throws IOException {
    identity.save(file);

    assertThat(OwnerOnlyFile.currentUser()).contains(Files.getOwner(file).getName());
  }

  @Test
  void refusesAFileOfAnotherUserOfThisMachine() throws IOException {
    Requirement.require("root".equals(System.getProperty("user.name")), "superuser to run tests");
    identity.save(file);
    Files.setAttribute(file, "unix:uid", 65534);

    assertReason(Reason.NOT_OWNER, () -> Identity.load(file));
  }

  @Test
  void followsASymbolicLinkOfItsOwn() throws IOException {
    Path link = directory.resolve("link.pem");
    identity.save(file);
    Files.createSymbolicLink(link, file);

    assertSame(Identity.load(link));
  }

  @Test
  void refusesADirectory() throws IOException {
    Files.createDirectory(file);

    assertReason(Reason.MALFORMED, () -> Identity.load(file));
  }

  @Test
  void refusesALargeFileUnread() throws IOException {
    writePrivate(file, new byte[IdentityFile.MAX_BYTES + 1]);
    assertReason(Reason.TOO_LARGE, () -> Identity.load(file));

    Files.write(file, new byte[IdentityFile.MAX_BYTES]);
    assertReason(Reason.MALFORMED, () -> Identity.load(file));
  }

  @Test
  void keyMustBelongToTheCompanion() throws IOException {
    identity.save(file);
    Files.writeString(companion, Identity.generate().id() + "\n");

    assertReason(Reason.ID_MISMATCH, () -> Identity.load(file));
  }

  @Test
  void companionMayBeMissing() throws IOException {
    identity.save(file);
    Files.delete(companion);

    assertSame(Identity.load(file));
  }

  @Test
  void companionMayBeWrittenByHand() throws IOException {
    identity.save(file);
    Files.writeString(companion, "  " + identity.id().toDid() + "\r\n");

    assertSame(Identity.load(file));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "hello", "z6Mk"})
  void companionMustHoldAnId(String content) throws IOException {
    identity.save(file);
    Files.writeString(companion, content);

    IdentityFileException e = assertReason(Reason.MALFORMED, () -> Identity.load(file));
    assertThat(e.path()).isEqualTo(companion.toString());
  }

  @Test
  void companionIsBounded() throws IOException {
    identity.save(file);
    Files.write(companion, new byte[257]);

    assertReason(Reason.TOO_LARGE, () -> Identity.load(file));
  }

  /** CBC has no integrity: this damage decrypts to another valid seed. */
  @Test
  void companionCatchesDamageThatDecryptionDoesNot() throws IOException {
    saveCheaply();
    byte[] der = KeyFileFixture.derOf(Files.readAllBytes(file));
    der[der.length - 64 + 20] ^= 1; // the second block of the ciphertext: half of the seed
    Files.write(file, Pem.encode("ENCRYPTED PRIVATE KEY", der));

    assertReason(Reason.ID_MISMATCH, () -> Identity.load(file, PASSPHRASE));
    Files.delete(companion);
    assertThat(Identity.load(file, PASSPHRASE).id()).isNotEqualTo(identity.id());
  }

  @Test
  void errorsNamePathAndRemedyButNoContent() throws IOException {
    identity.save(file);
    String body = Files.readAllLines(file).get(1);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

    IdentityFileException e = assertReason(Reason.NOT_PRIVATE, () -> Identity.load(file));
    assertThat(e).hasMessageContaining(file.toString()).hasMessageContaining("chmod 600");
    writePrivate(
        directory.resolve("bad.pem"), Files.readString(file).replace('A', '*').getBytes(US_ASCII));
    e = assertReason(Reason.MALFORMED, () -> Identity.load(directory.resolve("bad.pem")));
    assertThat(e).hasNoCause().hasMessageNotContaining(body.substring(22));
  }

  @Test
  void refusesImpossibleArguments() {
    assertThatIllegalArgumentException().isThrownBy(() -> identity.save(Path.of("/")));
    assertThatIllegalArgumentException().isThrownBy(() -> identity.save(file, new char[0]));
    assertThat(file).doesNotExist();
    identity.destroy();
    assertThatIllegalStateException().isThrownBy(() -> identity.save(file));
  }

  /** A file system without permissions, links or access control lists. */
  @Test
  void worksOnAFileSystemWithoutPermissions() throws IOException {
    Path zip = directory.resolve("files.zip");
    try (FileSystem files = FileSystems.newFileSystem(zip, Map.of("create", "true"))) {
      Path path = files.getPath("/keys/identity.pem");
      identity.save(path);

      assertSame(Identity.load(path));
      assertReason(Reason.EXISTS, () -> identity.save(path));
      assertReason(Reason.NOT_FOUND, () -> Identity.load(files.getPath("/keys/other.pem")));
    }
  }

  private void assertSame(Identity loaded) {
    assertThat(loaded.id()).isEqualTo(identity.id());
    assertThat(loaded.agreementKey()).isEqualTo(identity.agreementKey());
  }

  private static IdentityFileException assertReason(Reason reason, ThrowingCallable call) {
    IdentityFileException e = catchThrowableOfType(IdentityFileException.class, call);
    assertThat(e).isNotNull();
    assertThat(e.reason()).as("reason of: %s", e.getMessage()).isEqualTo(reason);
    return e;
  }

  private static void writePrivate(Path path, byte[] content) throws IOException {
    Files.write(path, content);
    Files.setPosixFilePermissions(path, OwnerOnlyFile.OWNER_ONLY);
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
