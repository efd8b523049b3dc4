package dev.parley.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.dht.DhtOptions;
import dev.parley.dht.ResolveOptions;
import dev.parley.dht.port.Finding;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who asks for an agent again and again finds it no later than somebody who never asked before. */
class PollingTest {
  private static final DhtOptions SERVER =
      DhtOptions.builder().mode(DhtOptions.Mode.SERVER).build();

  private final World world = new World(23, SERVER, new Statistics());
  private final List<SimNode> hosts = new ArrayList<>();
  private final List<Boolean> answers = new ArrayList<>();
  private SimNode bob;

  @BeforeEach
  void joinFortyNodes() {
    for (int i = 0; i < 40; i++) {
      SimNode host = world.create();
      hosts.add(host);
      world.join(host, i == 0 ? List.of() : List.of(hosts.get(0).contact()));
      run(Duration.ofSeconds(1));
    }
    run(Duration.ofMinutes(2));
    bob = world.create();
  }

  private void run(Duration time) {
    world.scheduler.runUntil(world.scheduler.nanos() + time.toNanos());
  }

  private void poll(Duration pause) {
    hosts
        .get(7)
        .running()
        .find(bob.key, ResolveOptions.defaults())
        .reduce((first, better) -> better)
        .subscribe(last -> answers.add(isThere(last)));
    world.scheduler.schedule(() -> poll(pause), pause.toMillis(), TimeUnit.MILLISECONDS);
  }

  private boolean isThere(Finding found) {
    return found.endpoints().contains(bob.address());
  }

  private void publish(boolean isThere) {
    List<Boolean> done = new ArrayList<>();
    bob.running()
        .publish(isThere ? List.of(bob.address()) : List.of())
        .subscribe(report -> done.add(true));
    world.scheduler.runUntil(
        world.scheduler.nanos() + TimeUnit.SECONDS.toNanos(30), () -> !done.isEmpty());
    assertThat(done).isNotEmpty();
  }

  private void comeUp() {
    world.join(bob, List.of(hosts.get(0).contact()), SERVER);
    bob.running().start(List.of(), List.of()).subscribe();
    run(Duration.ofSeconds(10));
  }

  /** From when it has published on. */
  private void isFoundWithin(Duration limit) {
    run(limit);
    answers.clear();
    run(Duration.ofSeconds(10));
    assertThat(answers).isNotEmpty().doesNotContain(false);
  }

  @ParameterizedTest
  @ValueSource(ints = {20, 100, 1000, 3000})
  void anAgentThatWasNotThereYet(int pauseMillis) {
    poll(Duration.ofMillis(pauseMillis));
    run(Duration.ofMinutes(5));
    assertThat(answers).isNotEmpty().doesNotContain(true);
    comeUp();

    publish(true);

    isFoundWithin(Duration.ofSeconds(2));
  }

  @ParameterizedTest
  @ValueSource(ints = {20, 100, 1000, 3000})
  void anAgentThatHadLeft(int pauseMillis) {
    comeUp();
    publish(true);
    poll(Duration.ofMillis(pauseMillis));
    run(Duration.ofSeconds(30));
    publish(false);
    run(Duration.ofMinutes(5));
    world.crash(bob);
    bob.moveTo(world.randomAddress(bob.index, 1));
    comeUp();

    publish(true);

    isFoundWithin(Duration.ofSeconds(2));
  }
}
