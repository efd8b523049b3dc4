package dev.parley.testkit.fault;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** A client's connection, the one to the server behind it, and a pump each way. */
final class ProxyConnection {
  private final SocketChannel client;
  private final SocketChannel server;
  private final SelectionKey clientKey;
  private final SelectionKey serverKey;
  private final ProxyPump toServer;
  private final ProxyPump toClient;
  private boolean closed;

  ProxyConnection(
      SelectionKey clientKey, SelectionKey serverKey, ProxyPump toServer, ProxyPump toClient) {
    this.client = (SocketChannel) clientKey.channel();
    this.server = (SocketChannel) serverKey.channel();
    this.clientKey = clientKey;
    this.serverKey = serverKey;
    this.toServer = toServer;
    this.toClient = toClient;
  }

  boolean isClosed() {
    return closed;
  }

  /** Handles what the selector reported for either socket. */
  void ready(long nowNanos) {
    guarded(
        () -> {
          if (serverKey.isConnectable()) {
            server.finishConnect();
          }
          if (clientKey.isReadable() && toServer.wantsRead()) {
            toServer.read(nowNanos);
          }
          if (serverKey.isReadable() && toClient.wantsRead()) {
            toClient.read(nowNanos);
          }
          if (clientKey.isWritable()) {
            toClient.writable(nowNanos);
          }
          if (serverKey.isWritable()) {
            toServer.writable(nowNanos);
          }
        });
  }

  /** Forwards what is due and asks the selector for what comes next. */
  void turn(long nowNanos) {
    if (closed || !server.isConnected()) {
      return;
    }
    guarded(
        () -> {
          if (!toServer.flush(nowNanos) || !toClient.flush(nowNanos)) {
            reset();
          } else if (toServer.isDone() && toClient.isDone()) {
            close();
          } else {
            clientKey.interestOps(ops(toServer, toClient));
            serverKey.interestOps(ops(toClient, toServer));
          }
        });
  }

  private static int ops(ProxyPump reading, ProxyPump writing) {
    return (reading.wantsRead() ? SelectionKey.OP_READ : 0)
        | (writing.wantsWrite() ? SelectionKey.OP_WRITE : 0);
  }

  /** Time until a fault lets bytes go; {@code MAX_VALUE} if only sockets can make progress. */
  long nanosUntilDue(long nowNanos) {
    if (closed || !server.isConnected()) {
      return Long.MAX_VALUE;
    }
    return Math.min(toServer.nanosUntilDue(nowNanos), toClient.nanosUntilDue(nowNanos));
  }

  /** Ends both sockets with RST. */
  void reset() {
    closed = true;
    reset(client);
    reset(server);
  }

  static void reset(@Nullable SocketChannel channel) {
    if (channel == null) {
      return;
    }
    try {
      channel.setOption(StandardSocketOptions.SO_LINGER, 0);
    } catch (IOException e) {
      // gone already: closing is all there is to do
    }
    closeQuietly(channel);
  }

  /** Ends both sockets with FIN. */
  void close() {
    closed = true;
    closeQuietly(client);
    closeQuietly(server);
  }

  static void closeQuietly(AutoCloseable channel) {
    try {
      channel.close();
    } catch (Exception e) {
      // the socket is gone, which is what was asked for
    }
  }

  /** A socket that failed takes the other one with it, as a wire does. */
  private void guarded(Step step) {
    try {
      step.run();
    } catch (IOException e) {
      reset();
    }
  }

  @FunctionalInterface
  private interface Step {
    void run() throws IOException;
  }
}
