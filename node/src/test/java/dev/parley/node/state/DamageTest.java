package dev.parley.node.state;

import static dev.parley.node.state.Ask.FILE;
import static dev.parley.node.state.Ask.LOCK;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.spi.StateStoreException;
import dev.parley.spi.StateStoreException.Reason;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Every cut and every flipped bit: exactly the records of before, or a refusal. */
@Timeout(120)
class DamageTest {
  private static final List<String> BEFORE = List.of("a", "bb", "ccc");
  private static final List<String> ALL = List.of("a", "bb", "ccc", "dddd");

  private final ModelDisk disk = new ModelDisk();
  private byte[] file = {};
  private byte[] mark = {};
  private byte[] markBefore = {};
  private int lastAt;

  @BeforeEach
  void write() {
    FileStateStore store = Ask.store(disk);
    Ask.append(store, "a", "bb", "ccc");
    markBefore = disk.content(LOCK);
    lastAt = disk.content(FILE).length;
    Ask.append(store, "dddd");
    Ask.close(store);
    file = disk.content(FILE);
    mark = disk.content(LOCK);
  }

  private ModelDisk with(byte[] newFile, byte @Nullable [] newMark) {
    ModelDisk other = new ModelDisk();
    other.put(FILE, newFile);
    other.put(LOCK, newMark);
    return other;
  }

  private static void assertRefused(ModelDisk disk, byte[] content, String as) {
    FileStateStore store = Ask.store(disk);
    StateStoreException e = Ask.failure(store.load());
    assertThat(e.reason()).as(as).isEqualTo(Reason.DAMAGED);
    assertThat(e).hasMessageContaining(FILE.toString()).hasMessageNotContaining("dddd");
    Ask.assertFails(store.append(Ask.bytes("e")), Reason.DAMAGED);
    Ask.close(store);
    assertThat(disk.content(FILE)).as(as).isEqualTo(content);
  }

  /** What is there goes on from there. */
  private static void assertHolds(ModelDisk disk, List<String> records, int cut, String as) {
    FileStateStore store = Ask.store(disk);
    assertThat(Ask.records(store)).as(as).isEqualTo(records);
    assertThat(store.cutBytes()).as(as).isEqualTo(cut);
    Ask.append(store, "more");
    Ask.close(store);
    assertThat(Ask.reopened(disk)).as(as).hasSize(records.size() + 1).endsWith("more");
  }

  @Test
  void cutsABatchThatWasNotCompletedWhereverItEnds() {
    for (int size = lastAt; size < file.length; size++) {
      assertHolds(
          with(Arrays.copyOf(file, size), markBefore), BEFORE, size - lastAt, "cut at " + size);
    }
    assertHolds(with(file, markBefore), ALL, 0, "not cut");
  }

  @Test
  void cutsABatchOfWhichPiecesAreMissing() {
    for (int from = lastAt; from < file.length; from++) {
      for (int to = from + 1; to <= file.length; to++) {
        byte[] holed = file.clone();
        Arrays.fill(holed, from, to, (byte) 0);
        if (!Arrays.equals(holed, file)) {
          assertHolds(with(holed, markBefore), BEFORE, file.length - lastAt, from + " to " + to);
        }
      }
    }
  }

  @Test
  void refusesAFileThatEndsBeforeItWasCompleted() {
    for (int size = 1; size < file.length; size++) {
      byte[] cut = Arrays.copyOf(file, size);
      assertRefused(with(cut, mark), cut, "cut at " + size);
    }
  }

  @Test
  void refusesAFileWithAnyBitFlipped() {
    for (int bit = 0; bit < 8 * file.length; bit++) {
      byte[] flipped = flip(file, bit);
      assertRefused(with(flipped, mark), flipped, "bit " + bit);
    }
  }

  /** Without the mark, a damaged last batch looks like one that was cut. */
  @Test
  void refusesAnyFlippedBitBeforeTheLastBatchAlsoWithoutTheMark() {
    for (int bit = 0; bit < 8 * file.length; bit++) {
      byte[] flipped = flip(file, bit);
      if (bit < 8 * lastAt) {
        assertRefused(with(flipped, null), flipped, "bit " + bit);
      } else {
        assertHolds(with(flipped, null), BEFORE, file.length - lastAt, "bit " + bit);
      }
    }
  }

  @Test
  void holdsAllWhateverBitOfTheMarkIsFlipped() {
    for (int bit = 0; bit < 8 * mark.length; bit++) {
      assertHolds(with(file, flip(mark, bit)), ALL, 0, "bit " + bit + " of the mark");
    }
    assertHolds(with(file, new byte[0]), ALL, 0, "an empty mark");
    assertHolds(with(file, null), ALL, 0, "no mark");
  }

