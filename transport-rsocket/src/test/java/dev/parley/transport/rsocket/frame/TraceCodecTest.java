package dev.parley.transport.rsocket.frame;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Annex;
import dev.parley.Message;
import dev.parley.TraceContext;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TraceCodecTest {
  private static final String PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

  @Test
  void goesWithARequest() {
    TraceContext trace = TraceContext.parse(PARENT, "rojo=00f067aa0ba902b7");

    assertThat(roundTrip(trace)).isEqualTo(trace).isNotNull();
    assertThat(roundTrip(TraceContext.parse(PARENT, null)))
        .isEqualTo(TraceContext.parse(PARENT, null));
    assertThat(roundTrip(null)).isNull();
  }

  private static @Nullable TraceContext roundTrip(@Nullable TraceContext trace) {
    ByteBuf metadata = metadata("route", trace);
    try {
      InboundPayload in = new InboundDecoder().read(metadata, 0, true, metadata.writerIndex());
      assertThat(in.isMalformed()).isFalse();
      assertThat(in.route()).isEqualTo("route");
      return trace(in);
    } finally {
      metadata.release();
    }
  }

  @Test
  void isIgnoredWhereItIsMalformedAndTheRequestIsServed() {
    byte[] good = trace("0af7651916cd43dd8448eb211c80319cb7ad6b716920333101");
    assertThat(Objects.requireNonNull(TraceCodec.read(good, 0, 25)).traceparent())
        .isEqualTo(PARENT);

    assertThat(TraceCodec.read(good, 0, 24)).isNull();
    assertThat(TraceCodec.read(trace("00".repeat(16) + "b7ad6b716920333101"), 0, 25)).isNull();
    String zeroSpan = "0af7651916cd43dd8448eb211c80319c" + "00".repeat(8) + "01";
    assertThat(TraceCodec.read(trace(zeroSpan), 0, 25)).isNull();
  }

  @Test
  void leavesOutAStateThatIsTooLongOrNoText() {
    byte[] in = trace("0af7651916cd43dd8448eb211c80319cb7ad6b716920333101" + "00".repeat(513));

    assertThat(Objects.requireNonNull(TraceCodec.read(in, 0, 25 + 513)).tracestate()).isEmpty();
    assertThat(Objects.requireNonNull(TraceCodec.read(in, 0, 25 + 3)).tracestate()).isEmpty();
  }

  @Test
  void thePreviousRequestsTraceIsForgotten() {
    InboundDecoder decoder = new InboundDecoder();
    TraceContext trace = TraceContext.parse(PARENT, null);
    ByteBuf traced = metadata("", trace);
    ByteBuf plain = metadata("", null);

    assertThat(trace(decoder.read(traced, 0, true, traced.writerIndex()))).isNotNull();
    assertThat(decoder.read(plain, 0, true, plain.writerIndex()).annex()).isNull();
    traced.release();
    plain.release();
  }

  private static ByteBuf metadata(String route, @Nullable TraceContext trace) {
    ByteBuf out = Unpooled.buffer();
    MetadataCodec.request(out, route, Message.empty(), 1000, Annex.of(trace));
    return out;
  }

  private static @Nullable TraceContext trace(InboundPayload in) {
    Annex annex = in.annex();
    return annex == null ? null : annex.trace();
  }

  private static byte[] trace(String hex) {
    return ByteBufUtil.decodeHexDump(hex);
  }
}
