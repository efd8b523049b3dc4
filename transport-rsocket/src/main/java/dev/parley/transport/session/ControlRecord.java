package dev.parley.transport.session;

/**
 * A message of the session itself, between the records that carry frames.
 *
 * <p>On the wire: record type 1, then {@code code u8} and fields as in the handshake payloads
 * ({@code type u8, length u16, value}; zero bytes may follow). An unknown code below {@code 0x80}
 * is {@link Ignored}, above it malformed.
 */
public sealed interface ControlRecord {

  /** Returns the byte that names the kind of record on the wire. */
  int code();

  /**
   * Decodes the plaintext of a CONTROL record.
   *
   * @param inner an array that holds the plaintext, starting with the record type
   * @param offset index of the record type
   * @param length bytes of plaintext
   * @throws RecordException with {@link RecordFault#BAD_CONTROL} if it is malformed
   */
  static ControlRecord decode(byte[] inner, int offset, int length) throws RecordException {
    return ControlCodec.decode(inner, offset, length);
  }

  /**
   * The responder accepts the authenticated initiator.
   *
   * @param limits the responder's limits for this peer
   */
  record Ready(SessionLimits limits) implements ControlRecord {
    @Override
    public int code() {
      return ControlCodec.READY;
    }
  }

  /**
   * The sender ends the session; the receiver answers in kind, then the connection is closed.
   *
   * @param closeCode why
   * @param retryAfterMs milliseconds after which another attempt makes sense, 0 to 4,294,967,295; 0
   *     says nothing
   * @param reason up to 128 printable ASCII characters for a log; may be empty
   */
  record Close(CloseCode closeCode, long retryAfterMs, String reason) implements ControlRecord {
    /** The longest reason, in bytes. */
    public static final int MAX_REASON_BYTES = 128;

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException naming the value that is out of range
     */
    public Close {
      if (retryAfterMs < 0 || retryAfterMs > 0xFFFF_FFFFL) {
        throw new IllegalArgumentException(
            "retryAfterMs is " + retryAfterMs + ", must be 0..4294967295");
      }
      if (reason.length() > MAX_REASON_BYTES || !isPrintable(reason)) {
        throw new IllegalArgumentException(
            "reason must be at most " + MAX_REASON_BYTES + " printable ASCII characters");
      }
    }

    /** Returns a close with no hint and no text. */
    public static Close of(CloseCode closeCode) {
      return new Close(closeCode, 0, "");
    }

    @Override
    public int code() {
      return ControlCodec.CLOSE;
    }

    private static boolean isPrintable(String text) {
      return text.chars().allMatch(c -> c >= 0x20 && c < 0x7F);
    }
  }

  /**
   * The sender takes no new requests and will close when the open ones are done.
   *
   * @param lastAcceptedStreamId requests of the receiver above this stream id were not executed, 0
   *     to 2,147,483,647
   */
  record GoAway(int lastAcceptedStreamId) implements ControlRecord {
    /**
     * Checks the range.
     *
     * @throws IllegalArgumentException if the id is negative
     */
    public GoAway {
      if (lastAcceptedStreamId < 0) {
        throw new IllegalArgumentException("lastAcceptedStreamId must not be negative");
      }
    }

    @Override
    public int code() {
      return ControlCodec.GOAWAY;
    }
  }

  /**
   * A question that the peer answers at once with {@link Pong}.
   *
   * @param token opaque to the peer
   */
  record Ping(long token) implements ControlRecord {
    @Override
    public int code() {
      return ControlCodec.PING;
    }
  }

  /**
   * The answer to {@link Ping}.
   *
   * @param token as in the ping
   */
  record Pong(long token) implements ControlRecord {
    @Override
    public int code() {
      return ControlCodec.PONG;
    }
  }

  /** The sender's next record is under the next key; sealer and opener act on it themselves. */
  record KeyUpdate() implements ControlRecord {
    @Override
    public int code() {
      return ControlCodec.KEY_UPDATE;
    }
  }

  /**
   * The sender's limits changed.
   *
   * @param limits the new limits; {@code maxRecordBytes} in it has no effect
   */
  record Limits(SessionLimits limits) implements ControlRecord {
    @Override
    public int code() {
      return ControlCodec.LIMITS;
    }
  }

  /**
   * A kind of a later version that may be ignored.
   *
   * @param code its code, below 0x80
   */
  record Ignored(int code) implements ControlRecord {}
}
