package dev.parley.transport.rsocket;

import dev.parley.Message;
import dev.parley.TraceContext;
import dev.parley.UnsafeMessages;
import io.netty.buffer.ByteBuf;
import io.rsocket.Payload;
import io.rsocket.frame.FrameHeaderCodec;
import io.rsocket.frame.PayloadFrameCodec;
import io.rsocket.frame.RequestChannelFrameCodec;
import io.rsocket.frame.RequestFireAndForgetFrameCodec;
import io.rsocket.frame.RequestResponseFrameCodec;
import io.rsocket.frame.RequestStreamFrameCodec;
import io.rsocket.frame.decoder.PayloadDecoder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * Reads data and metadata of a frame into a message. Strict, but never throws: what is malformed is
 * marked, and its request refused. One for each link, confined to its event loop.
 */
final class InboundDecoder implements PayloadDecoder {
  private static final byte[] TEXT_BYTES = Message.TEXT.getBytes(StandardCharsets.UTF_8);
  private static final AtomicLongFieldUpdater<InboundDecoder> MESSAGES =
      AtomicLongFieldUpdater.newUpdater(InboundDecoder.class, "messages");
  private static final int CRITICAL = 0x80;

  // A peer uses few routes: the last one is kept, so that its text is made once.
  private byte[] lastRouteBytes = {};
  private String lastRoute = "";

  private String route = "";
  private String contentType = Message.OCTETS;
  private long remainingMillis;
  private @Nullable Map<String, String> headers;
  private @Nullable TraceContext trace;
  private volatile long messages; // written by the event loop only

  @Override
  public Payload apply(ByteBuf frame) {
    ByteBuf data;
    ByteBuf metadata;
    switch (FrameHeaderCodec.frameType(frame)) {
      case REQUEST_RESPONSE -> {
        data = RequestResponseFrameCodec.data(frame);
        metadata = RequestResponseFrameCodec.metadata(frame);
      }
      case NEXT, NEXT_COMPLETE, PAYLOAD, COMPLETE -> {
        data = PayloadFrameCodec.data(frame);
        metadata = PayloadFrameCodec.metadata(frame);
      }
      case REQUEST_FNF -> {
        data = RequestFireAndForgetFrameCodec.data(frame);
        metadata = RequestFireAndForgetFrameCodec.metadata(frame);
      }
      case REQUEST_STREAM -> {
        data = RequestStreamFrameCodec.data(frame);
        metadata = RequestStreamFrameCodec.metadata(frame);
      }
      case REQUEST_CHANNEL -> {
        data = RequestChannelFrameCodec.data(frame);
        metadata = RequestChannelFrameCodec.metadata(frame);
      }
      default -> {
        return new InboundPayload("", Message.empty(), 0, true, null);
      }
    }
    MESSAGES.lazySet(this, messages + 1);
    return read(data, metadata);
  }

  /** How many messages have arrived. Any thread. */
  long messages() {
    return messages;
  }

  InboundPayload read(ByteBuf data, @Nullable ByteBuf metadata) {
    route = "";
    contentType = Message.OCTETS;
    headers = null;
    trace = null;
    remainingMillis = InboundPayload.DEFAULT_REMAINING_MILLIS;
    if (metadata != null && !readComposite(metadata)) {
      return new InboundPayload("", Message.empty(), 0, true, null);
    }
    int size = data.readableBytes();
    byte[] bytes = new byte[size];
    data.getBytes(data.readerIndex(), bytes);
    Map<String, String> all = headers == null ? Map.of() : Collections.unmodifiableMap(headers);
    return new InboundPayload(
        route, UnsafeMessages.wrap(bytes, contentType, all), remainingMillis, false, trace);
  }

  private boolean readComposite(ByteBuf in) {
    boolean routed = false;
    boolean ours = false;
    while (in.isReadable()) {
      int head = in.readUnsignedByte();
      boolean wellKnown = (head & MetadataCodec.WELL_KNOWN) != 0;
      int mimeAt = in.readerIndex();
      int mimeBytes = wellKnown ? 0 : head + 1;
      if (in.readableBytes() < mimeBytes + 3) {
        return false;
      }
      in.skipBytes(mimeBytes);
      int length = in.readUnsignedMedium();
      if (in.readableBytes() < length) {
        return false;
      }
      int end = in.readerIndex() + length;
      if (wellKnown && (head & 0x7F) == MetadataCodec.ROUTING_ID) {
        if (routed || !readRoute(in, end)) {
          return false;
        }
        routed = true;
      } else if (!wellKnown && isOurs(in, mimeAt, mimeBytes)) {
        if (ours || !readTlvs(in, end)) {
          return false;
        }
        ours = true;
      }
      in.readerIndex(end);
    }
    return true;
  }

