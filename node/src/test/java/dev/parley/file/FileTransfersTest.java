package dev.parley.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.Executed;
import dev.parley.FailureCode;
import dev.parley.Message;
import dev.parley.MessagingException;
import dev.parley.StreamOptions;
import dev.parley.messenger.Messenger;
import dev.parley.testkit.VirtualTime;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

/** Files between two agents over a network in memory, in virtual time. */
class FileTransfersTest {
  private static final Duration HOP = Duration.ofMillis(10);
  private static final Duration LONG = Duration.ofMinutes(10);
  private static final int CHUNK = 8 * 1024;
  private static final SendFileOptions OPTIONS = SendFileOptions.defaults().chunkBytes(CHUNK);

  @TempDir Path source;
  @TempDir Path inbox;

  private final VirtualTime time = VirtualTime.startingAt(Instant.now());
  private final FileAgents agents = new FileAgents(time, HOP);
  private final Messenger alice = agents.messenger();
  private final Messenger bob = agents.messenger();
  private final SplittableRandom random = new SplittableRandom(7);
  private final FileTransfers sender = transfers(alice, Disk.REAL);
  private final List<ReceivedFile> received = new ArrayList<>();
  private byte[] content;
  private Path file;

  @BeforeEach
  void someFile() throws IOException {
    content = new byte[3_000_000];
    random.nextBytes(content);
    file = Files.write(source.resolve("big.bin"), content);
  }

  private FileTransfers transfers(Messenger messenger, Disk disk) {
    return transfers(messenger, disk, inbox -> {});
  }

  private FileTransfers transfers(
      Messenger messenger, Disk disk, Consumer<FileOptions.Inbox.Builder> limits) {
    return FileTransfers.builder(
            agents.hosts.of(messenger.id()), time.scheduler(), time.scheduler(), time, time, random)
        .options(FileOptions.builder().maxFilesSending(2).inbox(limits).build())
        .build(disk);
  }

  private FileTransfers receive(FileInbox options) {
    return receive(options, Disk.REAL);
  }

  private FileTransfers receive(FileInbox options, Disk disk) {
    return receive(transfers(bob, disk), options);
  }

  private FileTransfers receive(Consumer<FileOptions.Inbox.Builder> limits) {
    return receive(transfers(bob, Disk.REAL, limits), toInbox());
  }

  private FileTransfers receive(FileTransfers receiver, FileInbox options) {
    receiver.receive(options.onReceived(received::add));
    return receiver;
  }

  private FileInbox toInbox() {
    return FileInbox.into(inbox);
  }

  /** One sendFile and what became of it. */
  private final class Send {
    private final List<TransferProgress> progress = new ArrayList<>();
    private Throwable error;
    private boolean completed;
    private final Disposable subscription;

    Send(SendFileOptions options) {
      subscription =
          sender
              .send(bob.id(), file, options)
              .subscribe(progress::add, e -> error = e, () -> completed = true);
    }

    Send() {
      this(OPTIONS);
    }

    /** Goes on until the receiver has said that it has this many bytes. */
    Send until(long bytes) {
      while (bytes() < bytes) {
        assertThat(error).isNull();
        assertThat(time.advanceToNext()).isTrue();
      }
      return this;
    }

    long bytes() {
      return progress.isEmpty() ? 0 : progress.get(progress.size() - 1).bytes();
    }

    Send toEnd() {
      time.advance(LONG);
      return this;
    }

    MessagingException failure() {
      assertThat(error).isInstanceOf(MessagingException.class);
      return (MessagingException) error;
    }
  }

  private void cut() {
    agents.network.cut(alice.id(), bob.id());
    agents.network.heal(alice.id(), bob.id());
  }

