package dev.parley.naive;

import static dev.parley.naive.NaiveBytes.concat;
import static dev.parley.naive.NaiveBytes.from;
import static dev.parley.naive.NaiveBytes.slice;
import static dev.parley.naive.NaiveBytes.uint;
import static dev.parley.naive.NaiveBytes.utf8;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;

/**
 * A frame of RSocket 1.0 without its length, PROTOCOL.md §13 and §14.
 *
 * @param body what stands behind stream id, type and flags
 */
record NaiveFrame(int streamId, int type, int flags, byte[] body) {
  static final int SETUP = 0x01;
  static final int KEEPALIVE = 0x03;
  static final int REQUEST_RESPONSE = 0x04;
  static final int REQUEST_N = 0x08;
  static final int CANCEL = 0x09;
  static final int PAYLOAD = 0x0A;
  static final int ERROR = 0x0B;

  static final int METADATA = 0x100;
  static final int FOLLOWS = 0x80;
  static final int RESPOND = 0x80;
  static final int COMPLETE = 0x40;
  static final int NEXT = 0x20;
  static final int HEADER_BYTES = 6;

  byte[] encode() {
    return concat(uint(streamId, 4), uint(type << 10 | flags, 2), body);
  }

  static NaiveFrame decode(byte[] in) {
    int typeAndFlags = (int) uint(in, 4, 2);
    return new NaiveFrame(
        (int) uint(in, 0, 4), typeAndFlags >> 10, typeAndFlags & 0x3FF, from(in, HEADER_BYTES));
  }

  boolean has(int flag) {
    return (flags & flag) != 0;
  }

  static NaiveFrame setup() {
    byte[] metadataType = utf8("message/x.rsocket.composite-metadata.v0");
    byte[] dataType = utf8("application/octet-stream");
    return new NaiveFrame(
        0,
        SETUP,
        0,
        concat(
            uint(1, 2),
            uint(0, 2),
            uint(3600000, 4),
            uint(86400000, 4),
            uint(metadataType.length, 1),
            metadataType,
            uint(dataType.length, 1),
            dataType));
  }

  /** The answer to a KEEPALIVE that asks for one. */
  NaiveFrame keepAliveAnswer() {
    return new NaiveFrame(0, KEEPALIVE, 0, concat(new byte[8], from(body, 8)));
  }

  static NaiveFrame error(int streamId, int code, String text) {
    return new NaiveFrame(streamId, ERROR, 0, concat(uint(code, 4), utf8(text)));
  }

  int errorCode() {
    return (int) uint(body, 0, 4);
  }

  String errorText() {
    return new String(from(body, 4), UTF_8);
  }

  /** A whole message in one frame; empty metadata is left out. */
  static NaiveFrame message(int streamId, int type, int flags, byte[] metadata, byte[] data) {
    if (metadata.length == 0) {
      return new NaiveFrame(streamId, type, flags, data);
    }
    byte[] body = concat(uint(metadata.length, 3), metadata, data);
    return new NaiveFrame(streamId, type, flags | METADATA, body);
  }

  private int metadataBytes() {
    return has(METADATA) ? (int) uint(body, 0, 3) : 0;
  }

  byte[] metadata() {
    return has(METADATA) ? slice(body, 3, 3 + metadataBytes()) : new byte[0];
  }

  byte[] data() {
    return has(METADATA) ? from(body, 3 + metadataBytes()) : body;
  }

  /** Cuts a message into frames of at most mtu bytes, §14. */
  static List<NaiveFrame> fragments(
      int streamId, int type, int flags, byte[] metadata, byte[] data, int mtu) {
    List<NaiveFrame> frames = new ArrayList<>();
    int metadataAt = 0;
    int dataAt = 0;
    boolean last = false;
    while (!last) {
      int room = mtu - HEADER_BYTES;
      byte[] metadataPart = {};
      if (metadataAt < metadata.length) {
        room -= 3;
        metadataPart = slice(metadata, metadataAt, Math.min(metadata.length, metadataAt + room));
        metadataAt += metadataPart.length;
      }
      int dataEnd = Math.min(data.length, dataAt + room - metadataPart.length);
      byte[] dataPart = slice(data, dataAt, dataEnd);
      dataAt = dataEnd;
      last = metadataAt == metadata.length && dataAt == data.length;
      boolean first = frames.isEmpty();
      int frameFlags = last ? flags : FOLLOWS | flags & NEXT;
      frames.add(
          message(
              streamId,
              first ? type : PAYLOAD,
              first ? frameFlags : frameFlags | NEXT,
              metadataPart,
              dataPart));
    }
    return frames;
  }
}
