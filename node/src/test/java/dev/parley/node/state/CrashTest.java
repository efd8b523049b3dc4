package dev.parley.node.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.node.state.ModelDisk.Loss;
import dev.parley.spi.StateStore;
import dev.parley.spi.StateStoreException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The machine stops at every single operation on the disk: what was completed is there, and besides
 * it at most what was under way, whole.
 */
@Timeout(240)
class CrashTest {
  private static final int SEEDS = 12;

  /** What a run had completed, and what it was about to. */
  private static final class Expected {
    private List<String> completed = new ArrayList<>();
    private List<String> next = new ArrayList<>();

    private void append(StateStore store, String record) {
      next = new ArrayList<>(completed);
      next.add(record);
      Ask.append(store, record);
      completed = next;
    }

    private void compact(StateStore store, String... records) {
      next = new ArrayList<>(List.of(records));
      Ask.compact(store, records);
      completed = next;
    }
  }

  /** Appends, compactions large, small and empty, and openings in between. */
  private static void script(Disk disk, Expected expected) {
    FileStateStore store = Ask.store(disk);
    expected.append(store, "a".repeat(50));
    expected.append(store, "b");
    expected.compact(store, "ab", "c".repeat(100));
    expected.append(store, "d");
    Ask.close(store);
    store = Ask.store(disk);
    expected.append(store, "e".repeat(70));
    expected.compact(store);
    expected.append(store, "f");
    expected.compact(store, "g");
    Ask.close(store);
  }

  private static Expected runUntil(ModelDisk disk, int failAt) {
    Expected expected = new Expected();
    disk.failAt(failAt, true);
    try {
      script(disk, expected);
    } catch (StateStoreException e) {
      assertThat(e).hasRootCauseInstanceOf(IOException.class);
    }
    return expected;
  }

  private static int operations() {
    ModelDisk disk = new ModelDisk();
    runUntil(disk, Integer.MAX_VALUE);
    return disk.operations();
  }

  @ParameterizedTest
  @EnumSource
  void keepsWhatWasCompletedWhereverItStops(Loss loss) {
    int all = operations();
    assertThat(all).isGreaterThan(40);
    for (int failAt = 0; failAt <= all; failAt++) {
      for (int seed = 0; seed < (loss == Loss.SOMETHING ? SEEDS : 1); seed++) {
        ModelDisk disk = new ModelDisk();
        Expected expected = runUntil(disk, failAt);

        ModelDisk left = disk.after(loss, new Random(seed));
        String as = "stopped at " + failAt + ", seed " + seed;
        List<String> found = Ask.reopened(left);
        assertThat(found).as(as).isIn(expected.completed, expected.next);
        assertGoesOn(left, found, as);
      }
    }
  }

  /** A second crash, while it recovers from the first. */
  @ParameterizedTest
  @EnumSource
  void keepsWhatWasCompletedThoughRecoveryStopsToo(Loss loss) {
    int all = operations();
    for (int failAt = 0; failAt <= all; failAt++) {
      for (int again = 0; again < 12; again++) {
        ModelDisk disk = new ModelDisk();
        Expected expected = runUntil(disk, failAt);
        ModelDisk left = disk.after(loss, new Random(failAt));
        left.failAt(again, true);
        try {
          Ask.reopened(left);
        } catch (StateStoreException e) {
          assertThat(e.reason()).isEqualTo(StateStoreException.Reason.IO);
        }

        ModelDisk last = left.after(loss, new Random(again));
        String as = "stopped at " + failAt + " and " + again;
        assertThat(Ask.reopened(last)).as(as).isIn(expected.completed, expected.next);
      }
    }
  }

  private static void assertGoesOn(ModelDisk disk, List<String> found, String as) {
    FileStateStore store = Ask.store(disk);
    Ask.append(store, "more");
    Ask.close(store);
    List<String> more = new ArrayList<>(found);
    more.add("more");
    assertThat(Ask.reopened(disk)).as(as).isEqualTo(more);
  }

  @Test
  void noticesADiskThatForgetsWhatWasForced() {
    ModelDisk disk = new ModelDisk();
    FileStateStore store = Ask.store(disk);
    Ask.append(store, "a");
    byte[] before = disk.content(Ask.FILE);
    Ask.append(store, "b");
    ModelDisk lying = disk.after(Loss.NOTHING, new Random(1));
    lying.put(Ask.FILE, before);

    assertThat(Ask.failure(Ask.store(lying).load()).reason())
        .isEqualTo(StateStoreException.Reason.DAMAGED);
  }
}
