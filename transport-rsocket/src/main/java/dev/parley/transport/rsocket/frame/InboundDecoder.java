package dev.parley.transport.rsocket.frame;

import dev.parley.Annex;
import dev.parley.Message;
import dev.parley.TraceContext;
import dev.parley.transport.rsocket.guard.FrameLayout;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.rsocket.Payload;
import io.rsocket.frame.decoder.PayloadDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * Reads data and metadata of a frame into a message. Strict, but never throws: what is malformed is
 * marked, and its request refused. One for each link, confined to its event loop.
 */
public final class InboundDecoder implements PayloadDecoder {
  private static final AtomicLongFieldUpdater<InboundDecoder> MESSAGES =
      AtomicLongFieldUpdater.newUpdater(InboundDecoder.class, "messages");
  private static final int CRITICAL = 0x80;
  private static final int LENGTH_BYTES = 3;

  // A peer uses few routes: the last one is kept, so that its text is made once.
  private byte[] lastRouteBytes = {};
  private String lastRoute = "";

  // Of the present message. They are written where they differ from what they are, since a store of
  // a reference into an object that lives as long as a link costs the collector a card to look at.
  private boolean routed;
  private String contentType = Message.OCTETS;
  private long remainingMillis;
  private @Nullable Map<String, String> headers;
  private @Nullable TraceContext trace;
  private @Nullable List<Annex.Field> fields;
  private int fieldBytes;
  private volatile long messages; // written by the event loop only

  @Override
  public Payload apply(ByteBuf frame) {
    int start = frame.readerIndex();
    int typeAndFlags = frame.getUnsignedShort(start + FrameLayout.TYPE_OFFSET);
    int type = typeAndFlags >>> FrameLayout.TYPE_SHIFT;
    int at = start + FrameLayout.HEADER_BYTES;
    if (FrameLayout.hasRequestN(type)) {
      at += FrameLayout.REQUEST_N_BYTES;
    }
    MESSAGES.lazySet(this, messages + 1);
    if (!FrameLayout.has(typeAndFlags, FrameLayout.FLAG_METADATA)) {
      return read(frame, at, false, at);
    }
    int metadataAt = at + FrameLayout.METADATA_LENGTH_BYTES;
    return read(frame, metadataAt, true, metadataAt + frame.getUnsignedMedium(at));
  }

  /** How many messages have arrived. Any thread. */
  public long messages() {
    return messages;
  }

  /**
   * Reads a message whose metadata, if it has any, is up to {@code dataAt}, and the data behind it.
   */
  public InboundPayload read(ByteBuf frame, int metadataAt, boolean hasMetadata, int dataAt) {
    routed = false;
    remainingMillis = InboundPayload.DEFAULT_REMAINING_MILLIS;
    boolean malformed = hasMetadata && !readComposite(frame, metadataAt, dataAt);
    String type = contentType;
    Map<String, String> all = headers == null ? Map.of() : Collections.unmodifiableMap(headers);
    Annex annex = fields == null ? Annex.of(trace) : Annex.of(trace, fields);
    forget();
    if (malformed) {
      return new InboundPayload("", Message.empty(), 0, true, null);
    }
    byte[] data = ByteBufUtil.getBytes(frame, dataAt, frame.writerIndex() - dataAt);
    return new InboundPayload(
        routed ? lastRoute : "",
        Message.Unsafe.wrap(data, type, all),
        remainingMillis,
        false,
        annex);
  }

  /** Nothing of a message stays with its link. */
  @SuppressWarnings("ReferenceEquality") // whether it is the constant
  private void forget() {
    if (contentType != Message.OCTETS) {
      contentType = Message.OCTETS;
    }
    headers = null;
    trace = null;
    if (fields != null) {
      fields = null;
      fieldBytes = 0;
    }
  }

  private boolean readComposite(ByteBuf frame, int at, int end) {
    if (frame.hasArray()) {
      int offset = frame.arrayOffset();
      return readComposite(frame.array(), offset + at, offset + end);
    }
    return readComposite(ByteBufUtil.getBytes(frame, at, end - at), 0, end - at);
  }

  private boolean readComposite(byte[] in, int from, int end) {
    boolean ours = false;
    int at = from;
    while (at < end) {
      int head = in[at++] & 0xFF;
      boolean wellKnown = (head & MetadataCodec.WELL_KNOWN) != 0;
      int mimeAt = at;
      int mimeBytes = wellKnown ? 0 : head + 1;
      at += mimeBytes + LENGTH_BYTES;
      if (at > end) {
        return false;
      }
      int entryEnd = at + u24(in, at - LENGTH_BYTES);
      if (entryEnd > end) {
        return false;
      }
      if (wellKnown && (head & 0x7F) == MetadataCodec.ROUTING_ID) {
        if (routed || !readRoute(in, at, entryEnd)) {
          return false;
        }
        routed = true;
      } else if (!wellKnown && matches(in, mimeAt, mimeBytes, MetadataCodec.MIME_BYTES)) {
        if (ours || !readTlvs(in, at, entryEnd)) {
          return false;
        }
        ours = true;
      }
      at = entryEnd;
    }
    return true;
  }

