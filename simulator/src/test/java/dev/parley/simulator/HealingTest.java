package dev.parley.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.dht.wire.DhtKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HealingTest {
  private final SimRandom random = SimRandom.stream(1, 1, 1);
  private final DhtKey a = DhtKey.random(random);
  private final DhtKey b = DhtKey.random(random);
  private final DhtKey c = DhtKey.random(random);
  private final Map<DhtKey, List<DhtKey>> tables = new HashMap<>();

  @Test
  void aRingIsWhole() {
    tables.put(a, List.of(b));
    tables.put(b, List.of(c));
    tables.put(c, List.of(a));

    assertThat(Healing.cutOff(tables)).isZero();
  }

  @Test
  void whoIsKnownToNobodyIsCutOff() {
    tables.put(a, List.of(b, DhtKey.random(random)));
    tables.put(b, List.of(a));
    tables.put(c, List.of(a));

    assertThat(Healing.cutOff(tables)).isPositive();
  }

  @Test
  void islandsAreCutOff() {
    tables.put(a, List.of(b));
    tables.put(b, List.of(a));
    tables.put(c, List.of());

    assertThat(Healing.cutOff(tables)).isPositive();
  }
}
