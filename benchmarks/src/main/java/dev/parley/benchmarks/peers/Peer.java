package dev.parley.benchmarks.peers;

import org.jspecify.annotations.Nullable;

/** A library that is measured. */
public interface Peer {
  /** Why it cannot run on this machine; null when it can. */
  default @Nullable String missing() {
    return null;
  }

  /** Whether its clients have {@link EchoClient#stream}. */
  default boolean hasStreams() {
    return false;
  }

  /** Whether its clients have {@link EchoClient#first}. */
  default boolean hasFirsts() {
    return false;
  }

  /** Starts an echo server on a free port of loopback. */
  EchoServer serve(Keys keys) throws Exception;

  /** Connects to a server's address; each request carries {@code data}. */
  EchoClient connect(String address, byte[] data, Keys keys) throws Exception;
}
