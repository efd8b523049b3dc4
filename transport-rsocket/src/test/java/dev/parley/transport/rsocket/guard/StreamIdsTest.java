package dev.parley.transport.rsocket.guard;

import static dev.parley.transport.rsocket.guard.StreamIds.Verdict.FRESH;
import static dev.parley.transport.rsocket.guard.StreamIds.Verdict.LATE;
import static dev.parley.transport.rsocket.guard.StreamIds.Verdict.REUSED;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StreamIdsTest {

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void agreesWithSetOfUsedIds(boolean odd) {
    for (long seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      StreamIds ids = new StreamIds(odd);
      BitSet used = new BitSet();
      int highest = -1;
      for (int i = 0; i < 20_000; i++) {
        int spread = random.nextInt(10) == 0 ? 8000 : 40;
        int index = Math.max(0, highest + 20 - random.nextInt(spread));
        int id = odd ? 2 * index + 1 : 2 * index + 2;
        assertThat(ids.isBeyond(id)).isEqualTo(index > highest);
        StreamIds.Verdict verdict = ids.use(id);
        if (index > highest) {
          assertThat(verdict).isEqualTo(FRESH);
        } else if (verdict == LATE) {
          assertThat(highest - index).as("distance").isGreaterThan(StreamIds.WINDOW - 64);
          continue;
        } else {
          assertThat(verdict)
              .as("seed %s id %s", seed, id)
              .isEqualTo(used.get(index) ? REUSED : FRESH);
        }
        used.set(index);
        highest = Math.max(highest, index);
      }
    }
  }

  @Test
  void startsOverAfterTheLastId() {
    StreamIds ids = new StreamIds(true);
    int id = -1;
    for (int i = 0; i < 9; i++) { // a quarter of the ids at a time
      id = id + (1 << 29) & Integer.MAX_VALUE;
      assertThat(ids.isBeyond(id)).isTrue();
      assertThat(ids.use(id)).isEqualTo(FRESH);
      assertThat(ids.use(id)).isEqualTo(REUSED);
      assertThat(ids.use(id - 2)).isEqualTo(FRESH);
    }
  }

  @Test
  void acceptsUnbrokenSequenceAcrossTheEnd() {
    StreamIds ids = new StreamIds(false);
    ids.use(0x3FFF_FFFE);
    ids.use(0x7FFF_FFFC);
    assertThat(ids.use(0x7FFF_FFFE)).isEqualTo(FRESH);
    assertThat(ids.use(2)).isEqualTo(FRESH); // rsocket-java leaves out 0
    assertThat(ids.use(4)).isEqualTo(FRESH);
    assertThat(ids.use(0x7FFF_FFFE)).isEqualTo(REUSED);
  }

  @Test
  void knowsReuseWithoutWindowWhileIdsComeInOrder() {
    StreamIds ids = new StreamIds(true);
    for (int id = 1; id < 100_000; id += 2) {
      assertThat(ids.use(id)).isEqualTo(FRESH);
    }
    assertThat(ids.use(1)).isEqualTo(REUSED);
    assertThat(ids.use(99_999)).isEqualTo(REUSED);
  }
}
