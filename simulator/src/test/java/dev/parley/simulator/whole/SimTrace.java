package dev.parley.simulator.whole;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** The story of a run, and the SHA-256 over it and over every byte that arrived, and when. */
final class SimTrace {
  private static final int MAX_LINES = 20_000;

  private final MessageDigest digest;
  private final List<String> story = new ArrayList<>();
  private long segments;

  SimTrace() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  void bytes(long nanos, InetAddress from, InetAddress to, byte[] bytes) {
    segments++;
    digest.update(ByteBuffer.allocate(Long.BYTES).putLong(nanos).array());
    digest.update(from.getAddress());
    digest.update(to.getAddress());
    digest.update(bytes);
  }

  void tell(double seconds, String who, String what) {
    String line = String.format(java.util.Locale.ROOT, "%9.3f s  %-8s %s", seconds, who, what);
    digest.update(line.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    if (story.size() < MAX_LINES) {
      story.add(line);
    }
  }

  List<String> story() {
    return List.copyOf(story);
  }

  long segments() {
    return segments;
  }

  /** Once, at the end. */
  String hash() {
    return HexFormat.of().formatHex(digest.digest());
  }
}
