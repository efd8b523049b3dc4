package dev.parley.transport.rsocket;

import static dev.parley.transport.vectors.VectorFile.array;
import static dev.parley.transport.vectors.VectorFile.bytes;
import static dev.parley.transport.vectors.VectorFile.hex;
import static dev.parley.transport.vectors.VectorFile.object;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.Address;
import dev.parley.Annex;
import dev.parley.FailureCode;
import dev.parley.HandlerFailure;
import dev.parley.Inbound;
import dev.parley.Message;
import dev.parley.TraceContext;
import dev.parley.spi.Link;
import dev.parley.spi.Receiver;
import dev.parley.transport.rsocket.TransportFixture.Started;
import dev.parley.transport.rsocket.frame.MetadataCodec;
import dev.parley.transport.rsocket.guard.RawFrames;
import dev.parley.transport.vectors.VectorFile;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The frames of {@code exchanges.json} are those that a node answers with over a socket. */
@Timeout(60)
class ExchangeVectorsTest {
  private static final int REQUEST_RESPONSE = 0x04;
  private static final int FNF = 0x05;
  private static final int STREAM = 0x06;
  private static final int CHANNEL = 0x07;
  private static final int REQUEST_N = 0x08;
  private static final int CANCEL = 0x09;
  private static final int PAYLOAD = 0x0A;
  private static final int METADATA = 0x100;
  private static final int FOLLOWS = 0x80;
  private static final int COMPLETE = 0x40;
  private static final int NEXT = 0x20;
  private static final int NONE = -1;
  private static final int MTU = 4096 - 20;
  private static final byte[] PAUSE = {};

  private final TransportFixture fixture = new TransportFixture();
  private final Started node =
      fixture.start(
          new Routes(),
          o ->
              o.listen(Address.tcp("127.0.0.1", 0))
                  .limits(l -> l.maxRecordBytes(4096).maxMessageBytes(8192)));
  private final ArrayNode exchanges = array();

  @AfterEach
  void close() {
    fixture.close();
  }

  /** The handlers that the README of the vectors tells of. */
  private static final class Routes implements Receiver {
    @Override
    public Mono<Message> requestResponse(Link link, Inbound in) {
      return switch (in.route()) {
        case "echo" -> Mono.just(in.message());
        case "refuse" -> Mono.error(HandlerFailure.rejected("not today"));
        case "fail" -> Mono.error(new IllegalStateException("not for the peer"));
        case "never" -> Mono.never();
        default -> Mono.error(HandlerFailure.of(FailureCode.NO_RECEIVER, null, null));
      };
    }

    @Override
    public Mono<Void> fireAndForget(Link link, Inbound in) {
      return Mono.empty();
    }

    @Override
    public Flux<Message> requestStream(Link link, Inbound in) {
      return switch (in.route()) {
        case "count" -> Flux.range(0, Integer.MAX_VALUE).map(i -> Message.text("" + i));
        case "three" -> Flux.just("one", "two", "three").map(Message::text);
        case "refuse" -> Flux.error(HandlerFailure.rejected("not today"));
        default -> Flux.error(HandlerFailure.of(FailureCode.NO_RECEIVER, null, null));
      };
    }

    @Override
    public Flux<Message> requestChannel(Link link, Inbound in, Publisher<Message> rest) {
      return in.route().equals("echo")
          ? Flux.from(rest).startWith(in.message())
          : Flux.error(HandlerFailure.of(FailureCode.NO_RECEIVER, null, null));
    }
  }

  private static byte[] metadata(String route, Message message) {
    ByteBuf out = Unpooled.buffer();
    MetadataCodec.request(out, route, message, 60_000, null);
    return ByteBufUtil.getBytes(out);
  }

  private static byte[] frame(int type, int flags, int n, byte @Nullable [] metadata, byte[] data) {
    ByteBuf out = Unpooled.buffer();
    out.writeInt(1).writeShort(type << 10 | flags | (metadata == null ? 0 : METADATA));
    if (n != NONE) {
      out.writeInt(n);
    }
    if (metadata != null) {
      out.writeMedium(metadata.length).writeBytes(metadata);
    }
    return ByteBufUtil.getBytes(out.writeBytes(data));
  }

  private static byte[] request(int type, String route, Message message, int n) {
    return frame(type, 0, n, metadata(route, message), message.bytes());
  }

  private static byte[] request(String route, Message message) {
    return request(REQUEST_RESPONSE, route, message, NONE);
  }

  private static byte[] item(int flags, String text) {
    return frame(PAYLOAD, flags, NONE, null, text.getBytes(UTF_8));
  }

  private static byte[] bare(int type, int n) {
    return frame(type, 0, n, null, new byte[0]);
  }

  /** The fragments of a request that does not fit. */
  private static byte[][] fragments(String route, Message message) {
    byte[] metadata = metadata(route, message);
    byte[] data = message.bytes();
    int at = MTU - 9 - metadata.length;
    List<byte[]> all = new ArrayList<>();
    all.add(frame(REQUEST_RESPONSE, FOLLOWS, NONE, metadata, Arrays.copyOf(data, at)));
    while (at < data.length) {
      int end = Math.min(data.length, at + MTU - 6);
      int flags = NEXT | (end < data.length ? FOLLOWS : 0);
      all.add(frame(PAYLOAD, flags, NONE, null, Arrays.copyOfRange(data, at, end)));
      at = end;
    }
    return all.toArray(new byte[0][]);
  }

