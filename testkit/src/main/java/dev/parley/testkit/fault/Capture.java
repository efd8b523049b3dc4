package dev.parley.testkit.fault;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * What the two ends of every connection wrote to a {@link FaultProxy}, up to the moment {@link
 * FaultProxy#capture()} was called.
 *
 * <p>The bytes are those the senders wrote, before any fault changed them. An immutable value.
 */
public final class Capture {

  /** One end of a proxied connection. */
  public enum Side {
    /** The end that connected to the proxy. */
    CLIENT,
    /** The end that the proxy connected to. */
    SERVER
  }

  private final List<Connection> connections;
  private final boolean complete;

  private Capture(List<Connection> connections, boolean complete) {
    this.connections = List.copyOf(connections);
    this.complete = complete;
  }

  /** The connections in the order in which the proxy accepted them. */
  public List<Connection> connections() {
    return connections;
  }

  /** Whether every byte is here; {@code false} when the proxy's capture limit was reached. */
  public boolean isComplete() {
    return complete;
  }

  /** The number of captured bytes, both ways. */
  public long bytes() {
    return connections.stream().mapToLong(c -> c.client.length + (long) c.server.length).sum();
  }

  /**
   * Whether {@code needle} occurs in what one end of one connection wrote. A search in an
   * incomplete capture proves presence only; ask {@link #isComplete()} before concluding absence.
   *
   * @throws IllegalArgumentException if {@code needle} is empty
   */
  public boolean contains(byte[] needle) {
    if (needle.length == 0) {
      throw new IllegalArgumentException("needle is empty, must have 1 byte or more");
    }
    return connections.stream()
        .anyMatch(c -> indexOf(c.client, needle) >= 0 || indexOf(c.server, needle) >= 0);
  }

  /** The number of connections and bytes; no captured byte. */
  @Override
  public String toString() {
    return "Capture[connections="
        + connections.size()
        + ", bytes="
        + bytes()
        + ", complete="
        + complete
        + "]";
  }

  private static int indexOf(byte[] haystack, byte[] needle) {
    for (int start = 0; start <= haystack.length - needle.length; start++) {
      int matched = 0;
      while (matched < needle.length && haystack[start + matched] == needle[matched]) {
        matched++;
      }
      if (matched == needle.length) {
        return start;
      }
    }
    return -1;
  }

  /** The bytes of one connection. */
  public static final class Connection {
    private final int number;
    private final byte[] client;
    private final byte[] server;

    private Connection(int number, byte[] client, byte[] server) {
      this.number = number;
      this.client = client;
      this.server = server;
    }

    /** The connection's number, counting from 1 in the order of acceptance. */
    public int number() {
      return number;
    }

    /** A copy of what {@code side} wrote. */
    public byte[] from(Side side) {
      return (side == Side.CLIENT ? client : server).clone();
    }
  }

  /** The growing record behind captures: bounded over all connections, shared between threads. */
  static final class Recorder {
    private final long limitBytes;
    private final List<Track> tracks = new ArrayList<>();
    private long bytes;
    private boolean complete = true;

    Recorder(long limitBytes) {
      this.limitBytes = limitBytes;
    }

    synchronized void open(int number) {
      tracks.add(new Track(number, new ByteArrayOutputStream(0), new ByteArrayOutputStream(0)));
    }

    /** Keeps {@code chunk} as far as the limit allows; {@code number} counts from 1. */
    synchronized void record(int number, Side side, byte[] chunk) {
      int kept = (int) Math.min(chunk.length, limitBytes - bytes);
      Track track = tracks.get(number - 1);
      (side == Side.CLIENT ? track.client : track.server).write(chunk, 0, kept);
      bytes += kept;
      complete &= kept == chunk.length;
    }

    synchronized Capture snapshot() {
      return new Capture(tracks.stream().map(Track::snapshot).toList(), complete);
    }

    private record Track(int number, ByteArrayOutputStream client, ByteArrayOutputStream server) {
      Connection snapshot() {
        return new Connection(number, client.toByteArray(), server.toByteArray());
      }
    }
  }
}
