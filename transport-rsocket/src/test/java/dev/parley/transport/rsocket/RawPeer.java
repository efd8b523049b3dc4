package dev.parley.transport.rsocket;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.Address;
import dev.parley.AgentId;
import dev.parley.Identity;
import dev.parley.Network;
import dev.parley.transport.rsocket.guard.FrameLayout;
import dev.parley.transport.rsocket.guard.RawFrames;
import dev.parley.transport.session.ControlRecord;
import dev.parley.transport.session.Dial;
import dev.parley.transport.session.EstablishedSession;
import dev.parley.transport.session.InitiatorHandshake;
import dev.parley.transport.session.InitiatorOutcome;
import dev.parley.transport.session.RecordFormat;
import dev.parley.transport.session.RecordFrames;
import dev.parley.transport.session.SessionOptions;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * An authenticated peer that sends whatever a test wants, byte by byte, over a blocking socket.
 * What it sends gathers until {@link #flush()}, so that a test decides what arrives together.
 */
final class RawPeer implements AutoCloseable {
  static final int TIMEOUT_MILLIS = 20_000;
  private static final int ATTEMPTS = 10;

  private final RawFrames frames = new RawFrames(UnpooledByteBufAllocator.DEFAULT);
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final Deque<RawFrames.Seen> seenFrames = new ArrayDeque<>();
  private final Deque<ControlRecord> seenControls = new ArrayDeque<>();
  private final Socket socket;
  private final DataInputStream in;
  private final EstablishedSession session;

  private RawPeer(Socket socket, EstablishedSession session, byte[] message3) {
    this.socket = socket;
    this.session = session;
    try {
      this.in = new DataInputStream(socket.getInputStream());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    out.writeBytes(message3);
  }

  static Socket open(Address at) throws IOException {
    return open(null, at);
  }

  /** Connects from an address of this machine. */
  static Socket open(@Nullable InetAddress from, Address at) throws IOException {
    Socket socket = new Socket();
    if (from != null) {
      socket.bind(new InetSocketAddress(from, 0));
    }
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(TIMEOUT_MILLIS);
    socket.connect(new InetSocketAddress(at.host(), at.port()), TIMEOUT_MILLIS);
    return socket;
  }

  /**
   * Shakes hands up to the third message, which goes with the first flush; again where a node was
   * too busy, as it is when its machine has stood still.
   */
  static RawPeer connect(Address at, AgentId peer, Network network) throws Exception {
    return connect(null, at, peer, network);
  }

  private static RawPeer connect(
      @Nullable InetAddress from, Address at, AgentId peer, Network network) throws Exception {
    for (int i = 0; i < ATTEMPTS; i++) {
      RawPeer raw = tryConnect(from, at, peer, network);
      if (raw != null) {
        return raw;
      }
    }
    throw new IllegalStateException("rejected " + ATTEMPTS + " times");
  }

  private static @Nullable RawPeer tryConnect(
      @Nullable InetAddress from, Address at, AgentId peer, Network network) throws Exception {
    SessionOptions options =
        SessionOptions.builder().identity(Identity.generate()).network(network).build();
    Socket socket = open(from, at);
    InitiatorHandshake handshake = InitiatorHandshake.start(Dial.to(peer), options);
    socket.getOutputStream().write(handshake.message1());
    DataInputStream in = new DataInputStream(socket.getInputStream());
    byte[] body = new byte[in.readUnsignedShort()];
    in.readFully(body);
    InitiatorOutcome outcome = handshake.readMessage2(body);
    if (outcome instanceof InitiatorOutcome.Established established) {
      return new RawPeer(socket, established.session(), established.message3());
    }
    socket.close();
    return null;
  }

  /** The same, with an RSocket connection set up and the node's READY taken. */
  static RawPeer setUp(Address at, AgentId peer, Network network) throws Exception {
    return setUp(null, at, peer, network);
  }

  /** The same from an address of this machine. */
  static RawPeer setUp(@Nullable InetAddress from, Address at, AgentId peer, Network network)
      throws Exception {
    RawPeer raw = connect(from, at, peer, network);
    raw.send(raw.frames().setup()).flush();
    ControlRecord ready = raw.nextControl();
    if (!(ready instanceof ControlRecord.Ready)) {
      throw new IllegalStateException("expected READY, got " + ready);
    }
    // READY does not wait for the SETUP, but what follows the SETUP does.
    raw.send(new ControlRecord.Ping(0)).flush();
    ControlRecord pong = raw.nextControl();
    if (!pong.equals(new ControlRecord.Pong(0))) {
      throw new IllegalStateException("expected PONG, got " + pong);
    }
    return raw;
  }

  RawFrames frames() {
    return frames;
  }

  EstablishedSession session() {
    return session;
  }

  Socket socket() {
    return socket;
  }

  /** Seals frames into one record. */
  RawPeer send(ByteBuf... all) {
    byte[] scratch = new byte[RecordFormat.maxWireBytes(session.maxRecordBytes())];
    session.sealer().begin(scratch, 0);
    for (ByteBuf frame : all) {
      int length = frame.readableBytes();
      frame.getBytes(frame.readerIndex(), scratch, session.sealer().append(length), length);
      frame.release();
    }
    out.write(scratch, 0, session.sealer().seal());
    return this;
  }

  RawPeer send(ControlRecord control) {
    byte[] scratch = new byte[512];
    out.write(scratch, 0, session.sealer().seal(control, scratch, 0));
    return this;
  }

  RawPeer send(byte[] bytes) {
    out.writeBytes(bytes);
    return this;
  }

  /** Writes what was gathered, in one go. */
  RawPeer flush() throws IOException {
    socket.getOutputStream().write(out.toByteArray());
    out.reset();
    return this;
  }

  /** A request for a route, as Parley's metadata says it. */
  ByteBuf request(int streamId, String route, String text) {
    byte[] data = text.getBytes(UTF_8);
    return frames.both(streamId, FrameLayout.REQUEST_RESPONSE, 0, route(route), data);
  }

  /** The metadata of a route. */
  static byte[] route(String route) {
    byte[] name = route.getBytes(UTF_8);
    ByteBuf metadata = Unpooled.buffer();
    if (name.length > 0) {
      metadata.writeByte(0x80 | 0x7E).writeMedium(name.length + 1).writeByte(name.length);
      metadata.writeBytes(name);
    }
    byte[] bytes = new byte[metadata.readableBytes()];
    metadata.readBytes(bytes);
    return bytes;
  }

  RawFrames.Seen nextFrame() throws Exception {
    while (seenFrames.isEmpty()) {
      readRecord();
    }
    return seenFrames.remove();
  }

  /** Whether frames came that {@link #nextFrame()} has not taken. */
  boolean hasUnreadFrames() {
    return !seenFrames.isEmpty();
  }

  ControlRecord nextControl() throws Exception {
    while (seenControls.isEmpty()) {
      readRecord();
    }
    return seenControls.remove();
  }

  private void readRecord() throws Exception {
    byte[] body = new byte[in.readUnsignedShort()];
    in.readFully(body);
    byte[] plain = new byte[body.length];
    int length = session.opener().open(body, 0, body.length, plain, 0);
    if (plain[0] == RecordFormat.CONTROL) {
      seenControls.add(ControlRecord.decode(plain, 0, length));
      return;
    }
    RecordFrames walk = new RecordFrames();
    walk.reset(plain, 0, length);
    while (walk.next()) {
      ByteBuf frame = Unpooled.wrappedBuffer(plain, walk.offset(), walk.length());
      seenFrames.add(RawFrames.Seen.of(frame));
    }
  }

  /** Reads to the end; true where it came in order, false where the connection was reset. */
  boolean endsInOrder() throws Exception {
    try {
      while (true) {
        readRecord();
      }
    } catch (EOFException e) {
      return true;
    } catch (SocketException e) {
      return false;
    }
  }

  /** The last control record that came before the connection ended. */
  ControlRecord lastControl() throws Exception {
    endsInOrder();
    return seenControls.getLast();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
