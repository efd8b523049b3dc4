package dev.parley.simulator;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The SHA-256 over everything that happened: when, to which nodes, what. */
final class Trace {
  private final MessageDigest digest;
  private final ByteBuffer buffer = ByteBuffer.allocate(20 * 512);
  private long events;

  Trace() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  void event(long nanos, int from, int to, int what) {
    events++;
    if (buffer.remaining() < 20) {
      flush();
    }
    buffer.putLong(nanos).putInt(from).putInt(to).putInt(what);
  }

  private void flush() {
    digest.update(buffer.array(), 0, buffer.position());
    buffer.clear();
  }

  long events() {
    return events;
  }

  String hash() {
    flush();
    return HexFormat.of().formatHex(digest.digest());
  }
}
