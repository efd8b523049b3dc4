package dev.parley.naive;

import static dev.parley.naive.NaiveBytes.concat;
import static dev.parley.naive.NaiveBytes.uint;
import static dev.parley.naive.NaiveBytes.utf8;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Locale;

/** The client's side of RFC 6455 with binary messages, PROTOCOL.md §17. */
final class NaiveWebSocket {
  private static final int BINARY = 2;
  private static final int CLOSE = 8;
  private static final int PING = 9;
  private static final int PONG = 10;
  private static final int MAX_FRAME_BYTES = 1 << 16;

  private final DataInputStream in;
  private final OutputStream out;
  private byte[] received = {};
  private int receivedAt;

  private NaiveWebSocket(Socket socket) throws IOException {
    this.in = new DataInputStream(socket.getInputStream());
    this.out = socket.getOutputStream();
  }

  static NaiveWebSocket upgrade(Socket socket, String path) throws IOException {
    NaiveWebSocket webSocket = new NaiveWebSocket(socket);
    String request =
        String.join(
            "\r\n",
            "GET " + path + " HTTP/1.1",
            "Host: " + socket.getInetAddress().getHostAddress() + ":" + socket.getPort(),
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "Sec-WebSocket-Version: 13",
            "",
            "");
    webSocket.out.write(utf8(request));
    String head = webSocket.readHead();
    boolean accepted =
        head.startsWith("HTTP/1.1 101")
            && head.toLowerCase(Locale.ROOT).contains("s3pplmbitxaq9kygzzhzrbk+xoo=");
    if (!accepted) {
      throw new IOException("no WebSocket: " + head.lines().findFirst().orElse(""));
    }
    return webSocket;
  }

  private String readHead() throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      head.append((char) in.readUnsignedByte());
    }
    return head.toString();
  }

  OutputStream out() {
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        writeFrame(BINARY, new byte[] {(byte) b});
      }

      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        int end = offset + length;
        for (int at = offset; at < end; at += MAX_FRAME_BYTES) {
          writeFrame(BINARY, NaiveBytes.slice(bytes, at, Math.min(end, at + MAX_FRAME_BYTES)));
        }
      }
    };
  }

  InputStream in() {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        while (receivedAt == received.length) {
          if (!readFrame()) {
            return -1;
          }
        }
        return received[receivedAt++] & 0xFF;
      }
    };
  }

  /** A whole message; a client masks, here with zeros. */
  private void writeFrame(int opcode, byte[] payload) throws IOException {
    byte[] length;
    if (payload.length < 126) {
      length = uint(0x80 | payload.length, 1);
    } else if (payload.length < 65536) {
      length = concat(uint(0x80 | 126, 1), uint(payload.length, 2));
    } else {
      length = concat(uint(0x80 | 127, 1), uint(payload.length, 8));
    }
    out.write(concat(uint(0x80 | opcode, 1), length, new byte[4], payload));
    out.flush();
  }

  /** Takes the payload of the next binary frame; false at the end. */
  private boolean readFrame() throws IOException {
    int first;
    try {
      first = in.readUnsignedByte();
    } catch (EOFException e) {
      return false;
    }
    int opcode = first & 0x0F;
    byte[] payload = readPayload();
    if (opcode == CLOSE) {
      writeFrame(CLOSE, payload);
      return false;
    }
    if (opcode == PING) {
      writeFrame(PONG, payload);
    }
    received = opcode <= BINARY ? payload : new byte[0];
    receivedAt = 0;
    return true;
  }

  private byte[] readPayload() throws IOException {
    long length = in.readUnsignedByte();
    if (length == 126) {
      length = in.readUnsignedShort();
    } else if (length == 127) {
      length = in.readLong();
    }
    if (length > MAX_FRAME_BYTES) {
      throw new IOException("a frame of " + length + " bytes");
    }
    byte[] payload = new byte[(int) length];
    in.readFully(payload);
    return payload;
  }
}
