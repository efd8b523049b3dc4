package dev.parley.transport.rsocket.link;

import static dev.parley.transport.vectors.VectorFile.array;
import static dev.parley.transport.vectors.VectorFile.bytes;
import static dev.parley.transport.vectors.VectorFile.hex;
import static dev.parley.transport.vectors.VectorFile.object;
import static dev.parley.transport.vectors.VectorFile.vector;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.Annex;
import dev.parley.HandlerFailure;
import dev.parley.Message;
import dev.parley.transport.rsocket.frame.InboundDecoder;
import dev.parley.transport.rsocket.frame.InboundPayload;
import dev.parley.transport.rsocket.frame.MetadataCodec;
import dev.parley.transport.rsocket.guard.ErrorCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.rsocket.frame.ErrorFrameCodec;
import io.rsocket.frame.KeepAliveFrameCodec;
import io.rsocket.frame.PayloadFrameCodec;
import io.rsocket.frame.RequestResponseFrameCodec;
import io.rsocket.frame.SetupFrameCodec;
import io.rsocket.util.ByteBufPayload;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Makes {@code metadata.json}: metadata of messages, and the frames that carry them. */
public final class MetadataVectors {
  private static final UnpooledByteBufAllocator ALLOC = UnpooledByteBufAllocator.DEFAULT;

  private MetadataVectors() {}

  static ObjectNode file() {
    ObjectNode file = object().put("format", "parley metadata 1");
    file.set("frames", frames());
    file.set("requests", requests());
    file.set("answers", answers());
    file.set("errors", errors());
    file.set("read", read());
    file.set("malformed", malformed());
    return file;
  }

  /** The SETUP that a node sends; {@code NaivePeerIT} sees it arrive. */
  public static byte[] setup() {
    return bytesOf(
        SetupFrameCodec.encode(
            ALLOC,
            false,
            3_600_000,
            86_400_000,
            "message/x.rsocket.composite-metadata.v0",
            "application/octet-stream",
            ByteBufPayload.create(Unpooled.EMPTY_BUFFER)));
  }

  private static ArrayNode frames() {
    ArrayNode vectors = array();
    vectors.add(frame("SETUP", object().put("frame", "SETUP"), setup()));
    byte[] data = bytes("keep-alive", 8);
    byte[] ping = bytesOf(KeepAliveFrameCodec.encode(ALLOC, true, 0, Unpooled.wrappedBuffer(data)));
    byte[] pong =
        bytesOf(KeepAliveFrameCodec.encode(ALLOC, false, 0, Unpooled.wrappedBuffer(data)));
    ObjectNode answered = object().put("frame", "KEEPALIVE").put("received", hex(ping));
    vectors.add(frame("the answer to a KEEPALIVE", answered, pong));
    return vectors;
  }

  private static ObjectNode frame(String name, ObjectNode inputs, byte[] frame) {
    return vector(name, inputs, object().put("bytes", hex(frame)));
  }

  private static ArrayNode requests() {
    ArrayNode vectors = array();
    vectors.add(request("the default route, data only", "", Message.of(new byte[] {1}), 60_000));
    vectors.add(request("text", "bids", Message.text("$50 on the clown"), 2_500));
    vectors.add(request("nothing but metadata", "a", Message.empty(), 0));
    Message headers =
        Message.of("{}".getBytes(UTF_8), "application/json")
            .withHeader("lot", "19")
            .withHeader("größe", "")
            .withHeader("note", "x".repeat(300));
    vectors.add(request("headers", "auktion/gebote/größe", headers, 0xFFFF_FFFFL));
    Annex annex = Annex.with(Annex.with(null, 0x20, bytes("claim", 40)), 0x7F, new byte[0]);
    vectors.add(request("fields of protocols", "a", Message.empty(), 1_000, annex));
    return vectors;
  }

  private static ObjectNode request(String name, String route, Message message, long remaining) {
    return request(name, route, message, remaining, null);
  }

