package dev.parley.naive;

import static dev.parley.naive.NaiveBytes.concat;
import static dev.parley.naive.NaiveBytes.slice;
import static dev.parley.naive.NaiveBytes.uint;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Fields of type, length and value, PROTOCOL.md §6. */
final class NaiveFields {
  static final int TIME = 0x01;
  static final int LIMITS = 0x02;
  static final int FEATURES = 0x03;
  static final int AGENT_ID = 0x04;
  static final int DIAL_NONCE = 0x05;
  static final int CREDENTIALS = 0x06;
  static final int INSTANCE = 0x07;
  static final int ROLES = 0x08;
  static final int CHECK = 0x0A;
  static final int CLOSE_CODE = 0x10;
  static final int RETRY_AFTER = 0x11;
  static final int REASON = 0x12;
  static final int STREAM_ID = 0x13;
  static final int TOKEN = 0x14;

  private final Map<Integer, byte[]> values = new LinkedHashMap<>();

  NaiveFields with(int type, byte[] value) {
    values.put(type, value);
    return this;
  }

  boolean has(int type) {
    return values.containsKey(type);
  }

  byte[] get(int type) throws NaiveRefusal {
    byte[] value = values.get(type);
    if (value == null) {
      throw new NaiveRefusal("a missing field " + type);
    }
    return value;
  }

  byte[] get(int type, int length) throws NaiveRefusal {
    byte[] value = get(type);
    if (value.length != length) {
      throw new NaiveRefusal("a wrong length of field " + type);
    }
    return value;
  }

  /** In the order in which they were given. */
  byte[] encode() {
    byte[] all = {};
    for (Map.Entry<Integer, byte[]> field : values.entrySet()) {
      byte[] value = field.getValue();
      all = concat(all, uint(field.getKey(), 1), uint(value.length, 2), value);
    }
    return all;
  }

  /** Reads fields of which those in {@code known} belong to this message. */
  static NaiveFields decode(byte[] in, Set<Integer> known) throws NaiveRefusal {
    NaiveFields fields = new NaiveFields();
    Set<Integer> seen = new HashSet<>();
    int at = 0;
    while (at < in.length && in[at] != 0) {
      int type = in[at] & 0xFF;
      if (at + 3 > in.length) {
        throw new NaiveRefusal("a truncated field");
      }
      int end = at + 3 + (int) uint(in, at + 1, 2);
      if (end > in.length || !seen.add(type)) {
        throw new NaiveRefusal("a truncated or repeated field");
      }
      if (known.contains(type)) {
        fields.with(type, slice(in, at + 3, end));
      } else if (type >= 0x80) {
        throw new NaiveRefusal("an unknown field that must be understood");
      }
      at = end;
    }
    for (; at < in.length; at++) {
      if (in[at] != 0) {
        throw new NaiveRefusal("padding that is not zero");
      }
    }
    return fields;
  }
}
