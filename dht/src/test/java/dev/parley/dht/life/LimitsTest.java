package dev.parley.dht.life;

import static dev.parley.dht.node.Nodes.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.parley.dht.DhtOptions;
import dev.parley.dht.node.AddressVotes;
import dev.parley.dht.node.DialBudget;
import dev.parley.dht.node.Nodes;
import dev.parley.dht.serve.PerSecond;
import dev.parley.dht.table.Rtt;
import dev.parley.dht.table.RttEstimator;
import dev.parley.dht.table.SizeEstimator;
import dev.parley.dht.wire.AgentListing;
import dev.parley.dht.wire.DhtKey;
import dev.parley.dht.wire.IpEndpoint;
import dev.parley.dht.wire.NodeKey;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class LimitsTest {
  private final Nodes nodes = new Nodes(9);

  private static int count(int tries, BooleanSupplier attempt) {
    int n = 0;
    for (int i = 0; i < tries; i++) {
      n += attempt.getAsBoolean() ? 1 : 0;
    }
    return n;
  }

  @Test
  void countsPerSecond() {
    PerSecond checks = new PerSecond(3);

    assertThat(count(10, () -> checks.tryAcquire(1))).isEqualTo(3);
    assertThat(count(10, () -> checks.tryAcquire(SECOND + 1))).isEqualTo(3);
  }

  @Test
  void believesAnAddressAfterThreeVotesOfThreeNetworks() {
    AddressVotes votes = new AddressVotes(true);
    IpEndpoint seen = IpEndpoint.v4(0x2e010101, 50_000);
    IpEndpoint at = IpEndpoint.v4(0x0b000001, 7400);
    NodeKey loud = nodes.key();

    for (int i = 0; i < 10; i++) {
      assertThat(votes.vote(loud, IpEndpoint.v4(0x0b000001 + (i << 16), 1), seen, i)).isNull();
      assertThat(votes.vote(nodes.key(), at, seen, i)).as("one network").isNull();
    }
    assertThat(votes.vote(nodes.key(), IpEndpoint.v4(0x0c000001, 1), seen, 20)).isNotNull();
    assertThat(votes.size()).isLessThanOrEqualTo(AddressVotes.MAX_VOTES);
  }

  @Test
  void keepsAtMostFiftyVotesAndForgetsOldOnes() {
    AddressVotes votes = new AddressVotes(true);
    for (int i = 0; i < 200; i++) {
      votes.vote(nodes.key(), IpEndpoint.v4(i << 16 | 1, 1), IpEndpoint.v4(i + 1, 1), 0);
    }
    assertThat(votes.size()).isEqualTo(50);
    votes.vote(nodes.key(), IpEndpoint.v4(1, 1), IpEndpoint.v4(1, 1), 601 * SECOND);
    assertThat(votes.size()).isEqualTo(1);
  }

  @Test
  void estimatesTheSizeOfTheNetwork() {
    SizeEstimator estimator = new SizeEstimator();
    var network = nodes.contacts(2000);
    assertThat(estimator.region(16)).isZero();
    for (int i = 0; i < 16; i++) {
      DhtKey target = DhtKey.random(nodes.random());
      estimator.add(target, Nodes.sorted(network, target).subList(0, 20));
    }

    assertThat(estimator.size()).isCloseTo(2000, within(300.0));
    assertThat(estimator.region(16)).isCloseTo(16 / 2000.0, within(0.002));
  }

  @Test
  void oneBentLookupDoesNotMoveTheEstimate() {
    SizeEstimator estimator = new SizeEstimator();
    var network = nodes.contacts(1000);
    for (int i = 0; i < 12; i++) {
      DhtKey target = DhtKey.random(nodes.random());
      estimator.add(target, Nodes.sorted(network, target).subList(0, 20));
    }
    double before = estimator.size();
    DhtKey bent = DhtKey.random(nodes.random());
    estimator.add(
        bent,
        java.util.stream.IntStream.range(0, 20)
            .mapToObj(i -> nodes.contactAt(bent, 16))
            .limit(5)
            .toList());

    assertThat(estimator.size()).isCloseTo(before, within(0.2 * before));
  }

  @Test
  void adaptsItsTimeoutsToWhatAnswersTake() {
    RttEstimator all = new RttEstimator();
    for (int i = 0; i < 200; i++) {
      all.add(i % 10 == 9 ? 900 : 80);
    }
    assertThat(all.softMillis()).isBetween(150.0, 250.0);
    assertThat(all.medianMillis()).isEqualTo(100);

    Rtt one = new Rtt();
    assertThat(one.isKnown()).isFalse();
    for (int i = 0; i < 100; i++) {
      one.add(100);
    }
    assertThat(one.smoothedMillis()).isCloseTo(100, within(1f));
    assertThat(one.timeoutMillis()).isBetween(100f, 130f);
    one.add(60_000);
    assertThat(one.timeoutMillis()).isEqualTo(Rtt.MAX_TIMEOUT_MILLIS);
  }

  @Test
  void optionsReportAllProblemsAtOnce() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                DhtOptions.builder()
                    .table(t -> t.bucketSize(3))
                    .storage(s -> s.copies(0))
                    .lookups(l -> l.coldTimeout(Duration.ZERO))
                    .build())
        .withMessage(
            "dht.lookups.coldTimeout is 0, must be 100ms to 1m;"
                + " dht.table.bucketSize is 3, must be 4 to 64;"
                + " dht.storage.copies is 0, must be 1 to 64");
  }

  @Test
  void aListingLivesAsLongAsTheWireAllows() {
    DhtOptions options =
        DhtOptions.builder()
            .upkeep(u -> u.listingLifetime(AgentListing.MAX_LIFETIME))
            .build()
            .toBuilder()
            .upkeep(u -> u.listingLifetime(AgentListing.MIN_LIFETIME))
            .build();

    assertThat(options.upkeep().listingLifetime()).isEqualTo(AgentListing.MIN_LIFETIME);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                options.toBuilder()
                    .upkeep(u -> u.listingLifetime(AgentListing.MAX_LIFETIME.plusMillis(1)))
                    .build())
        .withMessageStartingWith("dht.upkeep.listingLifetime is ");
  }

  @Test
  void optionsGoBackToABuilder() {
    DhtOptions options =
        DhtOptions.builder().storage(s -> s.copies(7)).table(t -> t.trustSavedTable(true)).build();

    assertThat(options.toBuilder().build()).isEqualTo(options);
    assertThat(options).isNotEqualTo(DhtOptions.defaults());
  }

  @Test
  void anAddressIsDialledNoMoreThanFiveTimesAMinute() {
    DialBudget budget = new DialBudget(5);
    IpEndpoint victim = IpEndpoint.v4(0x2e000001, 7400);
    for (int i = 0; i < 5; i++) {
      assertThat(budget.tryDial(victim, i)).isTrue();
    }

    assertThat(budget.tryDial(victim, 59 * SECOND)).isFalse();
    assertThat(budget.tryDial(victim.withPort(7401), 59 * SECOND)).isTrue();
    assertThat(budget.tryDial(victim, 60 * SECOND)).isTrue();
  }

  @Test
  void aHostWhereAKeyWasProvedMayBeDialledMore() {
    DialBudget budget = new DialBudget(5);
    IpEndpoint host = IpEndpoint.v4(0x2e000001, 1);
    for (int i = 0; i < 9; i++) {
      budget.tryDial(host, i);
    }
    budget.proved(host, 10);

    int dialled = 0;
    for (int i = 0; i < 200; i++) {
      dialled += budget.tryDial(host, 20) ? 1 : 0;
    }

    assertThat(dialled).isEqualTo(5 * DialBudget.PROVED_TIMES);
  }

  @Test
  void theDialsOfNoMoreThanAThousandAddressesAreCounted() {
    DialBudget budget = new DialBudget(5);
    for (int i = 0; i < 5000; i++) {
      budget.tryDial(IpEndpoint.v4(0x2e000000 + i, 7400), 0);
    }
    assertThat(budget.size()).isEqualTo(1024);

    budget.purge(60 * SECOND);

    assertThat(budget.size()).isZero();
  }
}
