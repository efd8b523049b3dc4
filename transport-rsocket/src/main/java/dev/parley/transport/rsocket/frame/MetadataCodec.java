package dev.parley.transport.rsocket.frame;

import dev.parley.Annex;
import dev.parley.Message;
import dev.parley.TraceContext;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes the metadata of a message: RSocket composite metadata with the routing entry (well-known
 * MIME id 0x7E), where there is a route, and one entry of Parley's TLVs (PROTOCOL.md, "Metadata").
 * An answer without content type and headers has none.
 */
public final class MetadataCodec {
  /** RSocket's well-known id of message/x.rsocket.routing.v0. */
  static final int ROUTING_ID = 0x7E;

  /** The MIME type of Parley's entry. */
  static final String MIME = "x/parley";

  static final byte[] MIME_BYTES = MIME.getBytes(StandardCharsets.US_ASCII);

  /** u32 milliseconds that the sender still waits. */
  static final int TLV_REMAINING = 0x01;

  /** UTF-8 of the content type, where it is not application/octet-stream. */
  static final int TLV_CONTENT_TYPE = 0x02;

  /** u8 length and name, then the value; UTF-8; repeated. */
  static final int TLV_HEADER = 0x03;

  /** The trace: 16 bytes of trace id, 8 of span id, 1 of flags, then the vendors' state. */
  static final int TLV_TRACE = 0x04;

  static final int WELL_KNOWN = 0x80;
  static final byte[] TEXT_BYTES = Message.TEXT.getBytes(StandardCharsets.UTF_8);
  static final int TLV_HEAD = 3;

  private MetadataCodec() {}

  /** Writes the metadata of a request. */
  public static void request(
      ByteBuf out, String route, Message message, long remainingMillis, @Nullable Annex annex) {
    if (!route.isEmpty()) {
      int length = ByteBufUtil.utf8Bytes(route);
      out.writeByte(WELL_KNOWN | ROUTING_ID).writeMedium(1 + length).writeByte(length);
      ByteBufUtil.writeUtf8(out, route);
    }
    int lengthAt = beginEntry(out);
    out.writeByte(TLV_REMAINING).writeShort(Integer.BYTES);
    out.writeInt((int) Math.max(0, Math.min(remainingMillis, 0xFFFF_FFFFL)));
    writeMessage(out, message);
    if (annex != null) {
      writeAnnex(out, annex);
    }
    endEntry(out, lengthAt);
  }

  private static void writeAnnex(ByteBuf out, Annex annex) {
    TraceContext trace = annex.trace();
    if (trace != null) {
      TraceCodec.write(out, trace);
    }
    for (Annex.Field field : annex.fields()) {
      out.writeByte(field.number()).writeShort(field.value().length).writeBytes(field.value());
    }
  }

  /** Writes the metadata of an answer or an item; false where there is nothing to say. */
  public static boolean answer(ByteBuf out, Message message) {
    if (message.contentType().equals(Message.OCTETS) && message.headers().isEmpty()) {
      return false;
    }
    int lengthAt = beginEntry(out);
    writeMessage(out, message);
    endEntry(out, lengthAt);
    return true;
  }

  private static int beginEntry(ByteBuf out) {
    out.writeByte(MIME_BYTES.length - 1).writeBytes(MIME_BYTES);
    int lengthAt = out.writerIndex();
    out.writeMedium(0);
    return lengthAt;
  }

  private static void endEntry(ByteBuf out, int lengthAt) {
    out.setMedium(lengthAt, out.writerIndex() - lengthAt - 3);
  }

  private static void writeMessage(ByteBuf out, Message message) {
    String type = message.contentType();
    if (type.equals(Message.TEXT)) {
      out.writeByte(TLV_CONTENT_TYPE).writeShort(TEXT_BYTES.length).writeBytes(TEXT_BYTES);
    } else if (!type.equals(Message.OCTETS)) {
      out.writeByte(TLV_CONTENT_TYPE).writeShort(ByteBufUtil.utf8Bytes(type));
      ByteBufUtil.writeUtf8(out, type);
    }
    if (!message.headers().isEmpty()) {
      writeHeaders(out, message.headers());
    }
  }

  private static void writeHeaders(ByteBuf out, Map<String, String> headers) {
    for (Map.Entry<String, String> header : headers.entrySet()) {
      int start = out.writerIndex();
      out.writeByte(TLV_HEADER).writeShort(0).writeByte(ByteBufUtil.utf8Bytes(header.getKey()));
      ByteBufUtil.writeUtf8(out, header.getKey());
      ByteBufUtil.writeUtf8(out, header.getValue());
      out.setShort(start + 1, out.writerIndex() - start - TLV_HEAD);
    }
  }
}
