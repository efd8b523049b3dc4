package dev.parley.transport.rsocket.frame;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Message;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.rsocket.Payload;
import io.rsocket.frame.CancelFrameCodec;
import io.rsocket.frame.FrameHeaderCodec;
import io.rsocket.frame.PayloadFrameCodec;
import io.rsocket.frame.RequestResponseFrameCodec;
import io.rsocket.frame.RequestStreamFrameCodec;
import io.rsocket.util.ByteBufPayload;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The frames are those that rsocket-core's own codecs make of the same message. */
class OutboundPayloadTest {
  private static final ByteBufAllocator ALLOC = FrameAllocator.INSTANCE;
  private static final int STREAM = 7;
  private static final int MAX_FRAME = 1000;

  private static byte[] data(int bytes) {
    byte[] data = new byte[bytes];
    new SplittableRandom(bytes).nextBytes(data);
    return data;
  }

  private static OutboundPayload request(byte[] data) {
    OutboundPayload payload = new OutboundPayload(Message.of(data));
    MetadataCodec.request(payload.metadataOut(), "route", Message.of(data), 1000, null);
    payload.endMetadata();
    return payload;
  }

  private static ByteBuf metadata(byte[] data) {
    ByteBuf out = Unpooled.buffer();
    MetadataCodec.request(out, "route", Message.of(data), 1000, null);
    return out;
  }

  private static byte[] bytesOf(ByteBuf frame) {
    byte[] bytes = ByteBufUtil.getBytes(frame);
    frame.release();
    return bytes;
  }

  /** What is sent when rsocket-core makes {@code header} of the payload. */
  private static List<byte[]> frames(Payload payload, ByteBuf header) {
    List<byte[]> sent = new ArrayList<>();
    OutboundPayload.next(payload);
    try {
      OutboundPayload mine = OutboundPayload.behind(header);
      assertThat(mine).isSameAs(payload);
      mine.frames(
          header,
          MAX_FRAME,
          frame -> {
            byte[] bytes = new byte[MessageFrame.bytes(frame)];
            MessageFrame.copy(frame, bytes, 0);
            frame.release();
            sent.add(bytes);
          });
    } finally {
      OutboundPayload.done(payload);
    }
    assertThat(header.refCnt()).isZero();
    return sent;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 32, 900})
  void aRequest(int bytes) {
    byte[] data = data(bytes);
    ByteBuf header =
        RequestResponseFrameCodec.encode(ALLOC, STREAM, false, null, Unpooled.EMPTY_BUFFER);

    assertThat(frames(request(data), header))
        .containsExactly(
            bytesOf(
                RequestResponseFrameCodec.encode(
                    ALLOC, STREAM, false, metadata(data), Unpooled.wrappedBuffer(data))));
  }

  @Test
  void aStreamsRequestWithItsDemand() {
    byte[] data = data(20);
    ByteBuf header =
        RequestStreamFrameCodec.encode(ALLOC, STREAM, false, 17, null, Unpooled.EMPTY_BUFFER);

    assertThat(frames(request(data), header))
        .containsExactly(
            bytesOf(
                RequestStreamFrameCodec.encode(
                    ALLOC, STREAM, false, 17, metadata(data), Unpooled.wrappedBuffer(data))));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anAnswerWithoutMetadata(boolean complete) {
    byte[] data = data(50);
    ByteBuf header =
        PayloadFrameCodec.encode(ALLOC, STREAM, false, complete, true, null, Unpooled.EMPTY_BUFFER);

    assertThat(frames(new OutboundPayload(Message.of(data)), header))
        .containsExactly(
            bytesOf(
                PayloadFrameCodec.encode(
                    ALLOC, STREAM, false, complete, true, null, Unpooled.wrappedBuffer(data))));
  }

  @ParameterizedTest
  @ValueSource(ints = {995, 2000, 2982, 2983, 10_000})
  void whatDoesNotFitGoesInFragmentsAndEndsWithTheLast(int bytes) {
    byte[] data = data(bytes);
    ByteBuf header =
        PayloadFrameCodec.encode(ALLOC, STREAM, false, true, true, null, Unpooled.EMPTY_BUFFER);

    List<byte[]> sent = frames(new OutboundPayload(Message.of(data)), header);

    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int i = 0; i < sent.size(); i++) {
      ByteBuf frame = Unpooled.wrappedBuffer(sent.get(i));
      boolean last = i == sent.size() - 1;
      assertThat(frame.readableBytes()).isLessThanOrEqualTo(MAX_FRAME);
      assertThat(FrameHeaderCodec.streamId(frame)).isEqualTo(STREAM);
      assertThat(FrameHeaderCodec.hasFollows(frame)).isEqualTo(!last);
      assertThat(FrameHeaderCodec.hasComplete(frame)).isEqualTo(last);
      all.writeBytes(ByteBufUtil.getBytes(PayloadFrameCodec.data(frame)));
    }
    assertThat(sent).hasSizeGreaterThan(1);
    assertThat(all.toByteArray()).isEqualTo(data);
  }

  @Test
  void metadataThatFillsAFrameIsLeftToRsocketCore() {
    Message message = Message.text("data").withHeader("long", "x".repeat(MAX_FRAME));
    OutboundPayload payload = new OutboundPayload(message);
    assertThat(payload.within(MAX_FRAME)).isSameAs(payload);
    assertThat(MetadataCodec.answer(payload.metadataOut(), message)).isTrue();
    int bytes = payload.endMetadata();

    Payload other = payload.within(MAX_FRAME);

    assertThat(other).isInstanceOf(ByteBufPayload.class);
    assertThat(other.metadata().readableBytes()).isEqualTo(bytes);
    assertThat(other.getDataUtf8()).isEqualTo("data");
    other.release();
  }

  @Test
  void otherFramesAreLeftAsTheyAre() {
    OutboundPayload payload = request(data(10));
    ByteBuf cancel = CancelFrameCodec.encode(ALLOC, STREAM);
    OutboundPayload.next(payload);
    assertThat(OutboundPayload.behind(cancel)).isNull();
    OutboundPayload.done(payload);

    ByteBuf request =
        RequestResponseFrameCodec.encode(ALLOC, 9, false, null, Unpooled.EMPTY_BUFFER);
    assertThat(OutboundPayload.behind(request)).isNull();
    cancel.release();
    request.release();
  }
}
