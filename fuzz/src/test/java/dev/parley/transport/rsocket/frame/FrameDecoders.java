package dev.parley.transport.rsocket.frame;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Annex;
import dev.parley.Message;
import dev.parley.TraceContext;
import dev.parley.fuzz.Choices;
import dev.parley.fuzz.Decoder;
import dev.parley.fuzz.Seeds;
import dev.parley.transport.session.ControlRecord;
import dev.parley.transport.session.RecordDecoders;
import dev.parley.transport.session.RecordException;
import dev.parley.transport.session.RecordPair;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** A stream of bytes into records and frames, and the metadata of frames. */
public final class FrameDecoders {
  private static final int MAX_PLAIN = 4_000;

  private FrameDecoders() {}

  public static List<Decoder> list() {
    List<byte[]> plains = new ArrayList<>();
    plains.addAll(Seeds.vectors("control.json", "inner"));
    plains.addAll(Seeds.vectors("records.json", "inner"));
    byte[] frame = {0, 0, 0, 6, 0, 0, 0, 1, 0x24, 0};
    return List.of(
        Decoder.of(
            "record-stream",
            RecordException.class,
            Seeds.all(
                List.of(stream(frame), stream(frame, frame, frame)),
                plains.stream()
                    .filter(plain -> plain.length < MAX_PLAIN)
                    .map(FrameDecoders::stream)
                    .toList()),
            FrameDecoders::records),
        Decoder.of(
            "metadata",
            IllegalArgumentException.class,
            Seeds.all(
                Seeds.behind(0, Seeds.vectors("metadata.json", "metadata")),
                Seeds.behind(3, Seeds.vectors("metadata.json", "metadata"))),
            FrameDecoders::metadata));
  }

  /** An input of {@link #records}: these plaintexts, sealed, and three bytes to cut them with. */
  private static byte[] stream(byte[]... plains) {
    byte[] input = {};
    for (byte[] plain : plains) {
      byte[] head = {0, (byte) (plain.length >> 8), (byte) plain.length};
      input = Seeds.concat(input, head, plain);
    }
    return Seeds.concat(input, new byte[] {2, 1, 0, 40});
  }

  /**
   * Records of a peer's making, cut as TCP likes: however they are cut, the same comes out of them.
   */
  private static void records(byte[] in) throws RecordException {
    Choices choices = new Choices(in);
    RecordDecoders.Sealing sealing = new RecordDecoders.Sealing();
    byte[] stream = {};
    while (!choices.isEmpty()) {
      int kind = choices.nextByte();
      if (kind == 2) {
        break;
      }
      byte[] bytes = choices.bytes(choices.nextInt(MAX_PLAIN));
      if (kind == 1 || bytes.length == 0) {
        stream = Seeds.concat(stream, bytes); // as they are
      } else {
        byte[] unit = sealing.unit(bytes);
        if (kind == 3) {
          unit[choices.nextInt(unit.length)] ^= (byte) (1 << choices.nextInt(8));
        }
        stream = Seeds.concat(stream, unit);
      }
    }
    Reading whole = new Reading();
    byte[] all = stream;
    whole.take(all, () -> all.length);
    Reading cut = new Reading();
    cut.take(all, () -> 1 + choices.nextInt(600));
    assertThat(cut.seen).isEqualTo(whole.seen);
    if (whole.fault != null) {
      assertThat(cut.fault).isNotNull();
      assertThat(cut.fault.fault()).isEqualTo(whole.fault.fault());
      throw whole.fault;
    }
    assertThat(cut.fault).isNull();
    assertThat(cut.reader.isPartial()).isEqualTo(whole.reader.isPartial());
  }

  /** What comes out of a stream that arrives in pieces. */
  private static final class Reading implements RecordReader.Sink {
    final List<String> seen = new ArrayList<>();
    final RecordReader reader = new RecordReader(new RecordPair().opener(), this);
    RecordException fault;

    void take(byte[] stream, IntSupplier lengths) {
      int at = 0;
      while (at < stream.length && fault == null) {
        int end = Math.min(stream.length, at + lengths.getAsInt());
        ByteBuf piece = Unpooled.wrappedBuffer(stream, at, end - at);
        at = end;
        try {
          reader.read(piece, 0);
          assertThat(piece.isReadable()).isFalse();
        } catch (RecordException e) {
          fault = e;
        }
        assertThat(piece.refCnt()).isOne();
        piece.release();
      }
    }

    @Override
    public void frame(ByteBuf frame) {
      seen.add(ByteBufUtil.hexDump(frame));
      assertThat(frame.release()).isTrue();
    }

    @Override
    public void control(ControlRecord record) {
      seen.add(record.toString());
    }

    @Override
    public boolean isReading() {
      return true;
    }
  }

  /** The first byte says how many bytes at the end are data, the others are metadata. */
  private static void metadata(byte[] in) {
    if (in.length == 0) {
      throw new IllegalArgumentException("nothing");
    }
    int dataBytes = Math.min(in[0] & 0xff, in.length - 1);
    byte[] frame = Arrays.copyOfRange(in, 1, in.length);
    InboundPayload read = read(Unpooled.wrappedBuffer(frame), frame.length - dataBytes);
    ByteBuf direct = UnpooledByteBufAllocator.DEFAULT.directBuffer().writeBytes(frame);
    requireSame(read(direct, frame.length - dataBytes), read);
    if (read.isMalformed()) {
      throw new IllegalArgumentException("malformed");
    }
    ByteBuf again = Unpooled.buffer();
    MetadataCodec.request(
        again, read.route(), read.message(), read.remainingMillis(), read.annex());
    int metadataBytes = again.readableBytes();
    again.writeBytes(frame, frame.length - dataBytes, dataBytes);
    requireSame(read(again, metadataBytes), read);
  }

  private static InboundPayload read(ByteBuf frame, int dataAt) {
    InboundPayload payload = new InboundDecoder().read(frame, 0, true, dataAt);
    assertThat(frame.refCnt()).isOne();
    frame.release();
    return payload;
  }

  private static void requireSame(InboundPayload actual, InboundPayload expected) {
    assertThat(actual.isMalformed()).isEqualTo(expected.isMalformed());
    assertThat(actual.route()).isEqualTo(expected.route());
    assertThat(actual.remainingMillis()).isEqualTo(expected.remainingMillis());
    Message message = actual.message();
    assertThat(message.contentType()).isEqualTo(expected.message().contentType());
    assertThat(message.headers()).isEqualTo(expected.message().headers());
    assertThat(Message.Unsafe.array(message)).isEqualTo(Message.Unsafe.array(expected.message()));
    assertThat(trace(actual.annex())).isEqualTo(trace(expected.annex()));
    assertThat(fields(actual.annex())).isEqualTo(fields(expected.annex()));
  }

  private static @Nullable TraceContext trace(@Nullable Annex annex) {
    return annex == null ? null : annex.trace();
  }

  private static List<String> fields(@Nullable Annex annex) {
    return annex == null
        ? List.of()
        : annex.fields().stream()
            .map(field -> field.number() + ByteBufUtil.hexDump(field.value()))
            .toList();
  }
}
