package dev.parley.transport.rsocket.frame;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Annex;
import dev.parley.Annex.Field;
import dev.parley.Message;
import dev.parley.TraceContext;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Fields of protocols, beside the message. */
class AnnexCodecTest {
  private static final TraceContext TRACE =
      TraceContext.parse("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", null);

  private final InboundDecoder decoder = new InboundDecoder();

  private static ByteBuf written(Annex annex) {
    ByteBuf out = Unpooled.buffer();
    MetadataCodec.request(out, "route", Message.text("m"), 1000, annex);
    return out;
  }

  private InboundPayload read(ByteBuf metadata) {
    try {
      return decoder.read(metadata, 0, true, metadata.writerIndex());
    } finally {
      metadata.release();
    }
  }

  private static byte[] bytes(int length) {
    return new byte[length];
  }

  @Test
  void carriesFieldsBesideTheTrace() {
    Annex annex = Annex.of(TRACE, List.of(new Field(0x20, bytes(0)), new Field(0x7F, bytes(300))));

    InboundPayload in = read(written(annex));

    assertThat(in.isMalformed()).isFalse();
    Annex read = Objects.requireNonNull(in.annex());
    assertThat(read.trace()).isEqualTo(TRACE);
    assertThat(read.fields()).hasSize(2);
    assertThat(read.field(0x20)).isEmpty();
    assertThat(read.field(0x7F)).hasSize(300);
    assertThat(read.field(0x21)).isNull();
  }

  @Test
  void nothingOfTheMessageBeforeStays() {
    read(written(Annex.with(null, 0x20, bytes(8000))));

    assertThat(read(written(null)).annex()).isNull();
    InboundPayload second = read(written(Annex.with(null, 0x21, bytes(8000))));
    assertThat(second.isMalformed()).isFalse();
    assertThat(Objects.requireNonNull(second.annex()).field(0x20)).isNull();
  }

  private static ByteBuf raw(int... numbersAndLengths) {
    ByteBuf fields = Unpooled.buffer();
    for (int i = 0; i < numbersAndLengths.length; i += 2) {
      int length = numbersAndLengths[i + 1];
      fields.writeByte(numbersAndLengths[i]).writeShort(length).writeZero(length);
    }
    ByteBuf out = Unpooled.buffer();
    out.writeByte(MetadataCodec.MIME_BYTES.length - 1).writeBytes(MetadataCodec.MIME_BYTES);
    out.writeMedium(fields.readableBytes()).writeBytes(fields);
    fields.release();
    return out;
  }

  @Test
  void aFieldComesOnceAndAllWithinTheBounds() {
    int[] sixteen = new int[2 * Annex.MAX_FIELDS];
    int[] more = new int[2 * Annex.MAX_FIELDS + 2];
    for (int i = 0; i < more.length; i += 2) {
      more[i] = 0x20 + i;
      if (i < sixteen.length) {
        sixteen[i] = 0x20 + i;
      }
    }

    assertThat(read(raw(sixteen)).isMalformed()).isFalse();
    assertThat(read(raw(more)).isMalformed()).isTrue();
    assertThat(read(raw(0x20, 1, 0x20, 1)).isMalformed()).isTrue();
    assertThat(read(raw(0x20, Annex.MAX_BYTES - 3)).isMalformed()).isFalse();
    assertThat(read(raw(0x20, Annex.MAX_BYTES - 2)).isMalformed()).isTrue();
  }

  /** Below are the numbers of the wire's own fields to come, above those that must be known. */
  @Test
  void otherNumbersAreSkippedOrMalformedAsBefore() {
    InboundPayload low = read(raw(0x1F, 3));
    assertThat(low.isMalformed()).isFalse();
    assertThat(low.annex()).isNull();
    assertThat(read(raw(0x80, 3)).isMalformed()).isTrue();
  }

  @Test
  void whatWouldBeRefusedIsNotMade() {
    List<Field> many = new ArrayList<>();
    for (int i = 0; i <= Annex.MAX_FIELDS; i++) {
      many.add(new Field(0x20 + i, bytes(0)));
    }
    for (List<Field> wrong :
        List.of(
            many,
            List.of(new Field(0x60, bytes(1)), new Field(0x60, bytes(1))),
            List.of(new Field(0x20, bytes(Annex.MAX_BYTES - 2))))) {
      org.assertj.core.api.Assertions.assertThatIllegalArgumentException()
          .isThrownBy(() -> Annex.of(null, wrong));
    }
    org.assertj.core.api.Assertions.assertThatIllegalArgumentException()
        .isThrownBy(() -> new Field(0x1F, bytes(0)));
  }
}
