package dev.parley.observability.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Sends bytes as they are, for requests that no HTTP client would send. */
final class RawHttp {
  private static final int PATIENCE_MILLIS = 60_000;

  private RawHttp() {}

  /** What came back. */
  record Answer(int status, String head, String body) {
    boolean has(String header) {
      return head.toLowerCase(Locale.ROOT).contains("\r\n" + header.toLowerCase(Locale.ROOT));
    }
  }

  static Answer get(int port, String path, String... headers) {
    return request(port, "GET", path, headers);
  }

  static Answer request(int port, String method, String path, String... headers) {
    StringBuilder text = new StringBuilder(method + " " + path + " HTTP/1.1\r\n");
    boolean hasHost = false;
    for (String header : headers) {
      hasHost |= header.startsWith("Host:");
      text.append(header).append("\r\n");
    }
    text.append(hasHost ? "" : "Host: 127.0.0.1:" + port + "\r\n");
    return send(port, text + "Connection: close\r\n\r\n");
  }

  /** Sends and reads until the server closes. */
  static Answer send(int port, String bytes) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
      String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int end = all.indexOf("\r\n\r\n");
      int status = all.length() < 12 ? 0 : Integer.parseInt(all.substring(9, 12));
      return new Answer(
          status, end < 0 ? all : all.substring(0, end + 2), end < 0 ? "" : all.substring(end + 4));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads until {@code part} came; false if the server closed before. */
  static boolean readUntil(InputStream in, String part) throws IOException {
    StringBuilder seen = new StringBuilder();
    for (int b = in.read(); b >= 0; b = in.read()) {
      seen.append((char) b);
      if (seen.indexOf(part, Math.max(0, seen.length() - part.length())) >= 0) {
        return true;
      }
    }
    return false;
  }
}
