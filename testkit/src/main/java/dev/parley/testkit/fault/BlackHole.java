package dev.parley.testkit.fault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;

/**
 * An address on the loopback interface from which no answer ever comes, to test deadlines with.
 *
 * <p>It has no thread. {@link #close()} frees the port; whoever is connected then is reset.
 */
public final class BlackHole implements AutoCloseable {
  private static final int SILENT_BACKLOG = 1024;
  private static final int FULL_BACKLOG = 1;
  private static final int MAX_FILLERS = 16;
  private static final int HANG_MILLIS = 250;

  private final ServerSocket listener;
  private final List<Socket> fillers;

  private BlackHole(ServerSocket listener, List<Socket> fillers) {
    this.listener = listener;
    this.fillers = fillers;
  }

  /**
   * An address to which connecting succeeds, and which then never reads nor writes.
   *
   * <p>The kernel completes the TCP handshakes; it does so for as many connections as its backlog
   * holds (1024, or {@code net.core.somaxconn} where that is less).
   *
   * @throws UncheckedIOException if no port can be bound
   */
  public static BlackHole silent() {
    return new BlackHole(listen(SILENT_BACKLOG), List.of());
  }

  /**
   * An address to which connecting hangs: the TCP handshake is never completed.
   *
   * <p>Works where the kernel drops the first packet of a handshake that finds the listener's
   * backlog full, as Linux does. The backlog is filled with own connections and the hang is
   * verified, for a quarter of a second, before this method returns.
   *
   * @throws UnsupportedOperationException if connections are not made to hang on this system
   * @throws UncheckedIOException if no port can be bound
   */
  public static BlackHole unaccepting() {
    BlackHole hole = new BlackHole(listen(FULL_BACKLOG), new ArrayList<>());
    try {
      while (hole.fillers.size() < MAX_FILLERS) {
        if (!hole.fill()) {
          return hole;
        }
      }
    } catch (IOException e) {
      hole.close();
      throw new UnsupportedOperationException("a full backlog refuses connections here", e);
    }
    hole.close();
    throw new UnsupportedOperationException("this system accepts connections over the backlog");
  }

  /** The address to connect to. */
  public InetSocketAddress address() {
    return (InetSocketAddress) listener.getLocalSocketAddress();
  }

  /** The port to connect to on the loopback interface. */
  public int port() {
    return listener.getLocalPort();
  }

  /** Frees the port. Idempotent. */
  @Override
  public void close() {
    fillers.forEach(ProxyConnection::closeQuietly);
    ProxyConnection.closeQuietly(listener);
  }

  private boolean fill() throws IOException {
    Socket socket = new Socket();
    try {
      socket.connect(address(), HANG_MILLIS);
      fillers.add(socket);
      return true;
    } catch (SocketTimeoutException e) {
      socket.close();
      return false;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private static ServerSocket listen(int backlog) {
    try {
      return new ServerSocket(0, backlog, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException("the black hole cannot listen", e);
    }
  }
}
