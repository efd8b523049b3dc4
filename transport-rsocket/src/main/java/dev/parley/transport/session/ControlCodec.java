package dev.parley.transport.session;

import java.nio.charset.StandardCharsets;

/** The bytes of {@link ControlRecord}. */
final class ControlCodec {
  static final int READY = 0x01;
  static final int CLOSE = 0x02;
  static final int GOAWAY = 0x03;
  static final int PING = 0x04;
  static final int PONG = 0x05;
  static final int KEY_UPDATE = 0x06;
  static final int LIMITS = 0x07;

  /** Type, code, and the fields of the longest record: CLOSE with a full reason. */
  static final int MAX_BYTES =
      2 + (3 * Tlv.HEADER_BYTES) + 1 + 4 + ControlRecord.Close.MAX_REASON_BYTES;

  private ControlCodec() {}

  /** Writes the plaintext of {@code record}, type byte first, and returns its end. */
  static int encode(ControlRecord record, byte[] out, int offset) {
    TlvWriter writer = new TlvWriter(out, offset);
    writer.u8(RecordFormat.CONTROL);
    writer.u8(record.code());
    if (record instanceof ControlRecord.Ready ready) {
      ready.limits().write(writer);
    } else if (record instanceof ControlRecord.Limits limits) {
      limits.limits().write(writer);
    } else if (record instanceof ControlRecord.Close close) {
      encodeClose(close, writer);
    } else if (record instanceof ControlRecord.GoAway goAway) {
      writer.begin(Tlv.STREAM_ID, 4);
      writer.u32(goAway.lastAcceptedStreamId());
    } else if (record instanceof ControlRecord.Ping ping) {
      writer.begin(Tlv.TOKEN, 8);
      writer.u64(ping.token());
    } else if (record instanceof ControlRecord.Pong pong) {
      writer.begin(Tlv.TOKEN, 8);
      writer.u64(pong.token());
    } else if (record instanceof ControlRecord.Ignored) {
      throw new IllegalArgumentException("only a received record is Ignored");
    }
    return writer.position();
  }

  private static void encodeClose(ControlRecord.Close close, TlvWriter writer) {
    writer.begin(Tlv.CLOSE_CODE, 1);
    writer.u8(close.closeCode().wire());
    if (close.retryAfterMs() != 0) {
      writer.begin(Tlv.RETRY_AFTER, 4);
      writer.u32(close.retryAfterMs());
    }
    if (!close.reason().isEmpty()) {
      writer.field(Tlv.REASON, close.reason().getBytes(StandardCharsets.US_ASCII));
    }
  }

  static ControlRecord decode(byte[] inner, int offset, int length) throws RecordException {
    if (length < 2 || inner[offset] != RecordFormat.CONTROL) {
      throw new RecordException(RecordFault.BAD_CONTROL);
    }
    try {
      return decodeBody(inner[offset + 1] & 0xFF, new TlvReader(inner, offset + 2, length - 2));
    } catch (MalformedException | IllegalArgumentException e) {
      throw new RecordException(RecordFault.BAD_CONTROL);
    }
  }

  private static ControlRecord decodeBody(int code, TlvReader in) throws MalformedException {
    return switch (code) {
      case READY -> new ControlRecord.Ready(decodeLimits(in));
      case CLOSE -> decodeClose(in);
      case GOAWAY -> new ControlRecord.GoAway((int) decodeNumber(in, Tlv.STREAM_ID, 4));
      case PING -> new ControlRecord.Ping(decodeNumber(in, Tlv.TOKEN, 8));
      case PONG -> new ControlRecord.Pong(decodeNumber(in, Tlv.TOKEN, 8));
      case KEY_UPDATE -> {
        skipUnknown(in);
        yield new ControlRecord.KeyUpdate();
      }
      case LIMITS -> new ControlRecord.Limits(decodeLimits(in));
      default -> {
        if (code == 0 || code >= Tlv.CRITICAL) {
          throw new MalformedException();
        }
        skipUnknown(in);
        yield new ControlRecord.Ignored(code);
      }
    };
  }

  private static SessionLimits decodeLimits(TlvReader in) throws MalformedException {
    SessionLimits limits = SessionLimits.defaults();
    while (in.next()) {
      if (in.type() == Tlv.LIMITS) {
        limits = SessionLimits.read(in);
      } else {
        in.unknown();
      }
    }
    in.require(Tlv.LIMITS);
    return limits;
  }

  private static ControlRecord decodeClose(TlvReader in) throws MalformedException {
    CloseCode code = null;
    long retryAfterMs = 0;
    String reason = "";
    while (in.next()) {
      switch (in.type()) {
        case Tlv.CLOSE_CODE -> {
          in.expectLength(1);
          code = CloseCode.ofWire(in.u8());
        }
        case Tlv.RETRY_AFTER -> {
          in.expectLength(4);
          retryAfterMs = in.u32();
        }
        case Tlv.REASON -> {
          if (in.length() > ControlRecord.Close.MAX_REASON_BYTES) {
            throw new MalformedException();
          }
          // Bytes above 0x7F become a character that Close refuses.
          reason = new String(in.bytes(), StandardCharsets.ISO_8859_1);
        }
        default -> in.unknown();
      }
    }
    if (code == null) {
      throw new MalformedException();
    }
    return new ControlRecord.Close(code, retryAfterMs, reason);
  }

  private static long decodeNumber(TlvReader in, int type, int bytes) throws MalformedException {
    long value = 0;
    while (in.next()) {
      if (in.type() == type) {
        in.expectLength(bytes);
        value = bytes == 4 ? in.u32() : in.u64();
      } else {
        in.unknown();
      }
    }
    in.require(type);
    return value;
  }

  private static void skipUnknown(TlvReader in) throws MalformedException {
    while (in.next()) {
      in.unknown();
    }
  }
}
