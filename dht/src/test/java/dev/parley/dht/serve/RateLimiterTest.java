package dev.parley.dht.serve;

import static dev.parley.dht.node.Nodes.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.dht.DhtOptions;
import dev.parley.dht.node.Nodes;
import dev.parley.dht.port.Caller;
import dev.parley.dht.wire.DhtRequest.Op;
import dev.parley.dht.wire.IpEndpoint;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RateLimiterTest {
  private static final IpEndpoint ATTACKER = IpEndpoint.v4(0x2e000001, 50_000);
  private static final IpEndpoint NEIGHBOUR = IpEndpoint.v4(0x2e000002, 50_000);
  private static final IpEndpoint ELSEWHERE = IpEndpoint.v4(0x51020304, 50_000);

  private final Nodes nodes = new Nodes(9);
  private final RateLimiter rates = new RateLimiter(DhtOptions.defaults(), true);

  private static int count(int tries, BooleanSupplier attempt) {
    int n = 0;
    for (int i = 0; i < tries; i++) {
      n += attempt.getAsBoolean() ? 1 : 0;
    }
    return n;
  }

  private Caller at(IpEndpoint address) {
    return new Caller(nodes.key(), address);
  }

  private boolean find(Caller caller, long now) {
    return rates.tryAcquire(caller, Op.FIND, false, now);
  }

  @Test
  void limitsWhatOnePeerAsks() {
    Caller peer = at(ELSEWHERE);

    assertThat(count(200, () -> rates.tryAcquire(peer, Op.FIND, true, 1))).isEqualTo(60);
    assertThat(count(200, () -> rates.tryAcquire(peer, Op.PUT, true, 1))).isEqualTo(20);
    assertThat(count(200, () -> rates.tryAcquire(peer, Op.HAVE, true, 1))).isEqualTo(4);
    assertThat(count(200, () -> rates.tryAcquire(peer, Op.DIALBACK, true, 1))).isEqualTo(2);
    assertThat(count(200, () -> rates.tryRelay(peer, 1))).isEqualTo(20);
    assertThat(count(200, () -> find(at(ELSEWHERE), 1))).isEqualTo(200);
    assertThat(count(200, () -> rates.tryAcquire(peer, Op.GET, true, SECOND + 1))).isEqualTo(20);
  }

  @Test
  void limitsNewKeysOfOnePeer() {
    Caller peer = at(ELSEWHERE);

    assertThat(count(200, () -> rates.tryNewKey(peer, 1))).isEqualTo(64);
    assertThat(rates.tryNewKey(peer, 3601 * SECOND)).isTrue();
  }

  @Test
  void forgetsPeersThatAskNoMore() {
    count(100, () -> find(at(ELSEWHERE), 1));
    assertThat(rates.size()).isEqualTo(100);

    rates.purge(120 * SECOND);

    assertThat(rates.size()).isZero();
    assertThat(rates.shares()).isZero();
  }

  /** 4,096 of them were enough to shut everybody else out for an hour. */
  @Test
  void aFloodOfFreshKeysLeavesOthersTheirShare() {
    Caller known = at(NEIGHBOUR);
    count(10, () -> rates.tryNewKey(known, 0));
    int served = 0;
    int newcomers = 0;
    int neighbours = 0;
    int sameHost = 0;
    for (int i = 0; i < 100_000; i++) {
      long now = i * SECOND / 1000;
      Caller fresh = at(ATTACKER);
      rates.tryNewKey(fresh, now); // keeps its bucket from being dropped for an hour
      served += find(fresh, now) ? 1 : 0;
      if (i % 1000 == 0) {
        newcomers += find(at(ELSEWHERE), now) ? 1 : 0;
        neighbours += find(at(NEIGHBOUR), now) ? 1 : 0;
        Caller patient = at(ATTACKER);
        for (int again = 0; again < 4; again++) { // as it is told to with BUSY
          sameHost += find(patient, now + again * SECOND / 4) ? 1 : 0;
        }
      }
      assertThat(rates.size()).isLessThanOrEqualTo(4096);
    }

    assertThat(served).as("16 times 20 a second, and 16 times 60 at once").isLessThan(33_200);
    assertThat(newcomers).isEqualTo(100);
    assertThat(neighbours).isEqualTo(100);
    assertThat(sameHost).isGreaterThan(20);
    assertThat(rates.shares()).isLessThan(10);
    assertThat(count(200, () -> rates.tryNewKey(known, 100 * SECOND)))
        .as("what it had used is not forgotten")
        .isEqualTo(54);
  }

  @Test
  void whoIsKnownIsNotChargedForItsNetwork() {
    Caller old = at(ATTACKER);
    assertThat(find(old, 0)).isTrue();
    Caller contact = at(ATTACKER);
    long now = RateLimiter.NEW_NANOS;
    rates.tryRelay(old, now - 1);
    count(10_000, () -> find(at(ATTACKER), now));

    assertThat(find(at(ATTACKER), now)).isFalse();
    assertThat(find(old, now)).isTrue();
    assertThat(rates.tryAcquire(contact, Op.FIND, true, now)).isTrue();
  }

  @Test
  void networksAreNotChargedWhereAllNodesShareOne() {
    RateLimiter lan = new RateLimiter(DhtOptions.defaults(), false);

    assertThat(count(100_000, () -> lan.tryAcquire(at(ATTACKER), Op.FIND, false, 1)))
        .isEqualTo(100_000);
    assertThat(lan.size()).isLessThanOrEqualTo(4096);
    assertThat(lan.shares()).isZero();
  }

  @Test
  void theSharesOfNetworksAreBoundedToo() {
    for (int i = 0; i < 20_000; i++) {
      find(at(IpEndpoint.v4(0x0b000000 + (i << 8), 1)), 1);
    }

    assertThat(rates.size()).isLessThanOrEqualTo(4096);
    assertThat(rates.shares()).isLessThanOrEqualTo(2 * 4096);
  }

  /** 4,096 fresh keys fill the limiter; a newcomer from elsewhere is answered all the same. */
  @ParameterizedTest
  @EnumSource(
      value = Op.class,
      names = {"PING", "HELLO", "FIND", "GET", "PUT"})
  void aNewcomerIsAnsweredWhileFreshKeysFillAllPlaces(Op op) {
    for (boolean v6 : new boolean[] {false, true}) {
      RateLimiter limiter = new RateLimiter(DhtOptions.defaults(), true);
      int newcomers = 0;
      for (int i = 0; i < 4096 + 512; i++) {
        IpEndpoint of48 = IpEndpoint.v6(0x2a00_0001_0001_0000L + i, i, 50_000);
        Caller fresh = at(v6 ? of48 : ATTACKER);
        limiter.tryNewKey(fresh, i);
        limiter.tryAcquire(fresh, op, false, i);
        if (i % 128 == 127) {
          newcomers += limiter.tryAcquire(at(ELSEWHERE), op, false, i) ? 1 : 0;
        }
      }

      assertThat(limiter.size()).isGreaterThan(3_000).isLessThanOrEqualTo(4096);
      assertThat(newcomers).as(v6 ? "a /48" : "one IPv4 address").isEqualTo(36);
    }
  }
}
