package dev.parley.dht.wire;

import dev.parley.NetworkId;
import dev.parley.dht.wire.DhtRequest.Op;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes and reads requests; answers are {@link AnswerCodec}'s.
 *
 * <p>A request is {@code version u8 = 1 | op u8 | flags u8 = 0 | deadline u16 (ms) | body}, all
 * numbers big-endian. Decoding checks the length of a message before anything else and each count
 * before it allocates, and refuses every form that encoding would not give: unknown flags, trailing
 * bytes, values out of range. Thread-safe.
 */
public final class DhtCodec {
  static final int VERSION = 1;

  /** Bytes before a request's body. */
  static final int REQUEST_HEADER = 5;

  private final NetworkId network;
  private final int networkTag;
  private final AnswerCodec answers;

  private DhtCodec(NetworkId network) {
    this.network = network;
    this.networkTag = networkTag(network);
    this.answers = new AnswerCodec(network);
  }

  /** The codec of a network. */
  public static DhtCodec of(NetworkId network) {
    return new DhtCodec(network);
  }

  /** The first four bytes of a network's id. */
  public static int networkTag(NetworkId network) {
    return Bytes.getInt(network.toBytes(), 0);
  }

  /**
   * A request as it arrived.
   *
   * @param deadlineMillis how long its sender waits from sending on, 0..65535
   */
  public record Received(DhtRequest request, int deadlineMillis) {}

  /** The bytes of a request whose sender waits for {@code deadlineMillis}, 0..65535. */
  public byte[] encode(DhtRequest request, int deadlineMillis) {
    if (deadlineMillis < 0 || deadlineMillis > 0xffff) {
      throw new IllegalArgumentException("deadline is " + deadlineMillis + " ms, must be 0..65535");
    }
    WireWriter out = new WireWriter(64);
    out.u8(VERSION).u8(request.op().code()).u8(0).u16(deadlineMillis);
    writeBody(request, out);
    return out.toBytes();
  }

  private void writeBody(DhtRequest request, WireWriter out) {
    if (request instanceof DhtRequest.Find find) {
      out.key(find.target()).u8(find.n());
    } else if (request instanceof DhtRequest.Get get) {
      out.key(get.key()).i64(get.haveSequence()).u8(get.ttl()).u8(get.n());
    } else if (request instanceof DhtRequest.Put put) {
      out.u8(put.slot()).bytes(put.listing().raw());
    } else if (request instanceof DhtRequest.Have have) {
      out.u8(have.offers().size());
      have.offers().forEach(o -> out.i64(o.prefixHigh()).i64(o.prefixLow()).i64(o.sequence()));
    } else if (request instanceof DhtRequest.DialBack dial) {
      out.u16(dial.port()).i64(dial.nonceHigh()).i64(dial.nonceLow());
    } else if (request instanceof DhtRequest.Hello hello) {
      writeHello(hello, out);
    }
  }

  static void writeHello(DhtRequest.Hello hello, WireWriter out) {
    out.i32(hello.networkTag()).u8(hello.server() ? 1 : 0).i32(hello.capabilities());
    out.u8(hello.listen().size());
    hello.listen().forEach(address -> AddressType.write(address, out));
    out.i64(hello.listingSequence());
  }

  /**
   * Reads a request.
   *
   * @throws DhtFormatException if it is none; {@link #isUnknownOp} tells whether a newer version's
   */
  public Received decodeRequest(byte[] bytes) {
    if (bytes.length < REQUEST_HEADER) {
      throw new DhtFormatException("a request has at least 5 bytes, this one " + bytes.length);
    }
    Op op = op(bytes[1] & 0xff);
    if (bytes.length > op.maxRequestBytes()) {
      throw new DhtFormatException(
          op + " request has " + bytes.length + " bytes, at most " + op.maxRequestBytes());
    }
    WireReader in = new WireReader(bytes);
    in.u8("version", VERSION, VERSION);
    in.u8();
    in.u8("flags", 0, 0);
    int deadlineMillis = in.u16();
    DhtRequest request = readBody(op, in, bytes.length);
    in.end();
    return new Received(request, deadlineMillis);
  }

