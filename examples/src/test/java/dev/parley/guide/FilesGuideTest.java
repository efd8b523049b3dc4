package dev.parley.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.parley.FailureCode;
import dev.parley.MessagingException;
import dev.parley.file.FileInbox;
import dev.parley.file.FileSharing;
import dev.parley.file.ReceivedFile;
import dev.parley.file.SendFileOptions;
import dev.parley.file.TransferProgress;
import dev.parley.node.AgentNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;

class FilesGuideTest {
  private static final Page PAGE = Page.of("files.md");
  @RegisterExtension final Agents agents = new Agents();

  // region limits
  private final FileSharing sharing =
      FileSharing.builder().options(o -> o.inbox(i -> i.maxBytes(1_000_000))).build();
  // endregion
  private final AgentNode bob = agents.start(Agents.listening().with(sharing));
  private final AgentNode alice = agents.start(Agents.knowing(bob).with(FileSharing.defaults()));

  @Test
  void sendsAFile(@TempDir Path mine, @TempDir Path directory) throws Exception {
    BlockingQueue<ReceivedFile> came = new LinkedBlockingQueue<>();
    Path file = mine.resolve("catalogue.pdf");
    Files.write(file, new byte[300_000]);
    // region receive
    FileSharing.of(bob)
        .receive(
            FileInbox.into(directory) // must exist
                .accept(offer -> offer.from().equals(alice.id()) && offer.size() < 10_000_000)
                .onReceived(f -> came.add(f)));
    // endregion
    // region send
    Flux<TransferProgress> sending =
        FileSharing.of(alice)
            .send(bob.id(), file)
            .doOnNext(p -> System.out.printf("%d of %d bytes%n", p.bytes(), p.total()));
    sending.blockLast(); // the peer has it, with the right checksum
    // endregion

    ReceivedFile received = came.poll(30, TimeUnit.SECONDS);
    assertThat(received).isNotNull();
    assertThat(received.from()).isEqualTo(alice.id());
    assertThat(directory.resolve("catalogue.pdf")).hasSize(300_000);

    MessagingException again =
        (MessagingException)
            catchThrowable(() -> FileSharing.of(alice).send(bob.id(), file).blockLast());
    assertThat(again.code()).isEqualTo(FailureCode.REJECTED);
    PAGE.tells(String.valueOf(again.peerText()));

    // region name
    SendFileOptions renamed = SendFileOptions.defaults().name("catalogue-2.pdf");
    FileSharing.of(alice).send(bob.id(), file, renamed).blockLast();
    // endregion
    assertThat(directory.resolve("catalogue-2.pdf")).exists();
  }

  @Test
  void saysWhyAFileIsRefused(@TempDir Path mine, @TempDir Path directory) throws Exception {
    Path file = Files.write(mine.resolve("a.txt"), new byte[11]);
    tells(catchThrowable(() -> FileSharing.of(alice).send(bob.id(), file).blockLast()));

    FileSharing.of(bob).receive(FileInbox.into(directory).accept(offer -> false));
    tells(catchThrowable(() -> FileSharing.of(alice).send(bob.id(), file).blockLast()));

    FileSharing.of(bob).receive(FileInbox.into(directory));
    Files.write(file, new byte[1_000_001]);
    tells(catchThrowable(() -> FileSharing.of(alice).send(bob.id(), file).blockLast()));

    Path hidden = Files.write(mine.resolve(".secret"), new byte[1]);
    PAGE.tells(catchThrowable(() -> FileSharing.of(alice).send(bob.id(), hidden)).getMessage());
  }

  private static void tells(Throwable failure) {
    MessagingException e = (MessagingException) failure;
    PAGE.tells(e.code().name());
    if (e.peerText() != null) {
      PAGE.tells(e.peerText());
    }
  }
}
