package dev.parley.observability.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.dht.DhtStats;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class HealthTest {
  private static final DhtStats UNJOINED = dht(DhtStats.Health.BOOTSTRAPPING, 0);
  private static final DhtStats ALONE = dht(DhtStats.Health.ALONE, 0);
  private static final DhtStats LOST = dht(DhtStats.Health.WEAK, 0);
  private static final DhtStats WELL = dht(DhtStats.Health.GOOD, 3);

  private static DhtStats dht(DhtStats.Health health, int contacts) {
    return dht(health, contacts, 0, false);
  }

  private static DhtStats dht(
      DhtStats.Health health, int contacts, int unreached, boolean failing) {
    return new DhtStats(
        health, true, contacts, unreached, failing, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, Map.of(), 0, 0, 0,
        Map.of(), Map.of());
  }

  private static Health.State state(
      boolean closed, boolean draining, boolean joined, @Nullable DhtStats dht) {
    return Health.of(new Health.Facts(closed, draining, joined, dht)).state();
  }

  @Test
  void theEndOutweighsAllElse() {
    assertThat(state(true, true, false, ALONE)).isEqualTo(Health.State.CLOSED);
    assertThat(state(false, true, false, ALONE)).isEqualTo(Health.State.DRAINING);
    assertThat(state(false, false, false, ALONE)).isEqualTo(Health.State.BOOTSTRAPPING);
    assertThat(state(false, false, true, UNJOINED)).isEqualTo(Health.State.BOOTSTRAPPING);
    assertThat(state(false, false, true, ALONE)).isEqualTo(Health.State.ALONE);
    assertThat(state(false, false, true, LOST)).isEqualTo(Health.State.WEAK);
    assertThat(state(false, false, true, WELL)).isEqualTo(Health.State.GOOD);
    assertThat(state(false, false, true, null)).isEqualTo(Health.State.GOOD);
  }

  @Test
  void onlyANodeThatWorksIsReady() {
    Health bootstrapping = Health.of(new Health.Facts(false, false, false, WELL));
    Health alone = Health.of(new Health.Facts(false, false, true, ALONE));
    Health weak = Health.of(new Health.Facts(false, false, true, LOST));

    assertThat(bootstrapping.ready()).isFalse();
    assertThat(bootstrapping.reasons()).hasSize(1);
    assertThat(weak.ready()).isTrue();
    assertThat(weak.reasons()).singleElement().asString().contains("none of its seeds");
    assertThat(alone.ready()).isTrue();
    assertThat(alone.reasons()).singleElement().asString().contains("no other node");
  }

  @Test
  void saysThatRequestsFailWhereContactsAreEnough() {
    DhtStats dht = dht(DhtStats.Health.WEAK, 9, 0, true);
    Health weak = Health.of(new Health.Facts(false, false, true, dht));

    assertThat(weak.reasons()).singleElement().asString().contains("failed");
  }

  @Test
  void saysHowManyNodesCannotBeReached() {
    DhtStats dht = dht(DhtStats.Health.WEAK, 2, 5, false);
    Health weak = Health.of(new Health.Facts(false, false, true, dht));

    assertThat(weak.reasons()).singleElement().asString().contains("2 other nodes", "5");
  }
}
