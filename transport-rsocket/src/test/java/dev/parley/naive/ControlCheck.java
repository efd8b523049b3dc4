package dev.parley.naive;

import static dev.parley.naive.Json.bytes;
import static dev.parley.naive.Json.hex;
import static dev.parley.naive.NaiveBytes.uint;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes and reads control records. */
final class ControlCheck {

  private ControlCheck() {}

  static ObjectNode written(JsonNode inputs) throws NaiveRefusal {
    byte[] inner = record(inputs).inner();
    assertThat(Json.parse(meaning(NaiveControl.decode(inner)).toString())).isEqualTo(inputs);
    return Json.object().put("inner", hex(inner));
  }

  static ObjectNode read(JsonNode inputs) throws NaiveRefusal {
    return meaning(NaiveControl.decode(bytes(inputs, "inner")));
  }

  private static NaiveControl record(JsonNode in) {
    return switch (in.get("record").asString()) {
      case "READY" -> NaiveControl.ready(Json.limits(in.get("limits")));
      case "LIMITS" -> NaiveControl.limits(Json.limits(in.get("limits")));
      case "CLOSE" ->
          NaiveControl.close(
              in.get("closeCode").asInt(),
              in.get("retryAfterMs").asLong(),
              in.get("reason").asString());
      case "GOAWAY" -> NaiveControl.goAway(in.get("streamId").asLong());
      case "PING" -> NaiveControl.ping(bytes(in, "token"));
      case "PONG" -> NaiveControl.pong(bytes(in, "token"));
      case "KEY_UPDATE" -> NaiveControl.keyUpdate();
      default -> throw new IllegalArgumentException(in.get("record").asString());
    };
  }

  private static ObjectNode meaning(NaiveControl control) throws NaiveRefusal {
    NaiveFields fields = control.fields();
    ObjectNode out = Json.object();
    switch (control.code()) {
      case NaiveControl.READY, NaiveControl.LIMITS -> {
        out.put("record", control.code() == NaiveControl.READY ? "READY" : "LIMITS");
        out.set("limits", Json.limits(NaiveLimits.decode(fields.get(NaiveFields.LIMITS))));
      }
      case NaiveControl.CLOSE -> {
        out.put("record", "CLOSE").put("closeCode", control.closeCode());
        boolean retry = fields.has(NaiveFields.RETRY_AFTER);
        out.put("retryAfterMs", retry ? uint(fields.get(NaiveFields.RETRY_AFTER), 0, 4) : 0L);
        boolean reason = fields.has(NaiveFields.REASON);
        out.put("reason", reason ? new String(fields.get(NaiveFields.REASON), US_ASCII) : "");
      }
      case NaiveControl.GOAWAY ->
          out.put("record", "GOAWAY")
              .put("streamId", (int) uint(fields.get(NaiveFields.STREAM_ID), 0, 4));
      case NaiveControl.PING -> out.put("record", "PING").put("token", token(fields));
      case NaiveControl.PONG -> out.put("record", "PONG").put("token", token(fields));
      case NaiveControl.KEY_UPDATE -> out.put("record", "KEY_UPDATE");
      default -> out.put("record", "ignored").put("code", control.code());
    }
    return out;
  }

  private static String token(NaiveFields fields) throws NaiveRefusal {
    return hex(fields.get(NaiveFields.TOKEN));
  }
}
