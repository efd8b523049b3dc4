package dev.parley.benchmarks;

import dev.parley.benchmarks.peers.EchoClient;
import dev.parley.benchmarks.peers.EchoServer;
import dev.parley.benchmarks.peers.Keys;
import dev.parley.benchmarks.peers.Peer;
import dev.parley.benchmarks.peers.Peers;
import java.nio.file.Files;
import java.util.SplittableRandom;

/** A peer's server and its client, in this process. */
final class EchoPair implements AutoCloseable {
  private final EchoServer server;
  private final EchoClient client;

  private EchoPair(EchoServer server, EchoClient client) {
    this.server = server;
    this.client = client;
  }

  /** Starts a peer whose messages have so many bytes. */
  static EchoPair start(String name, int bytes) throws Exception {
    byte[] data = new byte[bytes];
    new SplittableRandom(1).nextBytes(data);
    Keys keys = Keys.in(Files.createTempDirectory("parley-jmh"));
    Peer peer = Peers.named(name);
    EchoServer server = peer.serve(keys);
    return new EchoPair(server, peer.connect(server.address(), data, keys));
  }

  EchoClient client() {
    return client;
  }

  @Override
  public void close() {
    client.close();
    server.close();
  }
}
