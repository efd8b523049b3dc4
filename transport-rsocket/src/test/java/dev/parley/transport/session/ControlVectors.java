package dev.parley.transport.session;

import static dev.parley.transport.session.VectorHandshake.limitsJson;
import static dev.parley.transport.vectors.VectorFile.array;
import static dev.parley.transport.vectors.VectorFile.hex;
import static dev.parley.transport.vectors.VectorFile.object;
import static dev.parley.transport.vectors.VectorFile.vector;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Makes {@code control.json}. */
final class ControlVectors {
  private static final SessionLimits LEAST = new SessionLimits(4096, 1024, 1024, 1);
  private static final SessionLimits MOST =
      new SessionLimits(65_519, 0xFF_FFFF, 0xFF_FFFF, 1 << 20);

  private ControlVectors() {}

  static ObjectNode file() {
    ObjectNode file = object().put("format", "parley control 1");
    file.set("written", written());
    file.set("read", read());
    return file;
  }

  private static ArrayNode written() {
    ArrayNode vectors = array();
    records()
        .forEach(
            (name, record) -> {
              byte[] inner = new byte[RecordSealer.MAX_CONTROL_BYTES];
              inner = Arrays.copyOf(inner, ControlCodec.encode(record, inner, 0));
              vectors.add(vector(name, meaning(record), object().put("inner", hex(inner))));
            });
    return vectors;
  }

  private static Map<String, ControlRecord> records() {
    Map<String, ControlRecord> records = new LinkedHashMap<>();
    records.put("READY, defaults", new ControlRecord.Ready(SessionLimits.defaults()));
    records.put("READY, least", new ControlRecord.Ready(LEAST));
    records.put("LIMITS, most", new ControlRecord.Limits(MOST));
    for (CloseCode code : CloseCode.values()) {
      records.put("CLOSE " + code, ControlRecord.Close.of(code));
    }
    records.put(
        "CLOSE, come back later",
        new ControlRecord.Close(CloseCode.OVERLOADED, 0xFFFF_FFFFL, "too many links"));
    records.put(
        "CLOSE, longest reason", new ControlRecord.Close(CloseCode.LIMITS, 0, " ~".repeat(64)));
    records.put("GOAWAY, nothing accepted", new ControlRecord.GoAway(0));
    records.put("GOAWAY, highest", new ControlRecord.GoAway(Integer.MAX_VALUE));
    records.put("PING", new ControlRecord.Ping(0x8000_0000_0000_0102L));
    records.put("PONG", new ControlRecord.Pong(0x8000_0000_0000_0102L));
    records.put("KEY_UPDATE", new ControlRecord.KeyUpdate());
    return records;
  }

  /** Forms that no node writes and every node reads. */
  private static ArrayNode read() {
    ArrayNode vectors = array();
    forms()
        .forEach(
            (name, inner) -> {
              byte[] bytes = HexFormat.of().parseHex(inner.replace(" ", ""));
              try {
                ControlRecord record = ControlRecord.decode(bytes, 0, bytes.length);
                vectors.add(vector(name, object().put("inner", hex(bytes)), meaning(record)));
              } catch (RecordException e) {
                throw new AssertionError(name, e);
              }
            });
    return vectors;
  }

  private static Map<String, String> forms() {
    Map<String, String> forms = new LinkedHashMap<>();
    forms.put("one zero byte behind the fields", "01 04 140008 0000000000000001 00");
    forms.put("KEY_UPDATE with padding", "01 06 00000000");
    forms.put("fields in another order", "01 02 120002 6f6b 110004 00000007 100001 05");
    forms.put("RETRY_AFTER of 0 and an empty REASON", "01 02 100001 00 110004 00000000 120000");
    forms.put("an unknown optional field", "01 03 7f0002 abcd 130004 0000000b");
    forms.put("a field of another record", "01 05 120001 ff 140008 ffffffffffffffff");
    forms.put("a code of a later version", "01 7f 130000 200001 00");
    return forms;
  }

  private static ObjectNode meaning(ControlRecord record) {
    ObjectNode json = object();
    if (record instanceof ControlRecord.Ready ready) {
      json.put("record", "READY").set("limits", limitsJson(ready.limits()));
    } else if (record instanceof ControlRecord.Limits limits) {
      json.put("record", "LIMITS").set("limits", limitsJson(limits.limits()));
    } else if (record instanceof ControlRecord.Close close) {
      json.put("record", "CLOSE").put("closeCode", close.closeCode().wire());
      json.put("retryAfterMs", close.retryAfterMs()).put("reason", close.reason());
    } else if (record instanceof ControlRecord.GoAway goAway) {
      json.put("record", "GOAWAY").put("streamId", goAway.lastAcceptedStreamId());
    } else if (record instanceof ControlRecord.Ping ping) {
      json.put("record", "PING").put("token", String.format("%016x", ping.token()));
    } else if (record instanceof ControlRecord.Pong pong) {
      json.put("record", "PONG").put("token", String.format("%016x", pong.token()));
    } else if (record instanceof ControlRecord.KeyUpdate) {
      json.put("record", "KEY_UPDATE");
    } else {
      json.put("record", "ignored").put("code", record.code());
    }
    return json;
  }
}
