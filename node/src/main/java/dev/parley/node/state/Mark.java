package dev.parley.node.state;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * How far the state file has been completed, in the file beside it that also holds the lock. It is
 * written after a batch was forced and before its appends complete, and never forced by itself: it
 * says too little after a loss of power, and never too much. So a state file that holds less than
 * the mark says has lost something.
 *
 * <pre>
 * two slots, at 0 and 512, the newer one counts:  file id 16 │ sequence u64 │ magic u32 │ CRC-32C u32
 * </pre>
 */
final class Mark {
  private static final int SLOT_BYTES = 32;
  private static final int APART_BYTES = 512;
  private static final int MAGIC = 0x50_4d_52_4b;
  private static final int MAGIC_AT = 24;
  private static final int CHECKSUM_AT = 28;

  /** The file, and the batch in it, that was completed last. */
  static final class Position {
    final byte[] id;
    final long sequence;

    private Position(byte[] id, long sequence) {
      this.id = id;
      this.sequence = sequence;
    }
  }

  private final Disk.Open file;
  private int newest;

  Mark(Disk.Open file) {
    this.file = file;
  }

  /** Null if nothing is known: the file is new, or no slot is sound. */
  @Nullable Position read() throws IOException {
    byte[] content = Arrays.copyOf(file.read(APART_BYTES + SLOT_BYTES), APART_BYTES + SLOT_BYTES);
    Position first = slot(content, 0);
    Position second = slot(content, APART_BYTES);
    newest = first == null || (second != null && second.sequence > first.sequence) ? 1 : 0;
    return newest == 1 ? second : first;
  }

  private static @Nullable Position slot(byte[] content, int at) {
    ByteBuffer in = ByteBuffer.wrap(content, at, SLOT_BYTES).slice();
    boolean isSound =
        in.getInt(MAGIC_AT) == MAGIC && in.getInt(CHECKSUM_AT) == checksum(content, at);
    return isSound
        ? new Position(
            Arrays.copyOfRange(content, at, at + StateFormat.ID_BYTES),
            in.getLong(StateFormat.ID_BYTES))
        : null;
  }

  /** Over the older slot, so that a write that is cut leaves the newer one. */
  void write(byte[] id, long sequence) throws IOException {
    int older = 1 - newest;
    ByteBuffer slot = ByteBuffer.allocate(SLOT_BYTES).put(id).putLong(sequence).putInt(MAGIC);
    slot.putInt(checksum(slot.array(), 0)).flip();
    file.write((long) older * APART_BYTES, slot);
    newest = older;
  }

  /** Durable at once: before another state file takes the place of the one that it speaks of. */
  void clear() throws IOException {
    file.write(0, ByteBuffer.allocate(APART_BYTES + SLOT_BYTES));
    file.force();
  }

  void force() throws IOException {
    file.force();
  }

  private static int checksum(byte[] bytes, int at) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, at, CHECKSUM_AT);
    return (int) crc.getValue();
  }
}
