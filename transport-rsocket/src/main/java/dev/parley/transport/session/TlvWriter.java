package dev.parley.transport.session;

/** Appends fields to an array that the caller has sized. */
final class TlvWriter {
  private final byte[] buffer;
  private int position;

  TlvWriter(byte[] buffer, int offset) {
    this.buffer = buffer;
    this.position = offset;
  }

  int position() {
    return position;
  }

  void begin(int type, int length) {
    u8(type);
    u8(length >>> 8);
    u8(length);
  }

  void u8(int value) {
    buffer[position++] = (byte) value;
  }

  void u32(long value) {
    for (int shift = 24; shift >= 0; shift -= 8) {
      u8((int) (value >>> shift));
    }
  }

  void u64(long value) {
    u32(value >>> 32);
    u32(value);
  }

  void bytes(byte[] value) {
    System.arraycopy(value, 0, buffer, position, value.length);
    position += value.length;
  }

  void field(int type, byte[] value) {
    begin(type, value.length);
    bytes(value);
  }
}