  private static ObjectNode request(
      String name, String route, Message message, long remaining, @Nullable Annex annex) {
    ByteBuf out = ALLOC.buffer();
    MetadataCodec.request(out, route, message, remaining, annex);
    byte[] metadata = bytesOf(out);
    byte[] frame =
        bytesOf(
            RequestResponseFrameCodec.encode(
                ALLOC,
                1,
                false,
                Unpooled.wrappedBuffer(metadata),
                Unpooled.wrappedBuffer(message.bytes())));
    ObjectNode inputs = object().put("streamId", 1).put("route", route);
    inputs.put("remainingMs", remaining);
    describe(message, inputs);
    if (annex != null) {
      ArrayNode fields = inputs.putArray("fields");
      annex
          .fields()
          .forEach(
              f -> fields.add(object().put("number", f.number()).put("value", hex(f.value()))));
    }
    return vector(name, inputs, object().put("metadata", hex(metadata)).put("frame", hex(frame)));
  }

  private static void describe(Message message, ObjectNode json) {
    json.put("contentType", message.contentType());
    ArrayNode headers = array();
    message
        .headers()
        .forEach((key, value) -> headers.add(object().put("name", key).put("value", value)));
    json.set("headers", headers);
    json.put("data", hex(message.bytes()));
  }

  private static ArrayNode answers() {
    ArrayNode vectors = array();
    vectors.add(answer("nothing to say of it", Message.of(bytes("answer", 20))));
    vectors.add(answer("text", Message.text("sold")));
    vectors.add(answer("a header only", Message.empty().withHeader("lot", "20")));
    vectors.add(answer("empty", Message.empty()));
    return vectors;
  }

  private static ObjectNode answer(String name, Message message) {
    ByteBuf encoded = ALLOC.buffer();
    boolean any = MetadataCodec.answer(encoded, message);
    byte[] metadata = bytesOf(encoded);
    byte[] frame =
        bytesOf(
            PayloadFrameCodec.encode(
                ALLOC,
                7,
                false,
                true,
                true,
                any ? Unpooled.wrappedBuffer(metadata) : null,
                Unpooled.wrappedBuffer(message.bytes())));
    ObjectNode inputs = object().put("streamId", 7);
    describe(message, inputs);
    return vector(name, inputs, object().put("metadata", hex(metadata)).put("frame", hex(frame)));
  }

  private static ArrayNode errors() {
    Map<String, Throwable> errors = new LinkedHashMap<>();
    errors.put("a handler that failed", new IllegalStateException("not for the peer"));
    errors.put("a handler that says why", HandlerFailure.failed("no such lot"));
    errors.put("a handler that refuses", HandlerFailure.rejected("not today"));
    errors.put("a caller that may not", HandlerFailure.unauthorized());
    errors.put("malformed metadata", WireErrors.of(ErrorCode.INVALID, null));
    errors.put("too much under way", WireErrors.of(ErrorCode.REJECTED, null));
    errors.put("an answer that is too large", WireErrors.of(ErrorCode.ANSWER_TOO_LARGE, null));
    ArrayNode vectors = array();
    errors.forEach(
        (name, error) -> {
          Throwable wire =
              error instanceof io.rsocket.RSocketErrorException ? error : WireErrors.of(error);
          byte[] frame = bytesOf(ErrorFrameCodec.encode(ALLOC, 9, wire));
          ByteBuf read = Unpooled.wrappedBuffer(frame);
          ObjectNode inputs =
              object()
                  .put("streamId", 9)
                  .put("code", ErrorFrameCodec.errorCode(read))
                  .put("text", ErrorFrameCodec.dataUtf8(read));
          vectors.add(vector(name, inputs, object().put("frame", hex(frame))));
        });
    return vectors;
  }

  /** Metadata of requests that no node writes and every node reads. */
  private static ArrayNode read() {
    Map<String, String> forms = new LinkedHashMap<>();
    forms.put("none at all", "");
    forms.put(
        "Parley's entry first", "07" + ascii("x/parley") + "000007 010004 00000001 fe000002 0161");
    forms.put("two tags, the second ignored", "fe000004 0161 0162");
    forms.put("an empty route", "fe000001 00");
    forms.put("a zero-length Parley entry", "07" + ascii("x/parley") + "000000");
    forms.put("an entry by id that is not known", "85000003 010203 fe000002 0161");
    forms.put("an entry by name that is not known", "02" + ascii("a/b") + "000001 ff");
    forms.put("an unknown field, and two of protocols", parley("050000 7f0000 200001aa"));
    forms.put("a field of type 0", parley("000001 ff"));
    forms.put("an empty header value", parley("030002 0161"));
    ArrayNode vectors = array();
    forms.forEach(
        (name, form) -> {
          InboundPayload payload = decode(form);
          if (payload.isMalformed()) {
            throw new AssertionError(name);
          }
          ObjectNode outputs = object().put("route", payload.route());
          outputs.put("remainingMs", payload.remainingMillis());
          describe(payload.message(), outputs);
          outputs.remove("data");
          vectors.add(vector(name, object().put("metadata", clean(form)), outputs));
        });
    return vectors;
  }

