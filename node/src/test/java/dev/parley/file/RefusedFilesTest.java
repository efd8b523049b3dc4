package dev.parley.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.FailureCode;
import dev.parley.MessagingException;
import dev.parley.messenger.Messenger;
import dev.parley.testkit.VirtualTime;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a receiver's disk or system does not take: the sender is told why and what to do. */
class RefusedFilesTest {
  @TempDir private Path source;
  @TempDir private Path inbox;

  private final VirtualTime time = VirtualTime.create();
  private final FileAgents agents = new FileAgents(time, Duration.ofMillis(1));
  private final Messenger alice = agents.messenger();
  private final Messenger bob = agents.messenger();

  private FileTransfers transfers(Messenger messenger, Disk disk) {
    return FileTransfers.builder(
            agents.hosts.of(messenger.id()),
            time.scheduler(),
            time.scheduler(),
            time,
            time,
            new SplittableRandom(1))
        .build(disk);
  }

  private MessagingException refusal(Disk disk) throws IOException {
    Path file = Files.writeString(source.resolve("note.txt"), "all of it");
    FileTransfers receiver = transfers(bob, disk);
    receiver.receive(FileInbox.into(inbox));
    AtomicReference<Throwable> error = new AtomicReference<>();
    transfers(alice, Disk.REAL)
        .send(bob.id(), file, SendFileOptions.defaults())
        .subscribe(progress -> {}, error::set);
    time.advance(Duration.ofMinutes(1));

    MessagingException e = (MessagingException) error.get();
    assertThat(e.code()).isEqualTo(FailureCode.REJECTED);
    assertThat(e.getMessage()).doesNotContain(inbox.toString()).contains(e.peerText());
    assertThat(receiver.receiving()).isZero();
    assertThat(bob.handlersRunning()).isZero();
    return e;
  }

  @Test
  void aNameThatTheReceiversLocaleCannotWrite() throws IOException {
    Disk ascii =
        new Disk() {
          @Override
          public Path named(Path directory, String name) {
            throw new InvalidPathException(name, "Malformed input or unmappable characters");
          }
        };

    assertThat(refusal(ascii).peerText()).contains("under another name, in ASCII");
  }

  @Test
  void aNameThatIsTooLongForTheFileSystem() throws IOException {
    Disk shortNames =
        new Disk() {
          @Override
          public BasicFileAttributes attributes(Path path) throws IOException {
            throw new FileSystemException(path.toString(), null, "File name too long");
          }
        };

    assertThat(refusal(shortNames).peerText()).contains("under a shorter one");
  }

  @Test
  void aNameThatADirectoryHas() throws IOException {
    Files.createDirectory(inbox.resolve("note.txt"));

    assertThat(refusal(Disk.REAL).peerText())
        .isEqualTo("the receiver has a directory of this name; send the file under another name");
  }

  @Test
  void aDirectoryInWhichTheReceiverMayNotWrite() throws IOException {
    Disk readOnly =
        new Disk() {
          @Override
          public RandomAccessFile open(Path file) throws IOException {
            throw new FileNotFoundException(file + " (Permission denied)");
          }
        };

    assertThat(refusal(readOnly).peerText()).startsWith("the receiver cannot write to its inbox;");
  }

  @Test
  void aDiskWithoutRoomForAnotherName() throws IOException {
    Disk full =
        new Disk() {
          @Override
          public RandomAccessFile open(Path file) throws IOException {
            throw new FileNotFoundException(file + " (No space left on device)");
          }

          @Override
          public long freeBytes(Path directory) {
            return 0;
          }
        };

    assertThat(refusal(full).peerText()).startsWith("the receiver's disk is full;");
  }
}
