package dev.parley.transport.rsocket;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Passes one connection on, until it falls silent: from then on it passes neither a byte nor the
 * end of either side, as a network does that lost its way.
 */
final class SilentRelay implements AutoCloseable {
  private final ServerSocket server;
  private final List<Closeable> open = new CopyOnWriteArrayList<>();
  private volatile boolean silent;

  SilentRelay(int port) {
    try {
      server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    open.add(server);
    start(() -> relay(port));
  }

  int port() {
    return server.getLocalPort();
  }

  void fallSilent() {
    silent = true;
  }

  private void relay(int port) throws IOException {
    Socket client = server.accept();
    Socket behind = new Socket(InetAddress.getLoopbackAddress(), port);
    open.addAll(List.of(client, behind));
    start(() -> pump(client, behind));
    pump(behind, client);
  }

  private void pump(Socket from, Socket to) throws IOException {
    byte[] chunk = new byte[16 * 1024];
    int n;
    while ((n = from.getInputStream().read(chunk)) >= 0) {
      if (!silent) {
        to.getOutputStream().write(chunk, 0, n);
      }
    }
  }

  private interface Work {
    void run() throws IOException;
  }

  private static void start(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException e) {
                // Either side has ended, which the other one is not to learn.
              }
            },
            "silent-relay");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() {
    for (Closeable socket : open) {
      try {
        socket.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
