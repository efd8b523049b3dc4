package dev.parley.benchmarks.compare;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;

/**
 * What one peer did in one turn of one cell.
 *
 * @param latency in nanoseconds; empty for a stream
 * @param cpuNanos of all its processes
 */
record Sample(long operations, long nanos, Histogram latency, long cpuNanos) {
  double perSecond() {
    return operations * 1e9 / nanos;
  }

  /** For a worker's output; the worker knows nothing of the processor time of others. */
  String encode() {
    ByteBuffer buffer = ByteBuffer.allocate(latency.getNeededByteBufferCapacity());
    int bytes = latency.encodeIntoCompressedByteBuffer(buffer);
    byte[] all = new byte[bytes];
    buffer.flip().get(all);
    return operations + " " + nanos + " " + Base64.getEncoder().encodeToString(all);
  }

  static Sample decode(String text, long cpuNanos) {
    String[] parts = text.split(" ", -1);
    try {
      Histogram latency =
          Histogram.decodeFromCompressedByteBuffer(
              ByteBuffer.wrap(Base64.getDecoder().decode(parts[2])), 0);
      return new Sample(Long.parseLong(parts[0]), Long.parseLong(parts[1]), latency, cpuNanos);
    } catch (DataFormatException e) {
      throw new IllegalArgumentException("no histogram", e);
    }
  }
}
