package dev.parley.node.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.parley.spi.StateStoreException;
import dev.parley.spi.StateStoreException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.scheduler.Schedulers;

@Timeout(60)
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "it has no POSIX permissions")
class LocalDiskTest {
  @TempDir private Path dir;

  private Path file() {
    return dir.resolve("bob.state");
  }

  private Path lock() {
    return dir.resolve("bob.state.lock");
  }

  private FileStateStore store(Path file) {
    return FileStateStore.builder(file, Schedulers.immediate(), Ask.RANDOM).build();
  }

  private void write(String... records) {
    FileStateStore store = store(file());
    Ask.append(store, records);
    Ask.close(store);
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(dir)) {
      return files.sorted().toList();
    }
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  @Test
  void createsPrivateFilesAndLeavesNothingElse() throws IOException {
    write("a");
    FileStateStore store = store(file());
    Ask.compact(store, "b");
    Ask.close(store);

    assertThat(files()).containsExactly(file(), lock());
    assertThat(mode(file())).isEqualTo("rw-------");
    assertThat(mode(lock())).isEqualTo("rw-------");
  }

  @Test
  void refusesFilesThatOthersHaveAccessTo() throws IOException {
    write("a");
    for (Path shared : List.of(file(), lock())) {
      for (String mode : List.of("rw-r-----", "rw----r--", "rw--w----", "rwx-----x")) {
        Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString(mode));
        StateStoreException e = Ask.failure(store(file()).load());
        assertThat(e.reason()).isEqualTo(Reason.NOT_PRIVATE);
        assertThat(e).hasMessageContaining(shared.toString()).hasMessageContaining(mode);
      }
      Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rw-------"));
    }
    FileStateStore store = store(file());
    assertThat(Ask.records(store)).containsExactly("a");
    Ask.close(store);
  }

  @Test
  void refusesLinksAndWhatIsNoFile() throws IOException {
    write("a");
    Path link = Files.createSymbolicLink(dir.resolve("link.state"), file());
    Path directory = Files.createDirectory(dir.resolve("d.state"));

    Ask.assertFails(store(link).load(), Reason.NOT_PRIVATE);
    Ask.assertFails(store(directory).load(), Reason.NOT_PRIVATE);
  }

  @Test
  void refusesTheFileOfAnotherUser() throws IOException {
    write("a");

    assertThatExceptionOfType(StateStoreException.class)
        .isThrownBy(() -> PrivateFile.require(file(), Optional.of("somebody-else")))
        .withMessageContaining("this process runs as somebody-else");
    assertThatCode(() -> PrivateFile.require(file(), Optional.empty())).doesNotThrowAnyException();
  }

  @Test
  void failsWhereTheDirectoryDoesNotExist() {
    Ask.assertFails(store(dir.resolve("none").resolve("bob.state")).load(), Reason.IO);
  }

  @Test
  void isForOneStoreAtATime() throws IOException {
    FileStateStore first = store(file());
    Ask.append(first, "a");
    Path alias = Files.createSymbolicLink(dir.resolve("alias"), dir);

    for (Path same : List.of(file(), alias.resolve("bob.state"))) {
      FileStateStore second = store(same);
      Ask.assertFails(second.append(Ask.bytes("b")), Reason.IN_USE);
      Ask.close(second);
    }

    Ask.append(first, "c");
    Ask.close(first);
    FileStateStore later = store(file());
    assertThat(Ask.records(later)).containsExactly("a", "c");
    Ask.close(later);
  }

  @Test
  void removesWhatAnInterruptedCompactionLeft() throws IOException {
    write("a");
    Path left = Files.createFile(dir.resolve(".bob.state.new"));
    write("b");

    assertThat(left).doesNotExist();
    assertThat(files()).containsExactly(file(), lock());
  }

  @Test
  void cutsATornFileOnDisk() throws IOException {
    write("a");
    byte[] before = Files.readAllBytes(lock());
    write("b");
    byte[] all = Files.readAllBytes(file());
    Files.write(file(), Arrays.copyOf(all, all.length - 1));
    Files.write(lock(), before);

    FileStateStore store = store(file());
    assertThat(Ask.records(store)).containsExactly("a");
    assertThat(store.cutBytes()).isEqualTo(28);
    assertThat(store.usedBytes()).isEqualTo(Files.size(file()));
    Ask.close(store);
  }
}
