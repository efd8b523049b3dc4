package dev.parley.transport.rsocket.frame;

import dev.parley.Annex;
import dev.parley.Message;
import dev.parley.TraceContext;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.rsocket.Payload;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
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
import org.openjdk.jmh.annotations.Warmup;

/** Writing a request's metadata, and reading it with an empty message. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 8, time = 1)
@Fork(value = 3)
public class MetadataBenchmark {
  private static final int ROOM = 512;
  private static final long REMAINING_MILLIS = 30_000;
  private static final String TRACEPARENT =
      "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

  /** What a request may say of itself. */
  public enum Content {
    /** How long its sender waits, as every request does. */
    DEADLINE,
    /** That and a route. */
    ROUTE,
    /** That and the content type that has a short way of its own. */
    TEXT,
    /** That and another content type. */
    TYPE,
    /** That and a trace with a vendor's state. */
    TRACE,
    /** That and two headers. */
    HEADERS,
    /** All of it. */
    ALL;

    private boolean has(Content part) {
      return this == part || this == ALL;
    }
  }

  /** What is in the metadata. */
  @Param public Content content = Content.DEADLINE;

  private final ByteBuf out = new MessageFrame(ROOM); // what metadata is written to
  private final InboundDecoder decoder = new InboundDecoder();
  private ByteBuf in = Unpooled.EMPTY_BUFFER;
  private String route = "";
  private Message message = Message.empty();
  private @Nullable TraceContext trace;
  private @Nullable Annex annex;

  /** Makes a request and checks that what is written is read. */
  @Setup(Level.Trial)
  public void start() {
    route = content.has(Content.ROUTE) ? "auction/bid" : "";
    message = message();
    trace = content.has(Content.TRACE) ? TraceContext.parse(TRACEPARENT, "rojo=00f067aa") : null;
    annex = Annex.of(trace);
    in = Unpooled.buffer(ROOM).writeBytes(out, 0, write());
    if (!(read() instanceof InboundPayload read)
        || read.isMalformed()
        || !read.route().equals(route)
        || !read.message().equals(message)
        || !Objects.equals(read.annex() == null ? null : read.annex().trace(), trace)
        || read.remainingMillis() != REMAINING_MILLIS) {
      throw new IllegalStateException("other metadata was read than was written");
    }
  }

  private Message message() {
    Message typed =
        content == Content.TEXT
            ? Message.text("")
            : Message.of(
                new byte[0], content.has(Content.TYPE) ? "application/json" : Message.OCTETS);
    return content.has(Content.HEADERS)
        ? typed.withHeader("tenant", "north").withHeader("priority", "7")
        : typed;
  }

  /** Writes the metadata. */
  @Benchmark
  public int write() {
    out.clear();
    MetadataCodec.request(out, route, message, REMAINING_MILLIS, annex);
    return out.writerIndex();
  }

  /** Reads it. */
  @Benchmark
  public Payload read() {
    return decoder.read(in, 0, true, in.writerIndex());
  }
}
