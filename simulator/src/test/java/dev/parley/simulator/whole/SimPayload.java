package dev.parley.simulator.whole;

import dev.parley.Message;
import java.nio.ByteBuffer;

/** Bytes that tell which call they are of, and whether one of them is wrong. */
final class SimPayload {
  private static final int HEAD = Integer.BYTES * 3;

  private SimPayload() {}

  static Message of(int call, int item, int items, int size) {
    ByteBuffer bytes = ByteBuffer.allocate(Math.max(HEAD, size));
    bytes.putInt(call).putInt(item).putInt(items);
    for (int i = HEAD; i < bytes.capacity(); i++) {
      bytes.put(i, filler(call, item, i));
    }
    return Message.of(bytes.array());
  }

  private static byte filler(int call, int item, int at) {
    return (byte) (call * 31 + item * 7 + at);
  }

  static int call(Message message) {
    return message.buffer().getInt(0);
  }

  static int items(Message message) {
    return message.buffer().getInt(Integer.BYTES * 2);
  }

  static boolean is(Message message, int call, int item) {
    ByteBuffer bytes = message.buffer();
    if (bytes.remaining() < HEAD || bytes.getInt(0) != call || bytes.getInt(4) != item) {
      return false;
    }
    for (int i = HEAD; i < bytes.limit(); i++) {
      if (bytes.get(i) != filler(call, item, i)) {
        return false;
      }
    }
    return true;
  }
}