  private void exchange(String name, byte[]... sent) throws Exception {
    ObjectNode exchange = object().put("name", name);
    ArrayNode in = array();
    ArrayNode out = array();
    try (RawPeer peer = RawPeer.setUp(node.address(), node.id(), TransportFixture.NETWORK)) {
      int barrier = 101;
      for (byte[] frame : sent) {
        in.add(frame == PAUSE ? "[pause]" : hex(frame));
        if (frame == PAUSE) {
          await(peer, barrier, out);
          barrier += 4;
        } else {
          peer.send(Unpooled.wrappedBuffer(frame));
        }
      }
      await(peer, barrier, out);
    }
    exchange.set("inputs", object().set("sent", in));
    exchange.set("outputs", object().set("received", out));
    exchanges.add(exchange);
  }

  /**
   * A request behind all others is answered behind all others; but for the first signals of a
   * stream, which take another turn of the event loop.
   */
  private static void await(RawPeer peer, int barrier, ArrayNode received) throws Exception {
    awaitOne(peer, barrier, received);
    awaitOne(peer, barrier + 2, received);
  }

  private static void awaitOne(RawPeer peer, int barrier, ArrayNode received) throws Exception {
    peer.send(peer.request(barrier, "echo", "")).flush();
    while (true) {
      RawFrames.Seen seen = peer.nextFrame();
      if (seen.streamId() == barrier) {
        return;
      }
      ByteBuf whole = Unpooled.buffer();
      whole.writeInt(seen.streamId()).writeShort(seen.type() << 10 | seen.flags());
      received.add(hex(ByteBufUtil.getBytes(whole.writeBytes(seen.body()))));
    }
  }

  private static Message large(int length) {
    return Message.of(bytes("exchanges/" + length, length));
  }

  @Test
  void areWhatANodeAnswers() throws Exception {
    requests();
    signals();
    streams();
    channels();
    ObjectNode file = object().put("format", "parley exchanges 1");
    file.set("exchanges", exchanges);
    VectorFile.check("exchanges.json", file);
  }

  private void requests() throws Exception {
    exchange("a request and its answer", request("echo", Message.text("$50 on the clown")));
    exchange("an empty answer", request("echo", Message.empty()));
    exchange(
        "headers, and an answer with them",
        request("echo", Message.text("sold").withHeader("lot", "19")));
    exchange("trace context, of which an answer says nothing", traced());
    exchange("no handler for the route", request("nobody", Message.text("?")));
    exchange("no metadata: the default route", item(REQUEST_RESPONSE, 0, "?"));
    exchange("a handler that refuses", request("refuse", Message.text("?")));
    exchange("a handler that fails", request("fail", Message.text("?")));
    exchange(
        "malformed metadata",
        frame(REQUEST_RESPONSE, 0, NONE, new byte[] {(byte) 0xFE, 0, 0, 3, 1}, new byte[] {1}));
    exchange(
        "a request that is cancelled", request("never", Message.text("?")), bare(CANCEL, NONE));
    exchange("fragments, of the request and of the answer", fragments("echo", large(6000)));
    exchange("a message beyond the limit", fragments("echo", large(9000)));
  }

  private static byte[] item(int type, int flags, String text) {
    return frame(type, flags, NONE, null, text.getBytes(UTF_8));
  }

  private static byte[] traced() {
    Message message = Message.text("traced");
    TraceContext trace =
        TraceContext.parse("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "lot=19");
    ByteBuf out = Unpooled.buffer();
    MetadataCodec.request(out, "echo", message, 60_000, Annex.of(trace));
    return frame(REQUEST_RESPONSE, 0, NONE, ByteBufUtil.getBytes(out), message.bytes());
  }

  private void signals() throws Exception {
    exchange("a signal", request(FNF, "sink", Message.text("going"), NONE));
    exchange(
        "a signal with malformed metadata is dropped",
        frame(FNF, 0, NONE, new byte[] {(byte) 0xFE, 0, 0, 3, 1}, new byte[] {1}));
  }

  private void streams() throws Exception {
    int all = Integer.MAX_VALUE;
    exchange("a stream that ends", request(STREAM, "three", Message.text("?"), all));
    exchange(
        "a stream with demand",
        request(STREAM, "three", Message.text("?"), 2),
        PAUSE,
        bare(REQUEST_N, 1));
    exchange(
        "a stream that is cancelled",
        request(STREAM, "count", Message.text("?"), 3),
        PAUSE,
        bare(CANCEL, NONE));
    exchange("a stream that is refused", request(STREAM, "refuse", Message.text("?"), all));
    exchange("a stream that nobody answers", request(STREAM, "nobody", Message.text("?"), all));
  }

  private void channels() throws Exception {
    exchange(
        "a channel",
        request(CHANNEL, "echo", Message.text("first"), 10),
        PAUSE,
        item(NEXT, "second"),
        item(NEXT | COMPLETE, "third"));
    exchange(
        "a channel whose items end behind the opening message",
        request(CHANNEL, "echo", Message.text("only"), 10),
        PAUSE,
        item(COMPLETE, ""));
  }
}
