package dev.parley.naive;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;

/** Records, control records and frames of an open session, PROTOCOL.md §10 to §12. */
final class NaiveLink {
  private final NaiveConnection connection;
  private final NaiveSession session;
  private final NaiveRecords sealing;
  private final NaiveRecords opening;
  private final Queue<NaiveFrame> frames = new ArrayDeque<>();
  private int peerCloseCode = -1;
  private byte[] pongToken = {};

  NaiveLink(NaiveConnection connection, NaiveSession session) {
    this.connection = connection;
    this.session = session;
    this.sealing = new NaiveRecords(session.suite().aead, session.sendKey());
    this.opening = new NaiveRecords(session.suite().aead, session.receiveKey());
  }

  int mtu() {
    return session.mtu();
  }

  void send(NaiveControl control) throws IOException {
    connection.write(sealing.seal(control.inner()));
  }

  /** Each frame in a record of its own. */
  void send(List<NaiveFrame> out) throws IOException {
    for (NaiveFrame frame : out) {
      connection.write(sealing.seal(NaiveRecords.data(List.of(frame.encode()), 0)));
    }
  }

  /** All frames in one record, with padding. */
  void sendTogether(List<NaiveFrame> out, int padding) throws IOException {
    List<byte[]> encoded = out.stream().map(NaiveFrame::encode).toList();
    connection.write(sealing.seal(NaiveRecords.data(encoded, padding)));
  }

  /** The next frame of a stream; null when the other side closed the session. */
  NaiveFrame nextFrame() throws IOException, NaiveRefusal {
    while (frames.isEmpty() && peerCloseCode < 0) {
      readRecord();
    }
    return frames.poll();
  }

  /** Reads a record and does what a control record asks for. */
  void readRecord() throws IOException, NaiveRefusal {
    byte[] sealed =
        connection.readUnit(length -> NaiveRecords.isRecordLength(length, session.maxRecord()));
    byte[] inner = opening.open(sealed);
    switch (inner[0]) {
      case NaiveRecords.DATA -> data(inner);
      case NaiveRecords.CONTROL -> control(NaiveControl.decode(inner));
      default -> throw new NaiveRefusal("a record of an unknown type");
    }
  }

  private void data(byte[] inner) throws IOException, NaiveRefusal {
    for (byte[] encoded : NaiveRecords.frames(inner)) {
      NaiveFrame frame = NaiveFrame.decode(encoded);
      if (frame.type() == NaiveFrame.KEEPALIVE) {
        if (frame.has(NaiveFrame.RESPOND)) {
          send(List.of(frame.keepAliveAnswer()));
        }
      } else {
        frames.add(frame);
      }
    }
  }

  private void control(NaiveControl control) throws IOException, NaiveRefusal {
    switch (control.code()) {
      case NaiveControl.CLOSE -> peerCloseCode = control.closeCode();
      case NaiveControl.GOAWAY -> send(NaiveControl.goAway(0));
      case NaiveControl.PING -> send(NaiveControl.pong(control.fields().get(NaiveFields.TOKEN)));
      case NaiveControl.PONG -> pongToken = control.fields().get(NaiveFields.TOKEN);
      default -> {} // READY and LIMITS: this side keeps far below every limit
    }
  }

  /** Sends a PING and waits for its answer. */
  void ping(byte[] token) throws IOException, NaiveRefusal {
    send(NaiveControl.ping(token));
    while (!Arrays.equals(pongToken, token)) {
      readRecord();
    }
  }

  /** The code of the other side's CLOSE, -1 for none yet. */
  int peerCloseCode() {
    return peerCloseCode;
  }

  /** Closes in order and returns the code of the other side's CLOSE. */
  int close(int code) throws IOException, NaiveRefusal {
    send(NaiveControl.close(code, 0, ""));
    while (peerCloseCode < 0) {
      readRecord();
    }
    boolean ended = connection.isAtEnd();
    connection.close();
    if (!ended) {
      throw new NaiveRefusal("bytes behind the CLOSE that answers a CLOSE");
    }
    return peerCloseCode;
  }

  /** Answers the other side's CLOSE. */
  void answerClose() throws IOException {
    send(NaiveControl.close(0, 0, ""));
    connection.close();
  }
}
