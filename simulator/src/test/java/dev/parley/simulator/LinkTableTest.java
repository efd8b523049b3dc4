package dev.parley.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LinkTableTest {
  private static final int NODES = 60;

  private final LinkTable table = new LinkTable();
  private final Random random = new Random(1);

  /** Against a map, with pairs few enough that they collide, come, go and come again. */
  @Test
  void holdsWhatAMapWouldHold() {
    Map<Integer, Long> model = new HashMap<>();
    for (int round = 0; round < 200; round++) {
      for (int i = 0; i < 200; i++) {
        int a = random.nextInt(NODES - 1);
        int b = a + 1 + random.nextInt(NODES - 1 - a);
        long seconds = random.nextInt(100);
        boolean known = model.put(a * NODES + b, seconds) != null;
        assertThat(
                random.nextBoolean()
                    ? table.use(a, 1, b, 2, seconds)
                    : table.use(b, 2, a, 1, seconds))
            .isEqualTo(!known);
      }
      int limit = random.nextInt(100);
      model.values().removeIf(seconds -> seconds < limit);
      table.retain((low, s1, high, s2, kept, seconds) -> seconds >= limit);

      assertThat(table.size()).isEqualTo(model.size());
      for (int a = 0; a < NODES; a++) {
        for (int b = a + 1; b < NODES; b++) {
          assertThat(table.isOpen(b, 2, a, 1)).isEqualTo(model.containsKey(a * NODES + b));
          assertThat(table.isOpen(a, 2, b, 2)).isFalse();
        }
      }
    }
  }
}
