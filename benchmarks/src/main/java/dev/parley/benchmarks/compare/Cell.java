package dev.parley.benchmarks.compare;

import dev.parley.benchmarks.peers.Peer;
import java.util.Locale;

/**
 * What every peer is made to do in turn.
 *
 * @param bytes in a message, an answer or an item
 * @param load requests in flight, or streams; of an open loop, requests a second
 */
record Cell(Kind kind, int bytes, int load) {
  /** How the work is given. */
  enum Kind {
    /** Each answer starts the next request, on the thread that brought it. */
    CLOSED,
    /** Each answer starts the next request, on one thread outside the library. */
    OUTSIDE,
    /** Requests start at fixed times, whether or not answers come; latency counts from then. */
    OPEN,
    /** Items of so many streams of one connection, 256 asked for at a time on each. */
    STREAM,
    /** Each answer starts the next request, while a stream runs on the same connection. */
    BESIDE,
    /** Each request has a connection of its own, made for it. */
    FIRST;

    boolean hasStream() {
      return this == STREAM || this == BESIDE;
    }

    /** Whether a library has what this takes. */
    boolean isFor(Peer peer) {
      return hasStream() ? peer.hasStreams() : this != FIRST || peer.hasFirsts();
    }
  }

  /** The name in tables and files. */
  String label() {
    String size = bytes % 1024 == 0 ? bytes / 1024 + "KiB" : bytes + "B";
    return switch (kind) {
      case CLOSED -> size + "x" + load;
      case STREAM -> size + (load == 1 ? "" : "x" + load) + "-stream";
      case OPEN -> size + "-at-" + load;
      case OUTSIDE, BESIDE, FIRST -> size + "x" + load + "-" + kind.name().toLowerCase(Locale.ROOT);
    };
  }

  /** For a worker's command line. */
  String encode() {
    return kind + ":" + bytes + ":" + load;
  }

  static Cell decode(String text) {
    String[] parts = text.split(":", -1);
    return new Cell(Kind.valueOf(parts[0]), Integer.parseInt(parts[1]), Integer.parseInt(parts[2]));
  }
}
