package dev.parley.node.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.spi.Bound;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;

/**
 * Calls of all four models through resets, stalls, half-closes, corruption and restarts: each has
 * one outcome, by its deadline, and what it says of the handler is true.
 *
 * <p>{@code -Dparley.chaos.calls=1000000} for a long run; {@code -Dparley.chaos.seed} for the same
 * calls and weather again, though not the same races.
 */
@Timeout(3600)
class ChaosIT {
  private static final Logger log = LoggerFactory.getLogger(ChaosIT.class);
  private static final Set<String> SLOTS = Set.of("maxConcurrentSends", "maxConcurrentHandlers");

  @Test
  void everyCallHasOneOutcomeThatIsTrue() throws Exception {
    int calls = Integer.getInteger("parley.chaos.calls", 100_000);
    int rate = Integer.getInteger("parley.chaos.rate", 8_000);
    long seed = Long.getLong("parley.chaos.seed", System.nanoTime());
    try (ChaosRun run = new ChaosRun(calls, rate, seed)) {
      boolean whole = run.run(Duration.ofSeconds(60 + 5L * calls / rate));
      Flux.interval(Duration.ofMillis(20))
          .filter(i -> run.ledger().open() == 0 && slots(run).isEmpty())
          .take(1)
          .take(Duration.ofSeconds(10))
          .blockLast();

      run.judge();
      log.info("{}", run);
      assertThat(run.ledger().faults()).as("-Dparley.chaos.seed=%d", seed).isEmpty();
      assertThat(whole).as("all calls have begun").isTrue();
      assertThat(slots(run)).as("slots that are still taken").isEmpty();
    }
  }

  private static List<Bound> slots(ChaosRun run) {
    return run.agents().stream()
        .flatMap(agent -> agent.node().bounds().stream())
        .filter(bound -> SLOTS.contains(bound.option()) && bound.used() > 0)
        .toList();
  }
}
