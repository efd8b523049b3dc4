package dev.parley.node.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.node.state.ModelDisk.Loss;
import dev.parley.spi.StateStoreException.Reason;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The disk fails once, and works again: what was not written may have been dropped since. */
@Timeout(60)
class FailingDiskTest {
  private static final int WRITE = 0;
  private static final int FORCE = 1;
  private static final int MARK = 2;

  private final ModelDisk disk = new ModelDisk();
  private final FileStateStore store = Ask.store(disk);

  @BeforeEach
  void write() {
    Ask.append(store, "a", "b");
  }

  @Test
  void takesNothingMoreAfterAFailedWriteOrForce() {
    for (int operation : new int[] {WRITE, FORCE}) {
      ModelDisk other = new ModelDisk();
      FileStateStore broken = Ask.store(other);
      Ask.append(broken, "a");
      other.failAt(operation, false);

      Ask.assertFails(broken.append(Ask.bytes("b")), Reason.WRITE_FAILED);
      byte[] left = other.content(Ask.FILE);
      Ask.assertFails(broken.append(Ask.bytes("c")), Reason.BROKEN);
      Ask.assertFails(broken.load(), Reason.BROKEN);
      Ask.assertFails(broken.compact(all -> all), Reason.BROKEN);

      assertThat(other.content(Ask.FILE)).isEqualTo(left);
      Ask.close(broken);
      assertThat(Ask.reopened(other)).isIn(List.of("a"), List.of("a", "b")).doesNotContain("c");
    }
  }

  @Test
  void failsAllAppendsOfABatchAlike() {
    disk.failAt(FORCE, false);

    assertThat(Ask.failure(store.append(Ask.bytes("c"))))
        .hasMessageContaining("open it anew")
        .hasRootCauseMessage("the disk fails at operation 1");
  }

  /** After a failed force the system may take for written what is not on the disk. */
  @Test
  void writesAgainWhatAFailedForceMayHaveDropped() {
    disk.failAt(FORCE, false);
    Ask.assertFails(store.append(Ask.bytes("c")), Reason.WRITE_FAILED);
    Ask.close(store);
    disk.forgetDirty();

    assertThat(Ask.reopened(disk)).containsExactly("a", "b", "c");

    assertThat(Ask.reopened(disk.after(Loss.EVERYTHING, new Random(1))))
        .containsExactly("a", "b", "c");
  }

  @Test
  void completesAnAppendThatIsStoredThoughItsMarkIsNot() {
    disk.failAt(MARK, false);

    Ask.append(store, "c");
    Ask.assertFails(store.append(Ask.bytes("d")), Reason.BROKEN);

    Ask.close(store);
    assertThat(Ask.reopened(disk)).containsExactly("a", "b", "c");
  }

  /** Read, delete, open, write the header, write a batch, force: the old file is untouched. */
  @Test
  void goesOnWithTheOldFileWhereACompactionFailsBeforeItIsInPlace() {
    for (int operation = 0; operation < 6; operation++) {
      disk.failAt(operation, false);
      Ask.assertFails(store.compact(all -> List.of(Ask.bytes("x"))), Reason.IO);
      disk.failAt(Integer.MAX_VALUE, false);

      assertThat(Ask.records(store)).containsExactly("a", "b");
    }
    Ask.append(store, "c");
    Ask.close(store);
    assertThat(Ask.reopened(disk)).containsExactly("a", "b", "c");
  }

  @Test
  void takesNothingMoreWhereItIsUnclearWhichFileIsInPlace() {
    for (int operation : new int[] {6, 7}) { // rename, force of the directory
      ModelDisk other = new ModelDisk();
      FileStateStore broken = Ask.store(other);
      Ask.append(broken, "a");
      other.failAt(operation, false);

      Ask.assertFails(broken.compact(all -> List.of(Ask.bytes("x"))), Reason.WRITE_FAILED);
      Ask.assertFails(broken.append(Ask.bytes("b")), Reason.BROKEN);

      Ask.close(broken);
      assertThat(Ask.reopened(other)).isIn(List.of("a"), List.of("x"));
    }
  }

  @Test
  void opensWhenTheDiskIsWellAgain() {
    Ask.close(store);
    FileStateStore later = Ask.store(disk);
    disk.failAt(0, false);

    Ask.assertFails(later.load(), Reason.IO);

    assertThat(Ask.records(later)).containsExactly("a", "b");
    Ask.close(later);
  }
}
