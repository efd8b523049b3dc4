package dev.parley.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.parley.dht.DhtOptions;
import dev.parley.simulator.SimulationOptions.Attack;
import dev.parley.simulator.SimulationOptions.Churn;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Execution(ExecutionMode.CONCURRENT)
class SimulationTest {
  private static final Duration MINUTES_5 = Duration.ofMinutes(5);
  private static final SimulationOptions SMALL =
      SimulationOptions.defaults()
          .withNodes(150)
          .withTimes(Duration.ofMinutes(5), Duration.ofMinutes(3))
          .withLookups(150);

  @Test
  void everyLookupFindsItsListingWithoutChurn() {
    SimulationReport report = Simulation.of(SMALL).run();

    assertThat(report.brokenInvariants()).isEmpty();
    assertThat(report.lookups()).isEqualTo(150);
    assertThat(report.success()).isEqualTo(1);
    assertThat(report.lookupMillis().p50()).isBetween(1.0, 200.0);
    assertThat(report.rpcsMean()).isLessThan(20);
  }

  @Test
  void theSameSeedGivesTheSameRun() {
    SimulationOptions options = SMALL.withChurn(Churn.C2).withNodes(60).withLookups(50);

    SimulationReport first = Simulation.of(options).run();
    SimulationReport again = Simulation.of(options).run();
    SimulationReport other = Simulation.of(options.withSeed(2)).run();

    assertThat(again.traceHash()).isEqualTo(first.traceHash());
    assertThat(again.rpcs()).isEqualTo(first.rpcs());
    assertThat(other.traceHash()).isNotEqualTo(first.traceHash());
  }

  /** Whoever changes what nodes do changes this; which JDK runs it must not. */
  @Test
  void aRunIsTheSameOnEveryJdk() {
    SimulationOptions options =
        SMALL.withChurn(Churn.C2).withNodes(40).withLookups(20).withAdversary(Attack.A5, 4);

    assertThat(Simulation.of(options).run().traceHash())
        .isEqualTo("9cd5621cb1cf59726bf1908e64b71a01a88600ef317e7e1ecc0422e1af1dfd09");
  }

  @Test
  void aNetworkThatJoinsNodeByNodeFindsEverything() {
    SimulationReport report = Simulation.of(SMALL.withNodes(80).withJoin(true)).run();

    assertThat(report.brokenInvariants()).isEmpty();
    assertThat(report.success()).isGreaterThan(0.99);
  }

