package dev.parley.testkit.fault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/** A listening server, a fault proxy in front of it, and socket pairs that talk through both. */
final class Wire implements AutoCloseable {
  static final int TIMEOUT_MILLIS = 10_000;

  private final ServerSocket listener;
  private final List<Socket> sockets = new ArrayList<>();
  final FaultProxy proxy;

  /** The two ends of one connection through the proxy. */
  record Ends(Socket client, Socket server) {}

  private Wire(ServerSocket listener, FaultProxy proxy) {
    this.listener = listener;
    this.proxy = proxy;
  }

  static Wire start() throws IOException {
    return start(Long.MAX_VALUE);
  }

  static Wire start(long captureLimitBytes) throws IOException {
    ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    listener.setSoTimeout(TIMEOUT_MILLIS);
    return new Wire(
        listener,
        FaultProxy.to("127.0.0.1", listener.getLocalPort())
            .captureLimitBytes(captureLimitBytes)
            .start());
  }

  Ends connect() throws IOException {
    Socket client = connectClient();
    Socket server = listener.accept();
    server.setSoTimeout(TIMEOUT_MILLIS);
    sockets.add(server);
    return new Ends(client, server);
  }

  Socket connectClient() throws IOException {
    Socket client = new Socket();
    sockets.add(client);
    client.setTcpNoDelay(true);
    client.setSoTimeout(TIMEOUT_MILLIS);
    client.connect(proxy.address(), TIMEOUT_MILLIS);
    return client;
  }

  void stopServer() throws IOException {
    listener.close();
  }

  @Override
  public void close() {
    proxy.close();
    try {
      for (Socket socket : sockets) {
        socket.close();
      }
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
