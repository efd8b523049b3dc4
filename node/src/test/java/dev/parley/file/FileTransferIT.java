package dev.parley.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Address;
import dev.parley.Identity;
import dev.parley.PeerAddress;
import dev.parley.node.AgentNode;
import dev.parley.node.AgentNodeBuilder;
import dev.parley.testkit.fault.FaultProxy;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A file between two real nodes, over a network that cuts the link ten times. {@code
 * -Dparley.file.size=1073741824} has it be 1 GiB instead of 8 MiB.
 */
@Timeout(900)
class FileTransferIT {
  private static final Duration LIMIT = Duration.ofMinutes(14);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final long SIZE = Long.getLong("parley.file.size", 8L << 20);
  private static final int CUTS = 10;

  @TempDir Path source;
  @TempDir Path inbox;

  private static AgentNodeBuilder node() {
    return AgentNode.builder()
        .identity(Identity.generate())
        .network("files")
        .transport(
            o ->
                o.liveness(v -> v.stallTimeout(PATIENCE))
                    .dialling(d -> d.dialTimeout(PATIENCE))); // the machine may be slow
  }

  private Path randomFile() throws IOException {
    Path file = source.resolve("large.bin");
    SplittableRandom random = new SplittableRandom(1);
    byte[] block = new byte[1 << 20];
    try (OutputStream out = Files.newOutputStream(file)) {
      for (long left = SIZE; left > 0; left -= block.length) {
        random.nextBytes(block);
        out.write(block, 0, (int) Math.min(block.length, left));
      }
    }
    return file;
  }

  private static String sha256(Path file) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  @Test
  void fileArrivesWholeOverALinkThatIsCutTenTimes() throws Exception {
    Path file = randomFile();
    List<ReceivedFile> received = new CopyOnWriteArrayList<>();
    AtomicInteger cuts = new AtomicInteger();
    try (AgentNode bob =
            node()
                .listen("127.0.0.1", 0)
                .with(FileSharing.into(FileInbox.into(inbox).onReceived(received::add)))
                .start()
                .block();
        FaultProxy proxy = FaultProxy.to("127.0.0.1", bob.addresses().get(0).port()).start();
        AgentNode alice =
            node()
                .peer(new PeerAddress(bob.id(), Address.tcp("127.0.0.1", proxy.port())))
                .with(FileSharing.defaults())
                .start()
                .block()) {
      TransferProgress last =
          FileSharing.of(alice)
              .send(bob.id(), file, SendFileOptions.defaults().chunkBytes(16 * 1024))
              .doOnNext(
                  p -> {
                    int next = cuts.get() + 1;
                    if (next <= CUTS && p.bytes() > next * SIZE / (CUTS + 2)) {
                      cuts.set(next);
                      proxy.resetAll();
                    }
                  })
              .blockLast(LIMIT);

      assertThat(last.isDone()).isTrue();
      assertThat(last.bytes()).isEqualTo(SIZE);
      assertThat(last.resumes()).isGreaterThanOrEqualTo(CUTS);
      assertThat(proxy.counters().accepted()).isGreaterThan(CUTS);
      assertThat(proxy.counters().bytesToServer())
          .as("at most what was under way at a cut is sent twice")
          .isLessThan(SIZE + SIZE / 10 + CUTS * (1L << 20));
    }
    String sum = sha256(file);
    assertThat(sha256(inbox.resolve("large.bin"))).isEqualTo(sum);
    assertThat(received).extracting(ReceivedFile::sha256).containsExactly(sum);
    try (Stream<Path> all = Files.list(inbox)) {
      assertThat(all).hasSize(1);
    }
  }
}