  /** Whether a request that cannot be decoded is of a kind that this version does not know. */
  public static boolean isUnknownOp(byte[] bytes) {
    return bytes.length >= REQUEST_HEADER && find(bytes[1] & 0xff) == null;
  }

  private static Op op(int code) {
    Op op = find(code);
    if (op == null) {
      throw new DhtFormatException("op " + code + " is unknown");
    }
    return op;
  }

  private static @Nullable Op find(int code) {
    for (Op op : Op.values()) {
      if (op.code() == code) {
        return op;
      }
    }
    return null;
  }

  private DhtRequest readBody(Op op, WireReader in, int length) {
    return switch (op) {
      case HELLO -> readHello(in, networkTag);
      case PING -> new DhtRequest.Ping();
      case FIND -> new DhtRequest.Find(in.key(), in.u8("n", 1, DhtRequest.MAX_CONTACTS));
      case GET ->
          new DhtRequest.Get(
              in.key(),
              in.i64(),
              in.u8("ttl", 0, DhtRequest.Get.MAX_TTL),
              in.u8("n", 0, DhtRequest.MAX_CONTACTS));
      case PUT -> {
        int slot = in.u8("slot", 0, DhtKey.SLOTS - 1);
        yield new DhtRequest.Put(slot, AgentListing.own(network, in.bytes(length - in.position())));
      }
      case HAVE -> readHave(in);
      case DIALBACK -> new DhtRequest.DialBack(in.u16("port", 1, 65535), in.i64(), in.i64());
    };
  }

  static DhtRequest.Hello readHello(WireReader in, int networkTag) {
    int tag = in.i32();
    if (tag != networkTag) {
      throw new DhtFormatException("HELLO is of another network");
    }
    boolean server = in.u8("role", 0, 1) == 1;
    int capabilities = in.i32();
    int n = in.u8("listen addresses", 0, DhtRequest.Hello.MAX_LISTEN);
    List<IpEndpoint> listen = new ArrayList<>(n);
    for (int i = 0; i < n; i++) {
      listen.add(AddressType.readIp(in));
    }
    return new DhtRequest.Hello(tag, server, capabilities, listen, in.i64());
  }

  private static DhtRequest.Have readHave(WireReader in) {
    int n = in.u8("offers", 1, DhtRequest.Have.MAX_OFFERS);
    List<DhtRequest.Offer> offers = new ArrayList<>(n);
    for (int i = 0; i < n; i++) {
      offers.add(new DhtRequest.Offer(in.i64(), in.i64(), in.i64()));
    }
    return new DhtRequest.Have(offers);
  }

  /** The bytes of an answer. */
  public byte[] encode(DhtAnswer answer) {
    return answers.encode(answer);
  }

  /**
   * Reads the answer to a request of kind {@code op}.
   *
   * @throws DhtFormatException if it is none
   */
  public DhtAnswer decodeAnswer(Op op, byte[] bytes) {
    return answers.decode(op, bytes);
  }

  /** The length of {@link #encode(DhtRequest, int)} without encoding. */
  public static int sizeOf(DhtRequest request) {
    int body = 0;
    if (request instanceof DhtRequest.Find) {
      body = DhtKey.LENGTH + 1;
    } else if (request instanceof DhtRequest.Get) {
      body = DhtKey.LENGTH + 10;
    } else if (request instanceof DhtRequest.Put put) {
      body = 1 + put.listing().length();
    } else if (request instanceof DhtRequest.Have have) {
      body = 1 + 24 * have.offers().size();
    } else if (request instanceof DhtRequest.DialBack) {
      body = 18;
    } else if (request instanceof DhtRequest.Hello hello) {
      body = sizeOfHello(hello);
    }
    return REQUEST_HEADER + body;
  }

  static int sizeOfHello(DhtRequest.Hello hello) {
    int length = 18;
    for (IpEndpoint address : hello.listen()) {
      length += address.encodedLength();
    }
    return length;
  }

  /** The length of {@link #encode(DhtAnswer)} without encoding. */
  public static int sizeOf(DhtAnswer answer) {
    return AnswerCodec.sizeOf(answer);
  }
}
