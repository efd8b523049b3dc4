package dev.parley.naive;

import static dev.parley.naive.NaiveBytes.concat;
import static dev.parley.naive.NaiveBytes.from;
import static dev.parley.naive.NaiveBytes.uint;
import static dev.parley.naive.NaiveBytes.utf8;

import java.util.Set;

/**
 * A control record, PROTOCOL.md §11.
 *
 * @param fields those that belong to the code
 */
record NaiveControl(int code, NaiveFields fields) {
  static final int READY = 0x01;
  static final int CLOSE = 0x02;
  static final int GOAWAY = 0x03;
  static final int PING = 0x04;
  static final int PONG = 0x05;
  static final int KEY_UPDATE = 0x06;
  static final int LIMITS = 0x07;
  private static final int LAST_CLOSE_CODE = 8;

  static NaiveControl ready(NaiveLimits limits) {
    return new NaiveControl(READY, new NaiveFields().with(NaiveFields.LIMITS, limits.encode()));
  }

  static NaiveControl limits(NaiveLimits limits) {
    return new NaiveControl(LIMITS, new NaiveFields().with(NaiveFields.LIMITS, limits.encode()));
  }

  /** A CLOSE; 0 for no time and an empty text for no reason leave the field out. */
  static NaiveControl close(int code, long retryAfterMs, String reason) {
    NaiveFields fields = new NaiveFields().with(NaiveFields.CLOSE_CODE, uint(code, 1));
    if (retryAfterMs != 0) {
      fields.with(NaiveFields.RETRY_AFTER, uint(retryAfterMs, 4));
    }
    if (!reason.isEmpty()) {
      fields.with(NaiveFields.REASON, utf8(reason));
    }
    return new NaiveControl(CLOSE, fields);
  }

  static NaiveControl goAway(long streamId) {
    return new NaiveControl(
        GOAWAY, new NaiveFields().with(NaiveFields.STREAM_ID, uint(streamId, 4)));
  }

  static NaiveControl ping(byte[] token) {
    return new NaiveControl(PING, new NaiveFields().with(NaiveFields.TOKEN, token));
  }

  static NaiveControl pong(byte[] token) {
    return new NaiveControl(PONG, new NaiveFields().with(NaiveFields.TOKEN, token));
  }

  static NaiveControl keyUpdate() {
    return new NaiveControl(KEY_UPDATE, new NaiveFields());
  }

  /** The plaintext of the record, without padding. */
  byte[] inner() {
    return concat(new byte[] {NaiveRecords.CONTROL, (byte) code}, fields.encode());
  }

  static NaiveControl decode(byte[] inner) throws NaiveRefusal {
    if (inner.length < 2) {
      throw new NaiveRefusal("a control record without a code");
    }
    int code = inner[1] & 0xFF;
    if (code == 0 || code >= 0x80) {
      throw new NaiveRefusal("a control code that must be understood");
    }
    NaiveFields fields = NaiveFields.decode(from(inner, 2), known(code));
    check(code, fields);
    return new NaiveControl(code, fields);
  }

  private static Set<Integer> known(int code) {
    return switch (code) {
      case READY, LIMITS -> Set.of(NaiveFields.LIMITS);
      case CLOSE -> Set.of(NaiveFields.CLOSE_CODE, NaiveFields.RETRY_AFTER, NaiveFields.REASON);
      case GOAWAY -> Set.of(NaiveFields.STREAM_ID);
      case PING, PONG -> Set.of(NaiveFields.TOKEN);
      default -> Set.of();
    };
  }

  private static void check(int code, NaiveFields fields) throws NaiveRefusal {
    switch (code) {
      case READY, LIMITS -> NaiveLimits.decode(fields.get(NaiveFields.LIMITS, 16));
      case CLOSE -> checkClose(fields);
      case GOAWAY -> {
        if (uint(fields.get(NaiveFields.STREAM_ID, 4), 0, 4) > 0x7FFFFFFFL) {
          throw new NaiveRefusal("a stream id above 2^31 - 1");
        }
      }
      case PING, PONG -> fields.get(NaiveFields.TOKEN, 8);
      default -> {}
    }
  }

  private static void checkClose(NaiveFields fields) throws NaiveRefusal {
    if (fields.get(NaiveFields.CLOSE_CODE, 1)[0] < 0
        || fields.get(NaiveFields.CLOSE_CODE)[0] > LAST_CLOSE_CODE) {
      throw new NaiveRefusal("an unknown close code");
    }
    if (fields.has(NaiveFields.RETRY_AFTER)) {
      fields.get(NaiveFields.RETRY_AFTER, 4);
    }
    if (fields.has(NaiveFields.REASON)) {
      byte[] reason = fields.get(NaiveFields.REASON);
      for (byte b : reason) {
        if (reason.length > 128 || b < 0x20 || b > 0x7E) {
          throw new NaiveRefusal("a reason that is too long or not printable");
        }
      }
    }
  }

  int closeCode() throws NaiveRefusal {
    return fields.get(NaiveFields.CLOSE_CODE, 1)[0];
  }
}
