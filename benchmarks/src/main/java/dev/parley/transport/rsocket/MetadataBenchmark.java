package dev.parley.transport.rsocket;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.Message;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.rsocket.Payload;
import io.rsocket.frame.RequestResponseFrameCodec;
import java.util.concurrent.TimeUnit;
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

/** Writing a request's metadata, and reading a whole request frame into a message. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 8, time = 1)
@Fork(value = 3)
public class MetadataBenchmark {
  private static final long REMAINING_MILLIS = 30_000;

  private final ByteBufAllocator alloc = new PooledByteBufAllocator(false);
  private final InboundDecoder decoder = new InboundDecoder();

  /** Where the request goes. */
  @Param({"", "auction/bid"})
  public String route = "";

  private Message message = Message.empty();
  private ByteBuf frame = Unpooled.EMPTY_BUFFER;

  /** Makes a request. */
  @Setup(Level.Trial)
  public void start() {
    message = Message.text("a message of 32 bytes in all, yes");
    frame =
        RequestResponseFrameCodec.encode(
            alloc, 1, false, metadata(), Unpooled.wrappedBuffer(message.text().getBytes(UTF_8)));
  }

  /** Frees it. */
  @TearDown(Level.Trial)
  public void stop() {
    frame.release();
  }

  private ByteBuf metadata() {
    ByteBuf out = alloc.buffer();
    MetadataCodec.request(out, route, message, REMAINING_MILLIS, null);
    return out;
  }

  /** Writes the metadata. */
  @Benchmark
  public int write() {
    ByteBuf metadata = metadata();
    int bytes = metadata.readableBytes();
    metadata.release();
    return bytes;
  }

  /** Reads a frame. */
  @Benchmark
  public Payload read() {
    return decoder.apply(frame);
  }
}
