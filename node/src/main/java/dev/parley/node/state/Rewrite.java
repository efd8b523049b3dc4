package dev.parley.node.state;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/**
 * A state file written from the beginning, and forced; nobody has it yet.
 *
 * @param file open
 * @param sequence of its last batch
 * @param end its size
 */
record Rewrite(Disk.Open file, long sequence, int end) {

  /** Writes it, or leaves nothing. */
  static Rewrite to(Disk disk, Path path, byte[] id, long sequence, List<byte[]> records)
      throws IOException {
    disk.deleteIfExists(path);
    Disk.Open file = disk.open(path);
    try {
      return write(file, id, sequence, records);
    } catch (IOException | RuntimeException e) {
      file.close();
      disk.deleteIfExists(path);
      throw e;
    }
  }

  private static Rewrite write(Disk.Open file, byte[] id, long first, List<byte[]> records)
      throws IOException {
    file.write(0, StateFormat.header(id, first));
    long sequence = first;
    int end = StateFormat.HEADER_BYTES;
    int next = 0;
    while (next < records.size()) {
      int to = batchEnd(records, next);
      ByteBuffer batch = StateFormat.batch(id, ++sequence, records.subList(next, to));
      int size = batch.remaining();
      file.write(end, batch);
      end += size;
      next = to;
    }
    file.force();
    return new Rewrite(file, sequence, end);
  }

  /** How large the file becomes. */
  static long size(List<byte[]> records) {
    long size = StateFormat.HEADER_BYTES;
    int next = 0;
    while (next < records.size()) {
      int to = batchEnd(records, next);
      size += StateFormat.HEAD_BYTES;
      for (byte[] record : records.subList(next, to)) {
        size += StateFormat.size(record);
      }
      next = to;
    }
    return size;
  }

  private static int batchEnd(List<byte[]> records, int from) {
    int size = 0;
    int to = from;
    while (to < records.size()
        && size + StateFormat.size(records.get(to)) <= StateFormat.MAX_BODY_BYTES) {
      size += StateFormat.size(records.get(to));
      to++;
    }
    return to;
  }
}
