package dev.parley.node.dht;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** A DNS server on a loopback UDP port that has TXT records, and knows no other names. */
final class LoopbackDns implements AutoCloseable {
  private static final int HEADER = 12;
  private static final int NO_ERROR = 0x8180;
  private static final int NO_SUCH_NAME = 0x8183;
  private static final int TXT = 16;

  private final DatagramSocket socket;
  private final Map<String, List<List<String>>> records = new ConcurrentHashMap<>();
  private final Semaphore answered = new Semaphore(0);
  private volatile UnaryOperator<byte[]> change = answer -> answer;

  LoopbackDns() throws IOException {
    socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    Thread thread = new Thread(this::serve, "loopback-dns");
    thread.setDaemon(true);
    thread.start();
  }

  String url() {
    return "dns://127.0.0.1:" + socket.getLocalPort();
  }

  /** Adds a TXT record of these character strings, Latin-1 and at most 255 each. */
  LoopbackDns txt(String name, String... strings) {
    records.computeIfAbsent(name, n -> new CopyOnWriteArrayList<>()).add(List.of(strings));
    return this;
  }

  /** Changes each answer before it is sent. */
  void change(UnaryOperator<byte[]> value) {
    change = value;
  }

  /** Waits until as many more questions have been answered. */
  void awaitAnswered(int questions) throws InterruptedException {
    if (!answered.tryAcquire(questions, 30, TimeUnit.SECONDS)) {
      throw new AssertionError("was not asked");
    }
  }

  /** How many questions were answered that nobody has waited for. */
  int answered() {
    return answered.availablePermits();
  }

  private void serve() {
    byte[] buffer = new byte[512];
    while (!socket.isClosed()) {
      DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
      try {
        socket.receive(packet);
        byte[] answer = change.apply(answer(Arrays.copyOf(buffer, packet.getLength())));
        socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
        answered.release();
      } catch (IOException e) {
        if (!socket.isClosed()) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private byte[] answer(byte[] question) throws IOException {
    StringBuilder name = new StringBuilder();
    int at = HEADER;
    while (question[at] != 0) {
      name.append(name.isEmpty() ? "" : ".")
          .append(new String(question, at + 1, question[at], StandardCharsets.ISO_8859_1));
      at += 1 + question[at];
    }
    int type = question[at + 1] << 8 | question[at + 2];
    int end = at + 5;
    List<List<String>> known = records.get(name.toString());
    List<List<String>> found = known == null || type != TXT ? List.of() : known;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.write(question, 0, 2);
    out.writeShort(known == null ? NO_SUCH_NAME : NO_ERROR);
    out.writeShort(1);
    out.writeShort(found.size());
    out.writeInt(0);
    out.write(question, HEADER, end - HEADER);
    for (List<String> strings : found) {
      out.writeShort(0xc000 | HEADER); // the question's name
      out.writeShort(TXT);
      out.writeShort(1);
      out.writeInt(0);
      out.writeShort(strings.stream().mapToInt(s -> 1 + s.length()).sum());
      for (String string : strings) {
        out.write(string.length());
        out.write(string.getBytes(StandardCharsets.ISO_8859_1));
      }
    }
    return bytes.toByteArray();
  }

  @Override
  public void close() {
    socket.close();
  }
}
