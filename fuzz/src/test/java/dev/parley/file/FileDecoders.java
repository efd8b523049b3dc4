package dev.parley.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.AgentId;
import dev.parley.HandlerFailure;
import dev.parley.Identity;
import dev.parley.Inbound;
import dev.parley.LinkPath;
import dev.parley.Message;
import dev.parley.fuzz.Decoder;
import dev.parley.fuzz.Seeds;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The messages of a file transfer. */
public final class FileDecoders {
  private static final List<String> HEADERS =
      List.of(FileWire.NAME, FileWire.SIZE, FileWire.TRANSFER, FileWire.SHA256, FileWire.FROM);
  private static final AgentId FROM = Identity.fromSeed(new byte[32]).id();
  private static final LinkPath PATH = new LinkPath("tcp", "peer:1", false, "none", false);

  private FileDecoders() {}

  /** The input's lines are the values of the headers. */
  public static List<Decoder> list() {
    return List.of(
        Decoder.of(
            "file-messages",
            HandlerFailure.class,
            Seeds.texts(
                "hammer.txt\n19\nc6aad115dbcf771258953df592430d7c\n"
                    + FileWire.SHA256_OF_NOTHING
                    + "\n0",
                "../x\n999999999999999999\n0\n\n-1",
                "Büro.pdf\n00\n"),
            FileDecoders::read));
  }

  private static void read(byte[] in) {
    String[] lines = new String(in, UTF_8).split("\n", HEADERS.size());
    Map<String, String> headers = new HashMap<>();
    for (int i = 0; i < lines.length; i++) {
      headers.put(HEADERS.get(i), lines[i]);
    }
    Message message = Message.Unsafe.wrap(new byte[0], FileWire.TYPE, headers);
    Inbound opening = Inbound.of(FROM, FileWire.ROUTE, message, PATH, 0, () -> 0);
    String digest = FileWire.digest(message);
    assertThat(digest == null || digest.length() == 64).isTrue();
    assertThat(FileWire.number(message, FileWire.FROM)).isGreaterThanOrEqualTo(-1);
    FileOffer offer = FileWire.offer(opening);
    Path directory = Path.of("/inbox");
    assertThat(directory.resolve(offer.name()).normalize().getParent()).isEqualTo(directory);
    assertThat(offer.size()).isNotNegative();
    assertThat(FileWire.transfer(opening)).hasSize(32);
  }
}
