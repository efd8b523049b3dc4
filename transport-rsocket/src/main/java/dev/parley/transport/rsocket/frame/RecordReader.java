package dev.parley.transport.rsocket.frame;

import dev.parley.transport.session.ControlRecord;
import dev.parley.transport.session.RecordException;
import dev.parley.transport.session.RecordFormat;
import dev.parley.transport.session.RecordFrames;
import dev.parley.transport.session.RecordOpener;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a byte stream into records and opens them. It holds at most one incomplete record. Confined
 * to the event loop.
 */
public final class RecordReader extends RecordCounts {
  /** What comes out of records. */
  public interface Sink {
    /** A frame, whose ownership passes. */
    void frame(ByteBuf frame);

    /** A control record. */
    void control(ControlRecord record);

    /** Whether records that follow in the same bytes are still wanted. */
    boolean isReading();
  }

  private final RecordOpener opener;
  private final Sink sink;
  private int prefix = -1; // the first byte of a length whose second has not come
  private byte @Nullable [] partial; // holds the body of a record that has begun
  private int partialLength;
  private int partialBytes;
  private long partialSinceNanos;
  private int behind;

  public RecordReader(RecordOpener opener, Sink sink) {
    this.opener = opener;
    this.sink = sink;
  }

  /** Takes in a piece of the stream, which the caller keeps and releases. */
  public void read(ByteBuf chunk, long nowNanos) throws RecordException {
    countWire(chunk.readableBytes());
    while (chunk.isReadable() && sink.isReading()) {
      if (partial != null) {
        resume(chunk);
      } else if (prefix >= 0) {
        int length = prefix << 8 | chunk.readUnsignedByte();
        prefix = -1;
        begin(length, chunk, nowNanos);
      } else if (chunk.readableBytes() == 1) {
        prefix = chunk.readUnsignedByte();
        partialSinceNanos = nowNanos;
      } else {
        begin(chunk.readUnsignedShort(), chunk, nowNanos);
      }
    }
  }

  private void begin(int length, ByteBuf chunk, long nowNanos) throws RecordException {
    opener.requireLength(length);
    if (chunk.readableBytes() >= length) {
      byte[] in = Scratch.get().in;
      chunk.readBytes(in, 0, length);
      open(in, length, chunk);
      return;
    }
    partial = Scratch.get().partial.take(length);
    partialLength = length;
    partialBytes = 0;
    partialSinceNanos = nowNanos;
    resume(chunk);
  }

  private void resume(ByteBuf chunk) throws RecordException {
    byte[] body = partial;
    if (body == null) {
      return;
    }
    int n = Math.min(chunk.readableBytes(), partialLength - partialBytes);
    chunk.readBytes(body, partialBytes, n);
    partialBytes += n;
    if (partialBytes == partialLength) {
      partial = null;
      try {
        open(body, partialLength, chunk);
      } finally {
        Scratch.get().partial.giveBack(body);
      }
    }
  }

  private void open(byte[] body, int length, ByteBuf chunk) throws RecordException {
    Scratch.Spare spare = Scratch.get().plain;
    byte[] plain = spare.take(length - RecordFormat.TAG_BYTES);
    int opened = opener.open(body, 0, length, plain, 0);
    countRecord();
    countPlain(opened);
    if (plain[0] != RecordFormat.DATA) {
      sink.control(ControlRecord.decode(plain, 0, opened));
      spare.giveBack(plain);
      return;
    }
    InboundFrame.Source record = new InboundFrame.Source(plain);
    RecordFrames frames = new RecordFrames(); // a field would keep the array of a link that is idle
    frames.reset(plain, 0, opened);
    while (frames.next() && sink.isReading()) {
      behind = frames.remaining() + chunk.readableBytes();
      sink.frame(record.frame(frames.offset(), frames.length()));
    }
    if (record.isFree()) {
      spare.giveBack(plain);
    }
  }

  /** While a frame is handed over: the bytes that were read and are behind it. */
  public int bytesBehind() {
    return behind;
  }

  /** Whether a record has begun and not ended. */
  public boolean isPartial() {
    return partial != null || prefix >= 0;
  }

  /** Since when, if {@link #isPartial()}. */
  public long partialSinceNanos() {
    return partialSinceNanos;
  }
}
