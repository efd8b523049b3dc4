package dev.parley.transport.rsocket.frame;

import dev.parley.TraceContext;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The trace context of a request (PROTOCOL.md, "Metadata"): ids as bytes, which halves them. */
final class TraceCodec {
  private static final int TRACE_BYTES = 16;
  private static final int SPAN_BYTES = 8;
  private static final int FIXED_BYTES = TRACE_BYTES + SPAN_BYTES + 1;
  private static final int TRACE_AT = 3;
  private static final int SPAN_AT = TRACE_AT + 2 * TRACE_BYTES + 1;
  private static final int FLAGS_AT = SPAN_AT + 2 * SPAN_BYTES + 1;

  private TraceCodec() {}

  static void write(ByteBuf out, TraceContext trace) {
    String parent = trace.traceparent();
    String state = trace.tracestate(); // ASCII
    out.writeByte(MetadataCodec.TLV_TRACE).writeShort(FIXED_BYTES + state.length());
    out.writeBytes(ByteBufUtil.decodeHexDump(parent, TRACE_AT, 2 * TRACE_BYTES));
    out.writeBytes(ByteBufUtil.decodeHexDump(parent, SPAN_AT, 2 * SPAN_BYTES));
    out.writeBytes(ByteBufUtil.decodeHexDump(parent, FLAGS_AT, 2));
    out.writeCharSequence(state, StandardCharsets.US_ASCII);
  }

  /** Null where it is malformed: a trace is never worth a refusal. */
  static @Nullable TraceContext read(byte[] in, int at, int length) {
    int stateLength = length - FIXED_BYTES;
    if (stateLength < 0) {
      return null;
    }
    String parent =
        "00-"
            + ByteBufUtil.hexDump(in, at, TRACE_BYTES)
            + '-'
            + ByteBufUtil.hexDump(in, at + TRACE_BYTES, SPAN_BYTES)
            + '-'
            + ByteBufUtil.hexDump(in, at + TRACE_BYTES + SPAN_BYTES, 1);
    String state =
        stateLength > TraceContext.MAX_STATE_LENGTH
            ? ""
            : new String(in, at + FIXED_BYTES, stateLength, StandardCharsets.ISO_8859_1);
    return TraceContext.parse(parent, state);
  }
}