  @ParameterizedTest
  @EnumSource(names = {"C1", "C2", "C4", "C4_WAVE", "C4_FLAP"})
  void survivesChurn(Churn churn) {
    SimulationReport report = Simulation.of(SMALL.withChurn(churn)).run();

    assertThat(report.brokenInvariants()).isEmpty();
    assertThat(report.success()).isGreaterThan(churn == Churn.C4 ? 0.97 : 0.98);
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"NONE", "A1"})
  void survivesATenthOfHostileNodes(Attack attack) {
    SimulationReport report = Simulation.of(SMALL.withAdversary(attack, 15)).run();

    assertThat(report.brokenInvariants()).isEmpty();
    assertThat(report.success()).isGreaterThan(0.97);
  }

  /** Whoever is online is found by all who have joined, from the moment at which it is. */
  @ParameterizedTest
  @EnumSource
  void growsTenfoldWithinAMinute(SimulationOptions.Latency latency) {
    SimulationOptions growing =
        SMALL
            .withNodes(30)
            .withChurn(Churn.C4_JOIN)
            .withLatency(latency)
            .withTimes(Duration.ofMinutes(3), Duration.ofSeconds(80))
            .withLookups(20_000);

    SimulationReport report = Simulation.of(growing).run();

    assertThat(report.brokenInvariants()).isEmpty();
    assertThat(report.success()).isGreaterThanOrEqualTo(0.9999);
  }

  /** Ten minutes of a cut, then two rounds of refreshes, after which tables must be whole again. */
  @ParameterizedTest
  @EnumSource(names = {"C4_SPLIT", "C4_ONE_WAY"})
  void findsEverythingAgainAfterACutHasHealed(Churn churn) {
    SimulationOptions cut =
        SMALL.withNodes(60).withChurn(churn).withTimes(MINUTES_5, Duration.ofMinutes(32));
    DhtOptions nodes =
        DhtOptions.builder()
            .mode(DhtOptions.Mode.SERVER)
            .upkeep(
                u ->
                    u.refreshInterval(Duration.ofMinutes(10))
                        .selfLookupInterval(MINUTES_5)) // half of it, as by default
            .build();

    SimulationReport report = Simulation.of(cut.withLookups(400), nodes).run();

    assertThat(report.brokenInvariants()).isEmpty();
    assertThat(report.success()).isGreaterThan(churn == Churn.C4_SPLIT ? 0.83 : 0.97);
  }

  @Test
  void islandsThatShareASeedHeal() {
    SimulationReport report =
        Simulation.of(
                SMALL
                    .withNodes(60)
                    .withChurn(Churn.C4_ISLANDS)
                    .withTimes(MINUTES_5, Duration.ofMinutes(25))
                    .withLookups(400))
            .run();

    assertThat(report.brokenInvariants()).isEmpty();
    assertThat(report.success()).isGreaterThan(0.95);
  }

  @Test
  void nodesThatCannotBeDialledAreInNoTableAndAreFound() {
    SimulationReport report = Simulation.of(SMALL.withNodes(80).withClients(0.5)).run();

    assertThat(report.brokenInvariants()).isEmpty();
    assertThat(report.success()).isEqualTo(1);
  }

  @Test
  void slowNodesDoNotHoldUpTheOthers() {
    SimulationReport report = Simulation.of(SMALL.withSlow(0.1)).run();

    assertThat(report.brokenInvariants()).isEmpty();
    assertThat(report.success()).isEqualTo(1);
    assertThat(report.lookupMillis().p95()).isLessThan(1000);
  }

  @Test
  void isQuickWhereRoundTripsAre() {
    SimulationReport report = Simulation.of(SMALL.withLatency(SimulationOptions.Latency.L1)).run();

    assertThat(report.lookupMillis().p50()).isLessThan(10);
  }

  @Test
  void whoHasGoneForGoodIsFoundWhileTheListingLasts() {
    SimulationReport report =
        Simulation.of(
                SMALL
                    .withChurn(Churn.C1)
                    .withAbsent(SMALL.nodes() / 4)
                    .withTimes(MINUTES_5, Duration.ofHours(2))
                    .withLookups(200))
            .run();

    assertThat(report.lookups()).isEqualTo(200);
    assertThat(report.success()).isGreaterThan(0.98);
    assertThat(report.brokenInvariants()).isEmpty();
  }

  @Test
  void newcomersAndTheirWritesAreMeasured() {
    SimulationReport report =
        Simulation.of(SMALL.withChurn(Churn.C2).withTimes(MINUTES_5, Duration.ofMinutes(20))).run();

    assertThat(report.joinMillis().p95()).isBetween(500.0, 10_000.0);
    assertThat(report.joinRpcsMean()).isBetween(10.0, 150.0);
    assertThat(report.putRpcsMean()).isBetween(15.0, 120.0);
  }

  @Test
  void optionsReportAllProblemsAtOnce() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new SimulationOptions(
                    1,
                    1,
                    Churn.C0,
                    Attack.NONE,
                    0,
                    MINUTES_5,
                    MINUTES_5,
                    -1,
                    0,
                    1,
                    false,
                    SimulationOptions.Latency.K1,
                    2,
                    0.6))
        .withMessage(
            "nodes is 1, must be 2..200000; lookups is -1, must be 0..10000000; "
                + "absent is 1, must be 0..0; clientShare is 2.0, must be 0..1; slowShare is 0.6, must be 0..0.5");
  }

  @Test
  void reportIsOneLineOfJson() {
    SimulationReport report =
        Simulation.of(SMALL.withNodes(20).withLookups(5).withPublishers(3)).run();

    assertThat(report.toJson())
        .startsWith("{\"nodes\":20,\"seed\":1,\"churn\":\"C0\"")
        .contains("\"lookup_ms\":{\"p50\":", "\"broken_invariants\":[]", "\"success\":1.0000")
        .doesNotContain("\n");
  }
}
