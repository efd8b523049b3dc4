package dev.parley.transport.rsocket.guard;

import static dev.parley.transport.rsocket.guard.RawFrames.C;
import static dev.parley.transport.rsocket.guard.RawFrames.F;
import static dev.parley.transport.rsocket.guard.RawFrames.I;
import static dev.parley.transport.rsocket.guard.RawFrames.M;
import static dev.parley.transport.rsocket.guard.RawFrames.N;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.fuzz.Choices;
import io.netty.buffer.ByteBuf;
import io.rsocket.DuplexConnection;
import io.rsocket.Payload;
import io.rsocket.RSocket;
import io.rsocket.SocketAcceptor;
import io.rsocket.core.RSocketConnector;
import io.rsocket.core.RSocketServer;
import io.rsocket.frame.decoder.PayloadDecoder;
import io.rsocket.transport.ClientTransport;
import java.util.ArrayList;
import java.util.List;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * One connection on which an input chooses what the peer sends and what handlers and own requests
 * do. Frames are random, valid, or valid with some bytes changed.
 */
final class GuardRun {
  private static final int MAX_FRAMES = 400;
  static final int MAX_MESSAGE = 2_000;

  private final Choices random;
  private final boolean initiator;
  private final GuardedConnection connection;
  private final RawFrames frames;
  private final List<Disposable> ownRequests = new ArrayList<>();
  private final List<Integer> skipped = new ArrayList<>();
  private final double mischief;
  private RSocket requester;
  private int nextPeerId;
  private int highestPeerId; // 0: none yet

  GuardRun(byte[] input) {
    this.random = new Choices(input);
    this.initiator = random.nextBoolean();
    GuardOptions options =
        GuardOptions.builder()
            .minFragmentBytes(64)
            .maxMessageBytes(MAX_MESSAGE)
            .maxMetadataBytes(500)
            .maxReassemblyBytes(5_000)
            .maxInboundStreams(20)
            .demandWindow(8)
            .maxRequestsPerSecond(random.nextBoolean() ? 0 : 1000)
            .build();
    this.connection = new GuardedConnection(initiator, options);
    this.frames = connection.frames;
    this.mischief = Math.pow(10, -1 - random.nextInt(4)); // most connections live for a while
    this.nextPeerId = initiator ? 2 : 1;
  }

  /** How many frames the connection lived for. */
  int run() {
    connect();
    int pushed = 0;
    while (pushed < MAX_FRAMES && !random.isEmpty() && !connection.isDisposed()) {
      connection.now += random.nextInt(100_000_000);
      connection.guard.onTimer(connection.now);
      if (requester != null && random.nextInt(4) == 0) {
        requestSomething();
      }
      if (!ownRequests.isEmpty() && random.nextInt(20) == 0) {
        ownRequests.remove(random.nextInt(ownRequests.size())).dispose();
      }
      connection.push(frame());
      pushed++;
    }
    connection.dispose();
    ownRequests.forEach(Disposable::dispose);
    connection.assertNothingLeaked();
    assertThat(connection.guard.inboundStreams() + connection.guard.outboundStreams()).isZero();
    return pushed;
  }

  private void connect() {
    if (initiator) {
      ClientTransport transport =
          new ClientTransport() {
            @Override
            public Mono<DuplexConnection> connect() {
              return Mono.just(connection);
            }

            @Override
            public int maxFrameLength() {
              return 1024;
            }
          };
      RSocketConnector.create()
          .payloadDecoder(PayloadDecoder.ZERO_COPY)
          .acceptor(SocketAcceptor.with(new GuardedHandler(random)))
          .fragment(random.nextBoolean() ? 0 : 100)
          .connect(transport)
          .subscribe(r -> requester = r, e -> {});
    } else {
      RSocketServer.create(
              (setup, sending) -> {
                setup.dataMimeType();
                setup.metadataMimeType();
                setup.getDataUtf8();
                setup.getMetadataUtf8();
                requester = sending;
                return Mono.just(new GuardedHandler(random));
              })
          .payloadDecoder(PayloadDecoder.ZERO_COPY)
          .fragment(random.nextBoolean() ? 0 : 100)
          .asConnectionAcceptor(1024)
          .apply(connection)
          .subscribe(null, e -> {});
      connection.push(maybeMutated(setup()));
    }
  }

  private ByteBuf setup() {
    return random.nextInt(4) == 0
        ? frames.setup(0x0001_0000, 20_000, 90_000, M).writeMedium(5).writeZero(9)
        : frames.setup();
  }

  private void requestSomething() {
    Payload payload = GuardedHandler.payload(random);
    Disposable request =
        switch (random.nextInt(4)) {
          case 0 -> requester.requestResponse(payload).subscribe(Payload::release, e -> {});
          case 1 ->
              requester
                  .requestStream(payload)
                  .limitRate(1 + random.nextInt(5))
                  .subscribe(Payload::release, e -> {});
          case 2 -> {
            payload.release();
            int items = 1 + random.nextInt(20);
            yield requester
                .requestChannel(Flux.range(0, items).map(i -> GuardedHandler.payload(random)))
                .take(1 + random.nextInt(10))
                .subscribe(Payload::release, e -> {});
          }
          default -> requester.fireAndForget(payload).subscribe(null, e -> {});
        };
    if (!request.isDisposed()) {
      ownRequests.add(request);
    }
  }