  @Test
  void refusesAFileWhoseEndIsMissingByEitherSlotOfTheMark() {
    byte[] cut = Arrays.copyOf(file, StateFormat.HEADER_BYTES);
    for (int slot : new int[] {0, 512}) {
      byte[] one = mark.clone();
      Arrays.fill(one, slot, slot + 32, (byte) 0);
      assertRefused(with(cut, one), cut, "without the slot at " + slot);
    }
  }

  private static byte[] flip(byte[] bytes, int bit) {
    byte[] flipped = bytes.clone();
    flipped[bit / 8] ^= (byte) (1 << (bit % 8));
    return flipped;
  }

  @Test
  void namesTheOffsetOfTheDamage() {
    byte[] flipped = flip(file, 8 * StateFormat.HEADER_BYTES);

    assertThat(Ask.failure(Ask.store(with(flipped, mark)).load()))
        .hasMessageContaining("at offset " + StateFormat.HEADER_BYTES + ", a batch is damaged");
  }

  @Test
  void refusesBatchesThatAreMissingRepeatedOrSwapped() {
    int first = StateFormat.HEADER_BYTES;
    int second = first + StateFormat.HEAD_BYTES + StateFormat.LENGTH_BYTES + 1;
    int third = second + StateFormat.HEAD_BYTES + StateFormat.LENGTH_BYTES + 2;
    byte[] head = Arrays.copyOf(file, first);
    byte[] one = Arrays.copyOfRange(file, first, second);
    byte[] two = Arrays.copyOfRange(file, second, third);
    byte[] rest = Arrays.copyOfRange(file, third, file.length);
    for (byte[] mixed :
        List.of(
            join(head, one, rest),
            join(head, two, rest),
            join(head, one, one, two, rest),
            join(head, two, one, rest),
            join(head, one, two, rest, one))) {
      assertRefused(with(mixed, null), mixed, Arrays.toString(mixed));
    }
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  @Test
  void refusesAnOlderCopyAndTheFileOfAnotherStore() {
    byte[] older = Arrays.copyOf(file, lastAt);
    assertRefused(with(older, mark), older, "older copy");
    assertHolds(with(older, null), BEFORE, 0, "older copy, and the mark is gone");

    ModelDisk another = new ModelDisk();
    assertThat(Ask.reopened(another)).isEmpty();
    byte[] theirs = another.content(FILE);
    assertRefused(with(theirs, mark), theirs, "another store's file");
  }

  @Test
  void refusesACopyFromBeforeACompaction() {
    FileStateStore store = Ask.store(disk);
    Ask.compact(store);
    Ask.close(store);
    disk.put(FILE, file);

    assertRefused(disk, file, "from before the compaction");
  }

  @Test
  void startsAnewWhereTheFileIsMissingOrEmpty() {
    assertHolds(with(new byte[0], mark), List.of(), 0, "empty");
    ModelDisk missing = new ModelDisk();
    missing.put(LOCK, mark);
    assertHolds(missing, List.of(), 0, "missing");
  }

  @Test
  void refusesWhatIsNoStateFile() {
    for (byte[] other : List.of(Ask.bytes("x"), new byte[100], Ask.bytes("k".repeat(500)))) {
      assertRefused(with(other, null), other, "no state file");
    }
  }

  @Test
  void refusesTheFileOfAnotherVersionAndSaysSo() {
    ByteBuffer newer = ByteBuffer.wrap(file.clone()).putInt(8, 2);
    CRC32C crc = new CRC32C();
    crc.update(file, 12, StateFormat.ID_BYTES);
    crc.update(newer.array(), 0, StateFormat.HEADER_BYTES - 4);
    newer.putInt(StateFormat.HEADER_BYTES - 4, (int) crc.getValue());

    assertRefused(with(newer.array(), mark), newer.array(), "version 2");
    assertThat(Ask.failure(Ask.store(with(newer.array(), mark)).load()))
        .hasMessageContaining("another version of Parley wrote it");
  }

  /** A peer may choose what is in a record, and knows the format, but not the id of the file. */
  @Test
  void cutsABatchWhoseRecordLooksLikeABatch() {
    ByteBuffer forged = StateFormat.batch(new byte[16], 9, List.of(Ask.bytes("x")));
    ModelDisk target = with(file, mark);
    FileStateStore store = Ask.store(target);
    Objects.requireNonNull(store.load().block(Ask.LIMIT));
    byte[] markThen = target.content(LOCK);
    byte[] record = new byte[2000];
    forged.get(record, 0, forged.remaining());
    store.append(record).block(Ask.LIMIT);
    Ask.close(store);
    byte[] longer = target.content(FILE);
    longer[file.length + 1000] ^= 1;

    assertHolds(with(longer, markThen), ALL, longer.length - file.length, "forged");
  }
}
