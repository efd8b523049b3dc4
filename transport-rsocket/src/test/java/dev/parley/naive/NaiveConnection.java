package dev.parley.naive;

import static dev.parley.naive.NaiveBytes.uint;

import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;

/** Units over a connection, PROTOCOL.md §4. Blocks; a read gives up after thirty seconds. */
final class NaiveConnection implements Closeable {
  static final int TIMEOUT_MS = 30_000;

  private final DataInputStream in;
  private final OutputStream out;
  private final Closeable connection;

  NaiveConnection(InputStream in, OutputStream out, Closeable connection) {
    this.in = new DataInputStream(in);
    this.out = out;
    this.connection = connection;
  }

  static NaiveConnection of(Socket socket) throws IOException {
    socket.setSoTimeout(TIMEOUT_MS);
    return new NaiveConnection(socket.getInputStream(), socket.getOutputStream(), socket);
  }

  static NaiveConnection tcp(InetSocketAddress address) throws IOException {
    Socket socket = new Socket();
    socket.connect(address, TIMEOUT_MS);
    return of(socket);
  }

  static NaiveConnection webSocket(InetSocketAddress address, String path) throws IOException {
    Socket socket = new Socket();
    socket.connect(address, TIMEOUT_MS);
    socket.setSoTimeout(TIMEOUT_MS);
    NaiveWebSocket webSocket = NaiveWebSocket.upgrade(socket, path);
    return new NaiveConnection(webSocket.in(), webSocket.out(), socket);
  }

  /** Writes bytes that carry their length already. */
  void write(byte[] bytes) throws IOException {
    out.write(bytes);
    out.flush();
  }

  void writeUnit(byte[] body) throws IOException {
    write(NaiveWire.unit(body));
  }

  /** The body of the next unit. */
  byte[] readUnit(LengthRule rule) throws IOException, NaiveRefusal {
    byte[] prefix = new byte[2];
    in.readFully(prefix);
    int length = (int) uint(prefix, 0, 2);
    if (!rule.allows(length)) {
      throw new NaiveRefusal("a unit of " + length + " bytes");
    }
    byte[] body = new byte[length];
    in.readFully(body);
    return body;
  }

  /** Waits for the other side's end and tells whether nothing came before it. */
  boolean isAtEnd() throws IOException {
    try {
      in.readByte();
      return false;
    } catch (EOFException e) {
      return true;
    }
  }

  @Override
  public void close() throws IOException {
    connection.close();
  }

  /** Which lengths are legal in a state. */
  interface LengthRule {
    boolean allows(int length);
  }
}