  private boolean readRoute(byte[] in, int from, int end) {
    int at = from + 1;
    if (at > end) {
      return false;
    }
    int length = in[from] & 0xFF;
    if (end - at < length) {
      return false;
    }
    if (matches(in, at, length, lastRouteBytes)) {
      return true;
    }
    String text = utf8(in, at, length);
    if (text == null) {
      return false;
    }
    lastRouteBytes = Arrays.copyOfRange(in, at, at + length);
    lastRoute = text;
    return true;
  }

  private boolean readTlvs(byte[] in, int from, int end) {
    int seen = 0;
    int at = from;
    while (at < end) {
      if (end - at < MetadataCodec.TLV_HEAD) {
        return false;
      }
      int type = in[at] & 0xFF;
      int length = u16(in, at + 1);
      at += MetadataCodec.TLV_HEAD;
      if (end - at < length) {
        return false;
      }
      boolean single = type != MetadataCodec.TLV_HEADER && type < 32;
      if ((single && (seen & (1 << type)) != 0) || !readTlv(in, at, type, length)) {
        return false;
      }
      seen |= single ? 1 << type : 0;
      at += length;
    }
    return true;
  }

  private boolean readTlv(byte[] in, int at, int type, int length) {
    return switch (type) {
      case MetadataCodec.TLV_REMAINING -> {
        boolean valid = length == Integer.BYTES;
        remainingMillis = valid ? ((long) u16(in, at) << 16) | u16(in, at + 2) : 0;
        yield valid;
      }
      case MetadataCodec.TLV_CONTENT_TYPE -> readContentType(in, at, length);
      case MetadataCodec.TLV_HEADER -> readHeader(in, at, length);
      case MetadataCodec.TLV_TRACE -> {
        trace = TraceCodec.read(in, at, length);
        yield true;
      }
      default -> type < Annex.FIRST_FIELD || (type < CRITICAL && readField(in, at, type, length));
    };
  }

  /** Keeps a field for a protocol, each number once and within what an annex holds. */
  private boolean readField(byte[] in, int at, int number, int length) {
    List<Annex.Field> known = fields;
    if (known == null) {
      fields = known = new ArrayList<>(2);
    }
    fieldBytes += MetadataCodec.TLV_HEAD + length;
    if (known.size() == Annex.MAX_FIELDS || fieldBytes > Annex.MAX_BYTES) {
      return false;
    }
    for (Annex.Field field : known) {
      if (field.number() == number) {
        return false;
      }
    }
    known.add(new Annex.Field(number, Arrays.copyOfRange(in, at, at + length)));
    return true;
  }

  private boolean readContentType(byte[] in, int at, int length) {
    if (matches(in, at, length, MetadataCodec.TEXT_BYTES)) {
      contentType = Message.TEXT;
      return true;
    }
    String text = length < 1 || length > 255 ? null : utf8(in, at, length);
    contentType = text == null ? Message.OCTETS : text;
    return text != null;
  }

  private boolean readHeader(byte[] in, int at, int length) {
    int nameBytes = length == 0 ? 0 : in[at] & 0xFF;
    int valueBytes = length - 1 - nameBytes;
    if (nameBytes == 0 || valueBytes < 0 || valueBytes > Message.MAX_HEADER_VALUE_BYTES) {
      return false;
    }
    String name = utf8(in, at + 1, nameBytes);
    String value = utf8(in, at + 1 + nameBytes, valueBytes);
    Map<String, String> map = headers;
    if (map == null) {
      headers = map = new LinkedHashMap<>();
    }
    return name != null
        && value != null
        && map.put(name, value) == null
        && map.size() <= Message.MAX_HEADERS;
  }

  private static boolean matches(byte[] in, int at, int length, byte[] expected) {
    return Arrays.equals(in, at, at + length, expected, 0, expected.length);
  }

  private static int u16(byte[] in, int at) {
    return (in[at] & 0xFF) << 8 | (in[at + 1] & 0xFF);
  }

  private static int u24(byte[] in, int at) {
    return u16(in, at) << 8 | (in[at + 2] & 0xFF);
  }

  private static @Nullable String utf8(byte[] in, int at, int length) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(in, at, length))
          .toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }
}
