package dev.parley.observability.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.dht.DhtSnapshot;
import java.util.List;
import org.junit.jupiter.api.Test;

class HealthTest {
  private static final DhtSnapshot ALONE =
      new DhtSnapshot(true, List.of(), List.of(), List.of(), 0, 0, 0, 0, 0);

  private static Health.State state(
      boolean closed, boolean draining, boolean inDht, boolean joined) {
    return Health.of(new Health.Facts(closed, draining, inDht, joined, ALONE)).state();
  }

  @Test
  void theEndOutweighsAllElse() {
    assertThat(state(true, true, true, false)).isEqualTo(Health.State.CLOSED);
    assertThat(state(false, true, true, false)).isEqualTo(Health.State.DRAINING);
    assertThat(state(false, false, true, false)).isEqualTo(Health.State.BOOTSTRAPPING);
    assertThat(state(false, false, true, true)).isEqualTo(Health.State.WEAK);
    assertThat(state(false, false, false, true)).isEqualTo(Health.State.GOOD);
  }

  @Test
  void onlyANodeThatWorksIsReady() {
    Health bootstrapping = Health.of(new Health.Facts(false, false, true, false, null));
    Health weak = Health.of(new Health.Facts(false, false, true, true, ALONE));

    assertThat(bootstrapping.ready()).isFalse();
    assertThat(bootstrapping.reasons()).hasSize(1);
    assertThat(weak.ready()).isTrue();
    assertThat(weak.reasons()).singleElement().asString().contains("no live contact");
  }
}