  private List<String> inInbox() throws IOException {
    try (Stream<Path> files = Files.list(inbox)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }

  private Path part() throws IOException {
    try (Stream<Path> files = Files.list(inbox)) {
      return files.filter(f -> f.toString().endsWith(".part")).findFirst().orElseThrow();
    }
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  private void assertArrived(Send send) throws Exception {
    assertThat(send.error).isNull();
    assertThat(send.completed).isTrue();
    assertThat(send.progress.get(send.progress.size() - 1).isDone()).isTrue();
    assertThat(inInbox()).containsExactly("big.bin");
    assertThat(Files.readAllBytes(inbox.resolve("big.bin"))).isEqualTo(content);
    assertThat(received)
        .containsExactly(
            new ReceivedFile(
                alice.id(), inbox.resolve("big.bin"), content.length, sha256(content)));
  }

  private void assertNothingRuns(FileTransfers receiver) {
    assertThat(sender.sending()).isZero();
    assertThat(receiver.receiving()).isZero();
    assertThat(alice.sendsInFlight()).isZero();
    assertThat(bob.handlersRunning()).isZero();
  }

  @Test
  void wholeFileArrivesWithProgress() throws Exception {
    FileTransfers receiver = receive(toInbox());

    Send send = new Send().toEnd();

    assertArrived(send);
    assertThat(send.progress.get(0)).isEqualTo(new TransferProgress(0, 3_000_000, 0, 0, false));
    assertThat(send.progress).extracting(TransferProgress::bytes).isSorted().hasSizeBetween(4, 60);
    assertThat(send.progress.get(2).bytesPerSecond()).isPositive();
    assertNothingRuns(receiver);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK})
  void sizesAroundAChunkArrive(int size) throws Exception {
    content = Arrays.copyOf(content, size);
    Files.write(file, content);
    receive(toInbox());

    assertArrived(new Send().toEnd());
  }

  @Test
  void lostLinksAreResumedFromWhatTheReceiverHolds() throws Exception {
    content = new byte[6_000_000];
    random.nextBytes(content);
    Files.write(file, content);
    FileTransfers receiver = receive(toInbox());
    Send send = new Send().until(1);
    for (int i = 1; i <= 10; i++) {
      long before = send.bytes();
      send.until(before + 1);
      cut();
      int resumes = i;
      while (send.progress.get(send.progress.size() - 1).resumes() < resumes) {
        assertThat(time.advanceToNext()).isTrue();
      }
      assertThat(send.bytes())
          .as("what was acknowledged is not sent again")
          .isGreaterThanOrEqualTo(before);
    }

    assertArrived(send.toEnd());
    assertThat(send.progress.get(send.progress.size() - 1).resumes()).isEqualTo(10);
    assertNothingRuns(receiver);
  }

  @Test
  void linkLostBeforeTheLastWordIsNoSecondFile() throws Exception {
    receive(toInbox());
    Send send = new Send();
    while (received.isEmpty()) {
      assertThat(time.advanceToNext()).isTrue();
    }
    assertThat(send.completed).isFalse();

    cut();

    assertArrived(send.toEnd());
  }

  @Test
  void laterCallGoesOnWhereACancelledOneStopped() throws Exception {
    FileTransfers receiver = receive(toInbox());
    Send first = new Send().until(1_500_000);
    first.subscription.dispose();
    time.advance(HOP.multipliedBy(10));
    assertThat(inInbox()).hasSize(1).allMatch(name -> name.endsWith(".part"));
    assertNothingRuns(receiver);

    Send second = new Send().toEnd();

    assertThat(second.progress.get(0).bytes()).isGreaterThanOrEqualTo(1_500_000);
    assertArrived(second);
  }

  @Test
  void restartedReceiverVerifiesWhatItHolds() throws Exception {
    receive(toInbox());
    Send first = new Send().until(1_500_000);
    first.subscription.dispose();
    time.advance(HOP.multipliedBy(10));
    receive(toInbox());

    Send second = new Send().toEnd();

    assertThat(second.progress.get(0).bytes()).isGreaterThanOrEqualTo(1_500_000);
    assertArrived(second);
  }

  @Test
  void beginningThatDiffersIsSentAgain() throws Exception {
    receive(toInbox());
    Send first = new Send().until(1_500_000);
    first.subscription.dispose();
    time.advance(HOP.multipliedBy(10));
    try (RandomAccessFile part = new RandomAccessFile(part().toFile(), "rw")) {
      part.seek(70_000);
      part.write(content[70_000] ^ 1);
    }
    receive(toInbox());

    Send second = new Send().toEnd();

    assertThat(second.progress.get(0).bytes()).isZero();
    assertArrived(second);
  }

  @Test
  void laterTransferOfTheSameFileTakesOver() throws Exception {
    FileTransfers receiver = receive(limits -> limits.maxTransfers(1));
    Send first = new Send().until(1_000_000);

    Send second = new Send().toEnd();

    assertThat(first.failure().peerText()).isEqualTo("another transfer of this file took over");
    assertThat(second.progress.get(0).bytes()).isGreaterThanOrEqualTo(1_000_000);
    assertArrived(second);
    assertNothingRuns(receiver);
  }

  @Test
  void existingFileIsRefusedAndStays() throws Exception {
    FileTransfers receiver = receive(toInbox());
    Files.writeString(inbox.resolve("big.bin"), "precious");

    Send send = new Send().toEnd();

    assertThat(send.failure().code()).isEqualTo(FailureCode.REJECTED);
    assertThat(send.failure().executed()).isEqualTo(Executed.NO);
    assertThat(send.failure().peerText()).startsWith("a file of this name exists;");
    assertThat(inbox.resolve("big.bin")).hasContent("precious");
    assertThat(inInbox()).containsExactly("big.bin");
    assertNothingRuns(receiver);
  }

  @Test
  void existingFileIsReplacedWhereThatIsWanted() throws Exception {
    receive(limits -> limits.overwrite(true));
    Files.writeString(inbox.resolve("big.bin"), "old");

    assertArrived(new Send().toEnd());
  }

  @Test
  void fileThatComesInTheMeantimeStays() throws Exception {
    receive(toInbox());
    Send send = new Send().until(1_000_000);
    Files.writeString(inbox.resolve("big.bin"), "precious");

    send.toEnd();

    assertThat(send.failure().code()).isEqualTo(FailureCode.REMOTE_FAILURE);
    assertThat(send.failure().peerText()).contains("has come in the meantime");
    assertThat(inbox.resolve("big.bin")).hasContent("precious");
    assertThat(inInbox()).containsExactly("big.bin");
  }

  @Test
  void diskThatIsFullBeforeIsRefused() throws Exception {
    receive(toInbox(), new FullDisk(1_000_000));

    Send send = new Send().toEnd();

    assertThat(send.failure().code()).isEqualTo(FailureCode.REJECTED);
    assertThat(send.failure().peerText()).contains("no space for 3000000 bytes");
    assertThat(inInbox()).isEmpty();
  }

  @Test
  void diskThatFillsUpIsAFailureAndLeavesNothing() throws Exception {
    FullDisk disk = new FullDisk(5_000_000);
    FileTransfers receiver = receive(toInbox(), disk);
    Send send = new Send().until(1_000_000);
    disk.free = 0;

    send.toEnd();

    assertThat(send.failure().code()).isEqualTo(FailureCode.REJECTED);
    assertThat(send.failure().executed()).isEqualTo(Executed.YES);
    assertThat(send.failure().peerText()).startsWith("the receiver's disk is full;");
    assertThat(inInbox()).isEmpty();
    assertNothingRuns(receiver);
  }

  /** A disk with so many bytes left. */
  private static final class FullDisk implements Disk {
    private long free;

    FullDisk(long free) {
      this.free = free;
    }

    @Override
    public void write(RandomAccessFile file, byte[] bytes) throws IOException {
      if (bytes.length > free) {
        throw new IOException("No space left on device");
      }
      Disk.super.write(file, bytes);
      free -= bytes.length;
    }

    @Override
    public long freeBytes(Path directory) {
      return free;
    }
  }

  @Test
  void unwantedFilesAreRefused() throws Exception {
    List<FileOffer> offers = new ArrayList<>();
    receive(toInbox().accept(offer -> !offers.add(offer)));

    Send send = new Send().toEnd();

    assertThat(offers).containsExactly(new FileOffer(alice.id(), "big.bin", 3_000_000));
    assertThat(send.failure().code()).isEqualTo(FailureCode.REJECTED);
    assertThat(send.failure().peerText()).contains("does not take this file");
    assertThat(inInbox()).isEmpty();
  }

  @Test
  void largerFilesThanTheLimitAreRefused() throws Exception {
    receive(limits -> limits.maxBytes(2_999_999));

    Send send = new Send().toEnd();

    assertThat(send.failure().code()).isEqualTo(FailureCode.REJECTED);
    assertThat(send.failure().peerText()).contains("3000000 bytes", "takes 2999999");
  }

  @Test
  void moreFilesAtATimeThanTheLimitAreRefused() throws Exception {
    receive(limits -> limits.maxTransfers(1));
    Send first = new Send().until(1);

    Send second = new Send(OPTIONS.name("other")).toEnd();

    assertThat(second.failure().code()).isEqualTo(FailureCode.OVERLOADED);
    assertThat(second.failure().executed()).isEqualTo(Executed.NO);
    assertArrived(first);
  }

  @Test
  void sendingMoreFilesAtATimeThanTheLimitFailsHere() {
    receive(toInbox());
    new Send();
    new Send(OPTIONS.name("other"));

    Send third = new Send(OPTIONS.name("third"));

    assertThat(third.failure().code()).isEqualTo(FailureCode.OVERLOADED);
    assertThat(third.failure().getMessage()).contains("2 files are being sent already");
    time.advance(LONG);
    assertThat(sender.sending()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"../x", "/etc/x", "a/b", "a\\b", "..", ".", "", ".ssh", "a\nb", "c:x", "a\0b"})
  void namesThatLeadElsewhereAreRefused(String name) throws Exception {
    receive(toInbox());
    List<Throwable> errors = new ArrayList<>();
    Message opening =
        Message.of(new byte[0], FileWire.TYPE)
            .withHeader("name", name)
            .withHeader("size", "1")
            .withHeader("transfer", "0".repeat(32));

    alice
        .channel(bob.id(), opening, Flux.never(), StreamOptions.to(FileWire.ROUTE))
        .subscribe(m -> {}, errors::add);
    time.advance(LONG);

    assertThat(errors).hasSize(1);
    assertThat(((MessagingException) errors.get(0)).code()).isEqualTo(FailureCode.REJECTED);
    assertThat(((MessagingException) errors.get(0)).peerText()).contains("the name must be");
    assertThat(inInbox()).isEmpty();
    assertThatThrownBy(() -> SendFileOptions.defaults().name(name))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private Throwable sendByHand(List<Message> items) {
    return sendByHand(Flux.fromIterable(items));
  }

  private Throwable sendByHand(Flux<Message> items) {
    List<Throwable> errors = new ArrayList<>();
    Message opening = FileWire.note(Map.of("name", "x", "size", "3", "transfer", "0".repeat(32)));
    alice
        .channel(bob.id(), opening, items, StreamOptions.to(FileWire.ROUTE))
        .subscribe(m -> {}, errors::add);
    time.advance(LONG);
    assertThat(errors).hasSize(1);
    return errors.get(0);
  }

  @Test
  void wrongChecksumIsAFailureAndLeavesNothing() throws Exception {
    receive(toInbox());

    Throwable error =
        sendByHand(
            List.of(
                FileWire.note(Map.of("from", "0")),
                Message.text("abc"),
                FileWire.note(Map.of("sha256", "0".repeat(64)))));

    assertThat(((MessagingException) error).peerText()).contains("the checksum is wrong");
    assertThat(inInbox()).isEmpty();
    assertThat(received).isEmpty();
  }

  @Test
  void moreBytesThanOfferedAreAFailure() throws Exception {
    receive(toInbox());

    Throwable error = sendByHand(List.of(FileWire.note(Map.of("from", "0")), Message.text("abcd")));

    assertThat(((MessagingException) error).peerText()).contains("more bytes came");
    assertThat(inInbox()).isEmpty();
  }

  @Test
  void fewerBytesThanOfferedAreAFailure() throws Exception {
    receive(toInbox());

    Throwable error =
        sendByHand(
            List.of(
                FileWire.note(Map.of("from", "0")),
                Message.text("ab"),
                FileWire.note(Map.of("sha256", sha256("ab".getBytes())))));

    assertThat(((MessagingException) error).peerText()).contains("the end came after 2 bytes");
    assertThat(inInbox()).allMatch(name -> name.endsWith(".part"));
  }

  @Test
  void fileThatChangesIsAFailureHere() throws Exception {
    receive(toInbox());
    Send send = new Send().until(1_000_000);
    content[2_900_000]++;
    Files.write(file, content);
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(60)));

    send.toEnd();

    assertThat(send.error)
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining("changed while it was being sent");
    assertThat(inInbox()).allMatch(name -> name.endsWith(".part"));
    assertThat(received).isEmpty();
  }