  private static boolean isOurs(ByteBuf in, int at, int length) {
    if (length != MetadataCodec.MIME_BYTES.length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (in.getByte(at + i) != MetadataCodec.MIME_BYTES[i]) {
        return false;
      }
    }
    return true;
  }

  private boolean readRoute(ByteBuf in, int end) {
    if (end - in.readerIndex() < 1) {
      return false;
    }
    int length = in.readUnsignedByte();
    if (end - in.readerIndex() < length) {
      return false;
    }
    if (length == lastRouteBytes.length && matches(in, lastRouteBytes)) {
      route = lastRoute;
      return true;
    }
    String text = utf8(in, in.readerIndex(), length);
    if (text == null) {
      return false;
    }
    lastRouteBytes = new byte[length];
    in.getBytes(in.readerIndex(), lastRouteBytes);
    lastRoute = text;
    route = text;
    return true;
  }

  private boolean readTlvs(ByteBuf in, int end) {
    int seen = 0;
    while (in.readerIndex() < end) {
      if (end - in.readerIndex() < 3) {
        return false;
      }
      int type = in.readUnsignedByte();
      int length = in.readUnsignedShort();
      if (end - in.readerIndex() < length) {
        return false;
      }
      int next = in.readerIndex() + length;
      boolean single = type != MetadataCodec.TLV_HEADER && type < 32;
      if ((single && (seen & (1 << type)) != 0) || !readTlv(in, type, length)) {
        return false;
      }
      seen |= single ? 1 << type : 0;
      in.readerIndex(next);
    }
    return true;
  }

  private boolean readTlv(ByteBuf in, int type, int length) {
    return switch (type) {
      case MetadataCodec.TLV_REMAINING -> {
        remainingMillis = length == Integer.BYTES ? in.readUnsignedInt() : 0;
        yield length == Integer.BYTES;
      }
      case MetadataCodec.TLV_CONTENT_TYPE -> readContentType(in, length);
      case MetadataCodec.TLV_HEADER -> readHeader(in, length);
      case MetadataCodec.TLV_TRACE -> {
        trace = TraceCodec.read(in, length);
        yield true;
      }
      default -> type < CRITICAL;
    };
  }

  private boolean readContentType(ByteBuf in, int length) {
    if (length == TEXT_BYTES.length && matches(in, TEXT_BYTES)) {
      contentType = Message.TEXT;
      return true;
    }
    String text = length < 1 || length > 255 ? null : utf8(in, in.readerIndex(), length);
    contentType = text == null ? Message.OCTETS : text;
    return text != null;
  }

  private boolean readHeader(ByteBuf in, int length) {
    int nameBytes = length == 0 ? 0 : in.readUnsignedByte();
    int valueBytes = length - 1 - nameBytes;
    if (nameBytes == 0 || valueBytes < 0 || valueBytes > Message.MAX_HEADER_VALUE_BYTES) {
      return false;
    }
    String name = utf8(in, in.readerIndex(), nameBytes);
    String value = utf8(in, in.readerIndex() + nameBytes, valueBytes);
    Map<String, String> map = headers;
    if (map == null) {
      headers = map = new LinkedHashMap<>();
    }
    return name != null
        && value != null
        && map.put(name, value) == null
        && map.size() <= Message.MAX_HEADERS;
  }

  private static boolean matches(ByteBuf in, byte[] expected) {
    int at = in.readerIndex();
    for (int i = 0; i < expected.length; i++) {
      if (in.getByte(at + i) != expected[i]) {
        return false;
      }
    }
    return true;
  }

  private static @Nullable String utf8(ByteBuf in, int at, int length) {
    byte[] bytes = new byte[length];
    in.getBytes(at, bytes);
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(java.nio.ByteBuffer.wrap(bytes))
          .toString();
    } catch (CharacterCodingException e) {
      Arrays.fill(bytes, (byte) 0);
      return null;
    }
  }
}
