package dev.parley.transport.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.fuzz.Decoder;
import dev.parley.fuzz.Seeds;
import dev.parley.transport.crypto.AeadAlgorithm;
import dev.parley.transport.crypto.AeadKey;
import java.util.Arrays;
import java.util.List;

/** Records, and what stands in them. */
public final class RecordDecoders {
  private RecordDecoders() {}

  public static List<Decoder> list() {
    return List.of(
        Decoder.of(
            "control",
            RecordException.class,
            Seeds.vectors("control.json", "inner"),
            RecordDecoders::control),
        Decoder.of(
            "record-frames",
            RecordException.class,
            Seeds.vectors("records.json", "inner"),
            RecordDecoders::frames),
        Decoder.of(
            "record",
            RecordException.class,
            Seeds.all(
                List.of(new Sealing().unit(new byte[] {1, 4, 0x14, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8})),
                Seeds.vectors("records.json", "record")),
            in -> {
              RecordOpener opener = new RecordPair().opener();
              int from = Math.min(2, in.length);
              opener.open(in, from, in.length - from, new byte[in.length + 1], 0);
            }));
  }

  private static void control(byte[] in) throws RecordException {
    ControlRecord record = ControlRecord.decode(in, 0, in.length);
    if (record instanceof ControlRecord.Ignored) {
      return; // of a newer version, and not for us to send
    }
    byte[] again = new byte[ControlCodec.MAX_BYTES];
    int length = ControlCodec.encode(record, again, 0);
    assertThat(ControlRecord.decode(again, 0, length)).isEqualTo(record);
  }

  private static void frames(byte[] in) throws RecordException {
    if (in.length == 0) {
      throw new RecordException(RecordFault.BAD_FRAMES); // an opened record has a byte at least
    }
    RecordFrames frames = new RecordFrames();
    frames.reset(in, 0, in.length);
    int at = 1;
    while (frames.next()) {
      assertThat(frames.offset()).isEqualTo(at + RecordFormat.FRAME_HEADER_BYTES);
      assertThat(frames.length()).isGreaterThanOrEqualTo(RecordFormat.MIN_FRAME_BYTES);
      at = frames.offset() + frames.length();
    }
    byte[] padding = Arrays.copyOfRange(in, at, in.length);
    assertThat(padding).isEqualTo(new byte[padding.length]);
  }

  /** Seals whatever a peer may put into records, for {@link RecordPair#opener()}. */
  public static final class Sealing {
    private final AeadKey key = SessionFixture.key(AeadAlgorithm.AES_256_GCM, 1);
    private long n;

    /** A record with its length. */
    public byte[] unit(byte[] plain) {
      byte[] unit = HandshakeWire.unit(plain.length + RecordFormat.TAG_BYTES);
      key.seal(n++, new byte[0], plain, 0, plain.length, unit, 2);
      return unit;
    }
  }
}
