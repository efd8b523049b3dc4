package dev.parley.transport.rsocket.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StreamIdSetTest {
  private final StreamIdSet ids = new StreamIdSet();

  /** With few ids, with ids all over, and with ids that collide. */
  @ParameterizedTest
  @CsvSource({"1, 40, 2", "2, 40, 2", "3, 5000, 2", "4, 1000000000, 2", "5, 60, 8192", "6, 20, 64"})
  void doesWhatASetDoes(long seed, int range, int step) {
    Random random = new Random(seed);
    Set<Integer> model = new HashSet<>();
    for (int i = 0; i < 100_000; i++) {
      int id = (1 + random.nextInt(range) * step) & Integer.MAX_VALUE;
      switch (random.nextInt(5)) {
        case 0, 1 -> assertThat(ids.add(id)).isEqualTo(model.add(id));
        case 2, 3 -> assertThat(ids.remove(id)).isEqualTo(model.remove(id));
        default -> assertThat(ids.contains(id)).isEqualTo(model.contains(id));
      }
      assertThat(ids.size()).isEqualTo(model.size());
    }
    assertThat(model).allMatch(ids::contains);
    model.forEach(id -> assertThat(ids.remove(id)).isTrue());
    assertThat(ids.size()).isZero();
  }

  @Test
  void idsInSequenceComeAndGo() {
    int inFlight = 1000;
    for (int i = 0; i < 100_000; i++) {
      assertThat(ids.add(2 * i + 2)).isTrue();
      if (i >= inFlight) {
        assertThat(ids.remove(2 * (i - inFlight) + 2)).isTrue();
      }
    }
    assertThat(ids.size()).isEqualTo(inFlight);

    ids.clear();

    assertThat(ids.size()).isZero();
    assertThat(ids.contains(199_998)).isFalse();
  }
}
