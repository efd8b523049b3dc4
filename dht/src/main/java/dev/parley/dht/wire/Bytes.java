package dev.parley.dht.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Big-endian numbers in byte arrays. */
final class Bytes {
  private static final VarHandle SHORT = view(short[].class);
  private static final VarHandle INT = view(int[].class);
  private static final VarHandle LONG = view(long[].class);

  private Bytes() {}

  private static VarHandle view(Class<?> type) {
    return MethodHandles.byteArrayViewVarHandle(type, ByteOrder.BIG_ENDIAN);
  }

  static int getShort(byte[] in, int at) {
    return (short) SHORT.get(in, at) & 0xffff;
  }

  static int getInt(byte[] in, int at) {
    return (int) INT.get(in, at);
  }

  static long getLong(byte[] in, int at) {
    return (long) LONG.get(in, at);
  }

  static void putShort(byte[] out, int at, int value) {
    SHORT.set(out, at, (short) value);
  }

  static void putInt(byte[] out, int at, int value) {
    INT.set(out, at, value);
  }

  static void putLong(byte[] out, int at, long value) {
    LONG.set(out, at, value);
  }
}