  private ByteBuf frame() {
    return random.nextInt(200) == 0 && random.nextDouble() < mischief * 10
        ? garbage()
        : maybeMutated(valid());
  }

  private ByteBuf garbage() {
    byte[] bytes = random.bytes(random.nextInt(40));
    return connection.alloc.buffer(64).writeBytes(bytes);
  }

  private ByteBuf maybeMutated(ByteBuf frame) {
    while (random.nextDouble() < mischief) {
      int length = frame.readableBytes();
      switch (random.nextInt(4)) {
        case 0 -> frame.writerIndex(random.nextInt(length + 1));
        case 1 -> frame.writeZero(random.nextInt(20));
        default -> {
          if (length > 0) {
            int index = random.nextInt(Math.min(length, 24));
            frame.setByte(index, frame.getByte(index) ^ 1 << random.nextInt(8));
          }
        }
      }
    }
    return frame;
  }

  private ByteBuf valid() {
    if (highestPeerId == 0) {
      return request();
    }
    int id = random.nextInt(3) == 0 ? ownId() : peerId();
    boolean peers = (id & 1) == (initiator ? 0 : 1);
    return switch (random.nextInt(peers ? 16 : 10)) {
      case 0 -> frames.cancel(id);
      case 1 -> frames.error(id, 0x200 + random.nextInt(6), text());
      case 2, 3 -> demand(id, peers);
      case 4, 5, 6, 7 -> item(id, peers);
      case 8 ->
          random.nextInt(10) == 0 ? frames.keepAlive(random.nextBoolean(), 9) : item(id, peers);
      case 9 -> random.nextInt(5) == 0 ? frames.metadataPush(random.nextInt(99)) : extension(id);
      default -> request();
    };
  }

  private ByteBuf demand(int id, boolean peers) {
    StreamState stream = peers ? connection.guard.peerStream(id) : connection.guard.ownStream(id);
    boolean takes =
        stream == null
            || stream.type == FrameLayout.REQUEST_CHANNEL
            || (peers && stream.type == FrameLayout.REQUEST_STREAM);
    int n = random.nextInt(4) == 0 ? Integer.MAX_VALUE : 1 + random.nextInt(30);
    return takes ? frames.requestN(id, n) : frames.cancel(id);
  }

  /** An item, or a part of one, on a stream that has items; demand is often ignored. */
  private ByteBuf item(int id, boolean peers) {
    StreamState stream = peers ? connection.guard.peerStream(id) : connection.guard.ownStream(id);
    boolean takes =
        stream == null
            || !peers
            || stream.reassembly != null
            || stream.type == FrameLayout.REQUEST_CHANNEL;
    if (!takes) {
      return request();
    }
    int flags = N | (random.nextInt(5) == 0 ? C : 0);
    if (random.nextInt(6) == 0) {
      flags = C;
    }
    return body(frames.header(id, FrameLayout.PAYLOAD, flags), stream);
  }

  private ByteBuf request() {
    int id;
    if (!skipped.isEmpty() && random.nextInt(20) == 0) {
      id = skipped.remove(random.nextInt(skipped.size())); // overtaken by others
    } else {
      id = nextPeerId;
      nextPeerId += 2;
      while (random.nextInt(20) == 0) {
        skipped.add(nextPeerId);
        nextPeerId += 2;
      }
    }
    highestPeerId = Math.max(highestPeerId, id);
    int type = FrameLayout.REQUEST_RESPONSE + random.nextInt(4);
    ByteBuf frame = frames.header(id, type, 0);
    if (FrameLayout.hasRequestN(type)) {
      frame.writeInt(random.nextInt(4) == 0 ? Integer.MAX_VALUE : 1 + random.nextInt(20));
    }
    if (type == FrameLayout.REQUEST_CHANNEL && random.nextInt(4) == 0) {
      addFlags(frame, C);
    }
    return body(frame, null);
  }

  /** Appends metadata, perhaps, and data, and makes a fragment of it, perhaps. */
  private ByteBuf body(ByteBuf frame, StreamState stream) {
    boolean mayHaveMetadata = stream == null || stream.reassembly == null;
    if (mayHaveMetadata && random.nextInt(3) == 0) {
      addFlags(frame, M);
      int bytes = random.nextInt(random.nextInt(20) == 0 ? 700 : 50);
      frame.writeMedium(bytes).writeZero(bytes);
    }
    boolean follows = random.nextInt(4) == 0;
    int bytes = random.nextInt(random.nextInt(10) == 0 ? MAX_MESSAGE + 500 : 60);
    frame.writeZero(follows ? bytes + 60 : bytes);
    addFlags(frame, follows ? F : 0);
    return frame;
  }

  private static void addFlags(ByteBuf frame, int flags) {
    frame.setShort(4, frame.getUnsignedShort(4) | flags);
  }

  private ByteBuf extension(int id) {
    return frames.header(id, 0x20 + random.nextInt(0x20), I).writeInt(1);
  }

  private String text() {
    return "e".repeat(random.nextInt(5) == 0 ? 700 : 3);
  }

  private int peerId() {
    return Math.max(initiator ? 2 : 1, highestPeerId - 2 * random.nextInt(25));
  }

  private int ownId() {
    int first = initiator ? 1 : 2;
    for (int i = 0; i < 20; i++) {
      int id = first + 2 * random.nextInt(200);
      if (connection.guard.ownStream(id) != null) {
        return id;
      }
    }
    return peerId();
  }
}
