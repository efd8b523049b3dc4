package dev.parley.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.AgentId;
import dev.parley.FailureCode;
import dev.parley.HandlerFailure;
import dev.parley.Identity;
import dev.parley.Inbound;
import dev.parley.LinkPath;
import dev.parley.Message;
import dev.parley.testkit.VirtualTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Sinks;
import reactor.test.subscriber.TestSubscriber;

/** Who gets places and space when strangers offer more than there is. */
class FileSharesTest {
  private static final int SPACE = 1000;

  @TempDir private Path inbox;

  private final VirtualTime time = VirtualTime.create();

  /** A small disk that the inbox alone fills. */
  private final Disk small =
      new Disk() {
        @Override
        public long freeBytes(Path directory) throws IOException {
          try (Stream<Path> files = Files.list(directory)) {
            return SPACE - files.mapToLong(file -> file.toFile().length()).sum();
          }
        }
      };

  private FileReceiver receiver(Disk disk) {
    return new FileReceiver(
        FileInbox.into(inbox),
        FileOptions.defaults().inbox(),
        disk,
        time.scheduler(),
        time.scheduler(),
        time,
        time);
  }

  /** One agent that offers files and sends what a test has it send. */
  private final class Sender {
    final AgentId id = Identity.generate().id();
    final LinkPath path;

    Sender(String remote) {
      path = new LinkPath("tcp", remote, false, "none", true);
    }

    Offer offer(FileReceiver receiver, String name, int size) {
      Message offered =
          FileWire.note(
              Map.of(
                  FileWire.NAME, name,
                  FileWire.SIZE, Integer.toString(size),
                  FileWire.TRANSFER, "0".repeat(32)));
      Inbound opening =
          Inbound.of(
              id, FileWire.ROUTE, offered, path, time.getAsLong() + 3_600_000_000_000L, time);
      Offer offer = new Offer();
      receiver.receive(opening, offer.items.asFlux()).subscribe(offer.answers);
      time.advance(Duration.ofMillis(10));
      return offer;
    }
  }

  private final class Offer {
    final Sinks.Many<Message> items = Sinks.many().unicast().onBackpressureBuffer();
    final TestSubscriber<Message> answers = TestSubscriber.create();

    Offer begin() {
      items.tryEmitNext(FileWire.note(Map.of(FileWire.FROM, "0")));
      return this;
    }

    Offer write(int bytes) {
      items.tryEmitNext(Message.of(new byte[bytes]));
      time.advance(Duration.ofMillis(10));
      return this;
    }

    boolean isTaken() {
      return !answers.isTerminated();
    }

    HandlerFailure refusal() {
      return (HandlerFailure) answers.expectTerminalError();
    }

    void end() {
      answers.cancel();
      time.advance(Duration.ofMillis(10));
    }
  }

  @Test
  void slowTransfersOfOneStrangerLeaveAPlace() {
    FileReceiver receiver = receiver(Disk.REAL);
    List<Offer> slow = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      slow.add(new Sender("192.0.2.1:7000").offer(receiver, "slow" + i, 10));
    }

    Offer other = new Sender("198.51.100.1:7000").offer(receiver, "small", 10);

    assertThat(slow).filteredOn(Offer::isTaken).hasSize(7);
    assertThat(slow.get(7).refusal().code()).isEqualTo(FailureCode.OVERLOADED);
    assertThat(other.isTaken()).isTrue();
    slow.forEach(Offer::end);
    other.end();
    assertThat(receiver.active()).isZero();
    assertThat(new Sender("192.0.2.1:7000").offer(receiver, "again", 10).isTaken()).isTrue();
  }

  @Test
  void offersAreReservedTogether() {
    FileReceiver receiver = receiver(small);
    Sender sender = new Sender("192.0.2.1:7000");
    Offer first = sender.offer(receiver, "a", 600).begin().write(100);

    assertThat(sender.offer(receiver, "b", 600).refusal().getMessage())
        .contains("no space for 600 bytes");
    Offer fits = sender.offer(receiver, "c", 400).begin();
    assertThat(fits.isTaken()).isTrue();
    assertThat(fits.write(400).isTaken()).isTrue();
    assertThat(first.write(500).isTaken()).isTrue();
  }

  @Test
  void whatIsRefusedOrOverReservesNothing() {
    FileReceiver receiver = receiver(small);
    Sender sender = new Sender("192.0.2.1:7000");
    for (int i = 0; i < 5; i++) {
      sender.offer(receiver, "a" + i, 900).end();
    }

    assertThat(sender.offer(receiver, "b", 900).isTaken()).isTrue();
  }

  @Test
  void anAbandonedPartMakesRoomForAFileThatComes() throws IOException {
    FileReceiver receiver = receiver(small);
    Sender stranger = new Sender("192.0.2.1:7000");
    stranger.offer(receiver, "big", 900).begin().write(800).end();
    stranger.offer(receiver, "later", 100).begin().write(50).end();
    List<Path> parts;
    try (Stream<Path> files = Files.list(inbox)) {
      parts =
          files.sorted((a, b) -> Long.compare(b.toFile().length(), a.toFile().length())).toList();
    }
    assertThat(parts).hasSize(2);
    Files.setLastModifiedTime(parts.get(0), FileTime.from(time.instant().minusSeconds(60)));
    Files.setLastModifiedTime(parts.get(1), FileTime.from(time.instant()));

    Offer other = new Sender("198.51.100.1:7000").offer(receiver, "needed", 300);

    assertThat(other.isTaken()).isTrue();
    assertThat(parts.get(0)).doesNotExist();
    assertThat(parts.get(1)).exists();
  }

  @Test
  void whatDoesNotFitInAnyCaseDeletesNothing() throws IOException {
    FileReceiver receiver = receiver(small);
    Sender stranger = new Sender("192.0.2.1:7000");
    stranger.offer(receiver, "big", 900).begin().write(800).end();

    Offer tooLarge = new Sender("198.51.100.1:7000").offer(receiver, "huge", 1001);

    assertThat(tooLarge.refusal().code()).isEqualTo(FailureCode.REJECTED);
    try (Stream<Path> files = Files.list(inbox)) {
      assertThat(files).hasSize(1);
    }
  }
}
