package dev.parley.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ModelTest {
  @Test
  void latenciesAreThoseOfModelK1() {
    SimRandom random = new SimRandom(1);
    LatencyModel.Place[] places = new LatencyModel.Place[2000];
    for (int i = 0; i < places.length; i++) {
      places[i] = LatencyModel.draw(random);
    }
    double[] millis = new double[200_000];
    for (int i = 0; i < millis.length; i++) {
      millis[i] =
          LatencyModel.millis(
              places[random.nextInt(places.length)], places[random.nextInt(places.length)]);
    }
    Arrays.sort(millis);

    assertThat(millis[millis.length / 2]).isBetween(147.0, 167.0);
    assertThat(millis[millis.length / 20]).isBetween(36.0, 46.0);
    assertThat(millis[millis.length * 19 / 20]).isBetween(295.0, 345.0);
  }

  @Test
  void randomnessIsPinned() {
    SimRandom random = SimRandom.stream(1, 2, 3);

    assertThat(random.nextLong()).isEqualTo(SimRandom.stream(1, 2, 3).nextLong());
    assertThat(new SimRandom(0).nextLong()).isEqualTo(0xe220a8397b1dcdafL); // SplitMix64, seed 0
    for (int i = 0; i < 10_000; i++) {
      assertThat(random.nextInt(7)).isBetween(0, 6);
      assertThat(random.nextDouble()).isBetween(0.0, Math.nextDown(1.0));
    }
  }

  @Test
  void linksAreFoundAgainAndEnd() {
    LinkTable links = new LinkTable();
    for (int i = 1; i < 5000; i++) {
      links.use(0, 1, i, 2, 10);
    }
    assertThat(links.size()).isEqualTo(4999);
    assertThat(links.isOpen(77, 2, 0, 1)).isTrue();
    assertThat(links.isOpen(77, 3, 0, 1)).as("another session").isFalse();
    assertThat(links.isOpen(77, 2, 78, 2)).isFalse();
    assertThat(links.use(77, 2, 0, 1, 20)).as("new").isFalse();
    assertThat(links.use(77, 3, 0, 1, 20)).as("new").isTrue();
    links.keep(0, 77, true);

    links.retain((low, ls, high, hs, kept, used) -> kept);

    assertThat(links.size()).isEqualTo(1);
    assertThat(links.isOpen(0, 1, 77, 3)).isTrue();
  }
}