  /** Metadata of requests that are answered with 0x204. */
  private static ArrayNode malformed() {
    Map<String, String> forms = new LinkedHashMap<>();
    forms.put("an entry that is cut off", "fe000003 0161");
    forms.put("an entry without a length", "fe0000");
    forms.put("a MIME type that is cut off", "07" + ascii("x/par"));
    forms.put("an entry of a route without a tag", "fe000000");
    forms.put("a route beyond its entry", "fe000002 0261");
    forms.put("a route that is not UTF-8", "fe000002 01ff");
    forms.put("two routes", "fe000002 0161 fe000002 0161");
    forms.put("two entries of Parley", parley("") + parley(""));
    forms.put("a REMAINING of three bytes", parley("010003 000001"));
    forms.put("REMAINING twice", parley("010004 00000001 010004 00000001"));
    forms.put("an empty CONTENT_TYPE", parley("020000"));
    forms.put("a CONTENT_TYPE of 256 bytes", parley("020100" + "61".repeat(256)));
    forms.put("an overlong form of UTF-8", parley("020002 c0af"));
    forms.put("CONTENT_TYPE twice", parley("020001 61 020001 61"));
    forms.put("a header without a name", parley("030001 00"));
    forms.put("an empty header", parley("030000"));
    forms.put("a header's name beyond it", parley("030002 0261"));
    forms.put("a header twice", parley("030002 0161 030003 016162"));
    forms.put("65 headers", parley(headers(65)));
    forms.put("an unknown field below 0x20 twice", parley("050000 050000"));
    forms.put("a field of a protocol twice", parley("210001aa 210001bb"));
    forms.put("17 fields of protocols", parley(fields(17, 0)));
    forms.put("fields of protocols of 8193 bytes", parley(fields(1, 8190)));
    forms.put("a field that must be understood", parley("800000"));
    forms.put("a field that is cut off", parley("050002 00"));
    forms.put("two zero bytes behind the fields", parley("010004 00000001 0000"));
    ArrayNode vectors = array();
    forms.forEach(
        (name, form) -> {
          if (!decode(form).isMalformed()) {
            throw new AssertionError(name);
          }
          vectors.add(
              vector(
                  name,
                  object().put("metadata", clean(form)),
                  object().put("error", ErrorCode.INVALID)));
        });
    return vectors;
  }

  private static String fields(int count, int bytes) {
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < count; i++) {
      all.append(String.format("%02x%04x", Annex.FIRST_FIELD + i, bytes))
          .append("00".repeat(bytes));
    }
    return all.toString();
  }

  private static InboundPayload decode(String form) {
    ByteBuf metadata = Unpooled.wrappedBuffer(HexFormat.of().parseHex(clean(form)));
    return new InboundDecoder().read(metadata, 0, true, metadata.writerIndex());
  }

  private static String headers(int count) {
    StringBuilder headers = new StringBuilder();
    for (int i = 0; i < count; i++) {
      headers.append(String.format("03000301%02x61", i));
    }
    return headers.toString();
  }

  private static String parley(String fields) {
    return "07" + ascii("x/parley") + String.format("%06x", clean(fields).length() / 2) + fields;
  }

  private static String ascii(String text) {
    return hex(text.getBytes(UTF_8));
  }

  private static String clean(String form) {
    return form.replace(" ", "");
  }

  private static byte[] bytesOf(ByteBuf buffer) {
    byte[] bytes = ByteBufUtil.getBytes(buffer);
    buffer.release();
    return bytes;
  }
}
