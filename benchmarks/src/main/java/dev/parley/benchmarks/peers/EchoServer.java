package dev.parley.benchmarks.peers;

/** A server on loopback that echoes requests. */
public interface EchoServer extends AutoCloseable {
  /** All that a client in another process needs to know, on one line. */
  String address();

  @Override
  void close();
}
