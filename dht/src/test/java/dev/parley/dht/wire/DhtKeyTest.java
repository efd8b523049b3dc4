package dev.parley.dht.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.math.BigInteger;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DhtKeyTest {
  private final SplittableRandom random = new SplittableRandom(7);

  private static BigInteger number(DhtKey key) {
    return new BigInteger(1, key.toBytes());
  }

  @Test
  void measuresDistanceAsTheExclusiveOr() {
    for (int i = 0; i < 2000; i++) {
      DhtKey target = DhtKey.random(random);
      DhtKey x = target.randomAt(random.nextInt(256), random);
      DhtKey y = target.randomAt(random.nextInt(256), random);
      BigInteger toX = number(target).xor(number(x));
      BigInteger toY = number(target).xor(number(y));

      assertThat(Integer.signum(target.compareDistance(x, y))).isEqualTo(toX.compareTo(toY));
      assertThat(target.commonPrefix(x)).isEqualTo(256 - toX.bitLength());
      assertThat(target.distance(x))
          .isCloseTo(toX.shiftRight(192).doubleValue() / 0x1p64, within(1e-15));
      assertThat(Integer.signum(x.compareTo(y))).isEqualTo(number(x).compareTo(number(y)));
    }
  }

  @Test
  void drawsPointsThatShareExactlyThePrefix() {
    DhtKey key = DhtKey.random(random);
    for (int prefix = 0; prefix < 256; prefix++) {
      assertThat(key.commonPrefix(key.randomAt(prefix, random))).isEqualTo(prefix);
    }
    assertThat(key.commonPrefix(key)).isEqualTo(256);
  }

  @Test
  void readsFourBitsAnywhere() {
    DhtKey key = DhtKey.random(random);
    for (int from = 0; from <= 252; from++) {
      assertThat(key.nibbleAt(from)).isEqualTo(number(key).shiftRight(252 - from).intValue() & 15);
    }
  }

  @Test
  void keepsNodesAndListingsOfOneAgentApart() {
    byte[] agent = Samples.ALICE.id().toBytes();

    assertThat(DhtKey.node(Samples.NETWORK, agent))
        .isNotEqualTo(DhtKey.listing(Samples.NETWORK, 0, agent));
    assertThat(DhtKey.listing(Samples.NETWORK, 0, agent))
        .isNotEqualTo(DhtKey.listing(Samples.NETWORK, 1, agent));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DhtKey.listing(Samples.NETWORK, 2, agent));
  }
}
