package dev.parley.transport.rsocket.link;

import dev.parley.Message;
import dev.parley.shares.Origin;
import dev.parley.shares.Shares;
import dev.parley.transport.rsocket.frame.FrameAllocator;
import dev.parley.transport.rsocket.frame.InboundDecoder;
import dev.parley.transport.rsocket.frame.InboundPayload;
import dev.parley.transport.rsocket.frame.MessageFrame;
import dev.parley.transport.rsocket.frame.MetadataCodec;
import dev.parley.transport.rsocket.frame.OutboundPayload;
import dev.parley.transport.rsocket.guard.Admission;
import dev.parley.transport.rsocket.guard.FrameGuard;
import dev.parley.transport.rsocket.guard.FrameViolation;
import dev.parley.transport.rsocket.guard.GuardOptions;
import dev.parley.transport.session.RecordFormat;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.rsocket.Payload;
import io.rsocket.frame.PayloadFrameCodec;
import io.rsocket.frame.RequestResponseFrameCodec;
import java.nio.channels.ClosedChannelException;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A request between its message and a record's plaintext, on either side: what is left of a link
 * without encryption, sockets and rsocket-core.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 8, time = 1)
@Fork(value = 3)
public class FrameBenchmark {
  private static final String ROUTE = "auction/bid";
  private static final long REMAINING_MILLIS = 30_000;
  private static final int MAX_FRAME = RecordFormat.maxFrameBytes(32 << 10); // what a node has
  private static final int MAX_FRAMES = 4;
  private static final int ROOM = MAX_FRAMES * MAX_FRAME;
  private static final int LAST_ID = Integer.MAX_VALUE - 1;
  private static final long NANOS_A_REQUEST = 100_000; // 10,000 a second, which the guard allows

  /** Bytes of the message. The last is more than fits in a frame: it is cut, and joined again. */
  @Param({"32", "1024", "16384", "65536"})
  public int payload;

  private final byte[] staged = new byte[ROOM];
  private final int[] ends = new int[MAX_FRAMES];
  private int frames;
  private final Consumer<ByteBuf> stage = this::stage;

  private final InboundDecoder decoder = new InboundDecoder();
  private ByteBuf plain = Unpooled.EMPTY_BUFFER;
  private ByteBuf answer = Unpooled.EMPTY_BUFFER;
  private Message message = Message.empty();

  @SuppressWarnings("NullAway.Init")
  private FrameGuard guard;

  @SuppressWarnings("NullAway.Init")
  private FrameDelivery delivery;

  @SuppressWarnings("NullAway.Init")
  private Payload decoded;

  private int id;
  private long now;

  /** Makes both sides and checks that one reads what the other writes. */
  @Setup(Level.Trial)
  public void start() throws FrameViolation {
    byte[] data = new byte[payload];
    new SplittableRandom(1).nextBytes(data);
    message = Message.of(data);
    delivery = new FrameDelivery(new EmbeddedChannel(), () -> {}, FrameBenchmark::fail);
    delivery.frames().subscribe(frame -> decoded = decoder.apply(frame));
    // A dialler's, which waits for no SETUP; its peer's ids are even.
    guard =
        new FrameGuard(
            GuardOptions.defaults(),
            true,
            new Shares(256L << 20).open(Origin.of(null, "peer")),
            Admission.allowAll(),
            PooledByteBufAllocator.DEFAULT,
            new Reader());
    answer =
        PayloadFrameCodec.encode(
            FrameAllocator.INSTANCE, 0, false, true, true, null, Unpooled.EMPTY_BUFFER);
    plain = PooledByteBufAllocator.DEFAULT.heapBuffer(ROOM);
    plain.writeBytes(staged, 0, write());
    if (!(read() instanceof InboundPayload read)
        || !read.message().equals(message)
        || !read.route().equals(ROUTE)
        || read.remainingMillis() != REMAINING_MILLIS) {
      throw new IllegalStateException("another message was read than was written");
    }
  }

  /** Frees what both sides hold. */
  @TearDown(Level.Trial)
  public void stop() {
    guard.close();
    answer.release();
    if (plain.refCnt() != 1 || guard.reassemblyBytes() != 0) {
      throw new IllegalStateException("frames are still held");
    }
    plain.release();
  }

  /** Makes a request's frames and copies them to where a record is sealed. */
  @Benchmark
  public int write() {
    OutboundPayload request = new OutboundPayload(message);
    MetadataCodec.request(request.metadataOut(), ROUTE, message, REMAINING_MILLIS, null);
    request.endMetadata();
    OutboundPayload.next(request);
    ByteBuf header =
        RequestResponseFrameCodec.encode(
            FrameAllocator.INSTANCE, 1, false, null, Unpooled.EMPTY_BUFFER);
    OutboundPayload behind = OutboundPayload.behind(header);
    if (behind == null) {
      throw new IllegalStateException("the header is not the request's");
    }
    frames = 0;
    behind.frames(header, MAX_FRAME, stage);
    return ends[frames - 1];
  }

  private void stage(ByteBuf frame) {
    int at = frames == 0 ? 0 : ends[frames - 1];
    MessageFrame.copy(frame, staged, at);
    ends[frames++] = at + MessageFrame.bytes(frame);
    frame.release();
  }

  /**
   * Takes those frames through the guard, reads them into a message, and lets an answer's header
   * pass, which ends the stream.
   */
  @Benchmark
  public Payload read() throws FrameViolation {
    id = id == LAST_ID ? 2 : id + 2;
    now += NANOS_A_REQUEST;
    int from = 0;
    for (int i = 0; i < frames; i++) {
      plain.setInt(from, id);
      guard.inbound(plain.retainedSlice(from, ends[i] - from), now);
      from = ends[i];
    }
    answer.setInt(0, id);
    if (!guard.outbound(answer)) {
      throw new IllegalStateException("the request was refused");
    }
    return decoded;
  }

  private static void fail(Throwable e) {
    throw new IllegalStateException(e);
  }

  private final class Reader implements FrameGuard.Output {
    @Override
    public void deliver(ByteBuf frame) {
      delivery.deliver(frame);
    }

    @Override
    public void reply(ByteBuf frame) {
      frame.release();
      throw new IllegalStateException("refused");
    }

    @Override
    public void connectionError(int code) {
      fail(new ClosedChannelException());
    }
  }
}