  @Test
  void fileThatShrinksIsAFailureHere() throws Exception {
    receive(toInbox());
    Send send = new Send().until(1);
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
      open.setLength(1000);
    }

    send.toEnd();

    assertThat(send.error).isInstanceOf(FileSystemException.class);
    assertThat(received).isEmpty();
  }

  @Test
  void fileThatIsNotThereIsAFailureHere() {
    receive(toInbox());
    file = source.resolve("none");

    Send send = new Send().toEnd();

    assertThat(send.error).isInstanceOf(NoSuchFileException.class);
    assertThat(sender.sending()).isZero();
  }

  @Test
  void peersThatTakeNoFilesSaySo() {
    assertThat(new Send().toEnd().failure().code()).isEqualTo(FailureCode.NO_RECEIVER);
  }

  @Test
  void peersThatAreNotReachedFailAtOnce() {
    receive(toInbox());
    agents.network.isolate(bob.id());

    Send send = new Send();
    time.advance(Duration.ofSeconds(1));

    assertThat(send.failure().code()).isEqualTo(FailureCode.AGENT_UNREACHABLE);
  }

  @Test
  void peersThatStayAwayAreGivenUp() throws Exception {
    receive(toInbox());
    Send send = new Send(OPTIONS.maxRetries(5)).until(1_000_000);
    agents.network.cut(alice.id(), bob.id());

    time.advance(Duration.ofSeconds(30));

    assertThat(send.failure().code()).isEqualTo(FailureCode.AGENT_UNREACHABLE);
    assertThat(inInbox()).allMatch(name -> name.endsWith(".part"));
    assertThat(sender.sending()).isZero();
  }

  @Test
  void peersThatStayAwayTooLongAreGivenUp() {
    receive(toInbox());
    Duration limit = Duration.ofMinutes(1);
    Send send = new Send(OPTIONS.maxRetries(1000).giveUpAfter(limit)).until(1_000_000);
    agents.network.cut(alice.id(), bob.id());

    time.advance(limit.minusSeconds(1));
    assertThat(send.error).isNull();
    time.advance(Duration.ofSeconds(21));

    assertThat(send.failure().code()).isEqualTo(FailureCode.AGENT_UNREACHABLE);
  }

  @Test
  void silentSendersEndAndLeaveTheirPlace() {
    FileTransfers receiver = receive(limits -> limits.idleTimeout(Duration.ofMinutes(1)));

    Throwable error = sendByHand(Flux.never());

    assertThat(((MessagingException) error).peerText()).contains("nothing came for too long");
    assertNothingRuns(receiver);
  }

  @Test
  void oldPartsAreDeletedAndNothingElse() throws Exception {
    FileTime old = FileTime.from(time.instant().minus(Duration.ofHours(25)));
    for (int i = 0; i < 3; i++) {
      Path part = Files.createFile(inbox.resolve(".parley-" + (i + "0".repeat(31)) + ".part"));
      Files.setLastModifiedTime(part, i == 0 ? FileTime.from(time.instant()) : old);
    }
    Path mine = Files.createFile(inbox.resolve(".parley-notes.part"));
    Files.setLastModifiedTime(mine, old);
    receive(toInbox());

    new Send().toEnd();

    assertThat(inInbox())
        .containsExactly(".parley-0" + "0".repeat(31) + ".part", ".parley-notes.part", "big.bin");
  }

  @Test
  void partsAreBoundedTheOldestGoFirst() throws Exception {
    for (int i = 0; i < 5; i++) {
      Path part = Files.createFile(inbox.resolve(".parley-" + (i + "0".repeat(31)) + ".part"));
      Files.setLastModifiedTime(part, FileTime.from(time.instant().minusSeconds(i)));
    }
    receive(limits -> limits.maxParts(2));

    new Send().toEnd();

    assertThat(inInbox())
        .containsExactly(
            ".parley-0" + "0".repeat(31) + ".part",
            ".parley-1" + "0".repeat(31) + ".part",
            "big.bin");
  }
}
