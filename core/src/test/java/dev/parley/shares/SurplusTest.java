package dev.parley.shares;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SurplusTest {
  private record At(Origin origin, int number) {}

  private static At v6(long high, long low, int number) {
    return new At(Origin.v6(high, low, null), number);
  }

  @Test
  void theLargestUserGivesWayFirstAtEachLevel() {
    long large = 0x2a00_0001_0001_0000L;
    At alone = v6(0x2a00_0002_0000_0000L, 1, 0);
    At otherSubnet = v6(large + 1, 1, 1);
    At otherAddress = v6(large, 1, 2);
    List<At> all = new ArrayList<>(List.of(alone, otherSubnet, otherAddress));
    for (int i = 0; i < 100; i++) {
      all.add(v6(large, 2, 3 + i));
    }

    List<At> leaving = Surplus.of(all, At::origin, 6);

    assertThat(leaving).isEqualTo(all.subList(3, 100));
    assertThat(Surplus.of(all, At::origin, 103)).isEmpty();
    assertThat(Surplus.of(all, At::origin, 1)).hasSize(102);
  }

  @Test
  void amongEqualsTheFirstOnesGiveWay() {
    List<At> all = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      all.add(new At(Origin.v4(0x0b000000 + (i << 8), null), i));
    }

    assertThat(Surplus.of(all, At::origin, 7)).isEqualTo(all.subList(0, 3));
  }

  @Test
  void whoHasNoAddressIsAUserToo() {
    List<At> all = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      all.add(new At(Origin.v4(0x0b000001, null), i));
    }
    all.add(new At(Origin.of(null, null), 10));

    assertThat(Surplus.of(all, At::origin, 2)).isEqualTo(all.subList(0, 9));
  }
}
