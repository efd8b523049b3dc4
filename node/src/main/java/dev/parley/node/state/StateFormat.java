package dev.parley.node.state;

import dev.parley.spi.StateStore;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The bytes of a state file, big endian: a header, then batches. A batch is what one append of the
 * file, and one force, wrote.
 *
 * <pre>
 * header   0  "parleyst"     8 │ version u32 = 1 │ file id 16 │ sequence u64 │ checksum u32 of all before
 * batch    0  magic u32        │ body length u32 │ sequence u64 │ checksum u32 of the body │ checksum u32 of all before
 *         24  body: records, each  length u32 │ bytes
 * </pre>
 *
 * <p>Sequence numbers go up by one from the header on, and a rewritten file goes on with them. The
 * checksums are CRC-32C and begin with the file id, which is random and never leaves the file: so a
 * record of a peer's making cannot look like a batch, and neither can a batch of another file.
 *
 * <p>Only the last batch can have been cut by a crash, since each is forced before the next one is
 * written. So what is no batch is a cut one if nothing after it is the head of a batch, and damage
 * otherwise.
 */
final class StateFormat {
  static final int HEADER_BYTES = 40;
  static final int HEAD_BYTES = 24;
  static final int LENGTH_BYTES = 4;
  static final int ID_BYTES = 16;
  static final int MAX_BODY_BYTES = 1 << 20;

  private static final byte[] MAGIC = "parleyst".getBytes(StandardCharsets.US_ASCII);
  private static final int VERSION = 1;
  private static final int BATCH = 0x50_42_43_48;

  private static final int VERSION_AT = MAGIC.length;
  private static final int ID_AT = VERSION_AT + 4;
  private static final int SEQUENCE_AT = ID_AT + ID_BYTES;
  private static final int CHECKSUM_AT = SEQUENCE_AT + 8;

  private static final int LENGTH_AT = 4;
  private static final int BATCH_SEQUENCE_AT = 8;
  private static final int BODY_CHECKSUM_AT = 16;
  private static final int HEAD_CHECKSUM_AT = 20;

  private StateFormat() {}

  /** What a file holds. */
  static final class Content {
    final byte[] id;
    final List<byte[]> records = new ArrayList<>();

    /** The sequence number of the last batch, or of the header if there is none. */
    long last;

    /** Where that begins. */
    int lastAt;

    /** Where it ends; what follows is a batch that was cut. */
    int end = HEADER_BYTES;

    private Content(byte[] id, long last) {
      this.id = id;
      this.last = last;
    }
  }

  /** Bytes that no crash explains. */
  static final class Damage extends Exception {
    private static final long serialVersionUID = 1;
    final long offset;

    Damage(long offset, String problem) {
      super(problem);
      this.offset = offset;
    }
  }

  static ByteBuffer header(byte[] id, long sequence) {
    ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
    header.put(MAGIC).putInt(VERSION).put(id).putLong(sequence);
    return header.putInt(checksum(id, header.array(), 0, CHECKSUM_AT)).flip();
  }

  static int size(byte[] record) {
    return LENGTH_BYTES + record.length;
  }

  static ByteBuffer batch(byte[] id, long sequence, List<byte[]> records) {
    int length = records.stream().mapToInt(StateFormat::size).sum();
    ByteBuffer batch = ByteBuffer.allocate(HEAD_BYTES + length).position(HEAD_BYTES);
    records.forEach(record -> batch.putInt(record.length).put(record));
    batch.flip().putInt(BATCH).putInt(length).putLong(sequence);
    batch.putInt(checksum(id, batch.array(), HEAD_BYTES, length));
    batch.putInt(checksum(id, batch.array(), 0, HEAD_CHECKSUM_AT));
    return batch.rewind();
  }

  private static int checksum(byte[] id, byte[] bytes, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(id, 0, ID_BYTES);
    crc.update(bytes, offset, length);
    return (int) crc.getValue();
  }

  static Content parse(byte[] file) throws Damage {
    return new Parser(file, id(file)).parse();
  }

  private static byte[] id(byte[] file) throws Damage {
    if (file.length < HEADER_BYTES || !Arrays.equals(file, 0, VERSION_AT, MAGIC, 0, VERSION_AT)) {
      throw new Damage(0, "it does not begin like a state file");
    }
    ByteBuffer in = ByteBuffer.wrap(file);
    byte[] id = Arrays.copyOfRange(file, ID_AT, SEQUENCE_AT);
    if (in.getInt(CHECKSUM_AT) != checksum(id, file, 0, CHECKSUM_AT)) {
      throw new Damage(0, "its header is damaged");
    }
    if (in.getInt(VERSION_AT) != VERSION) {
      throw new Damage(VERSION_AT, "another version of Parley wrote it; use that one");
    }
    return id;
  }

  /** Reads the batches of a file whose header is sound. */
  private static final class Parser {
    private final byte[] file;
    private final ByteBuffer in;
    private final Content content;

    private Parser(byte[] file, byte[] id) {
      this.file = file;
      in = ByteBuffer.wrap(file);
      content = new Content(id, in.getLong(SEQUENCE_AT));
    }

    private Content parse() throws Damage {
      int at = HEADER_BYTES;
      while (isHead(at)) {
        requireNext(at, content.last + 1);
        int length = in.getInt(at + LENGTH_AT);
        if (!isBody(at, length)) {
          break;
        }
        content.last++;
        content.lastAt = at;
        at += HEAD_BYTES;
        addRecords(at, at + length);
        at += length;
        content.end = at;
      }
      requireNoHeadAfter(at);
      return content;
    }

    private boolean isHead(int at) {
      return file.length - at >= HEAD_BYTES
          && in.getInt(at) == BATCH
          && in.getInt(at + HEAD_CHECKSUM_AT) == checksum(content.id, file, at, HEAD_CHECKSUM_AT);
    }

    private boolean isBody(int at, int length) {
      return length >= 0
          && length <= file.length - at - HEAD_BYTES
          && in.getInt(at + BODY_CHECKSUM_AT)
              == checksum(content.id, file, at + HEAD_BYTES, length);
    }

    private void requireNext(int at, long sequence) throws Damage {
      long found = in.getLong(at + BATCH_SEQUENCE_AT);
      if (found != sequence) {
        throw new Damage(at, "batch " + found + " stands where batch " + sequence + " belongs");
      }
    }

    private void addRecords(int from, int end) throws Damage {
      int next = from;
      while (next < end) {
        int size = end - next < LENGTH_BYTES ? -1 : in.getInt(next);
        if (size < 1 || size > StateStore.MAX_RECORD_BYTES || size > end - next - LENGTH_BYTES) {
          throw new Damage(next, "a record has an impossible length");
        }
        next += LENGTH_BYTES;
        content.records.add(Arrays.copyOfRange(file, next, next + size));
        next += size;
      }
    }

    private void requireNoHeadAfter(int at) throws Damage {
      for (int later = at + 1; later <= file.length - HEAD_BYTES; later++) {
        if (isHead(later)) {
          throw new Damage(at, "a batch is damaged, and others follow it");
        }
      }
    }
  }
}
