package dev.parley.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.dht.DhtOptions;
import dev.parley.dht.Outcome;
import dev.parley.dht.ResolveOptions;
import dev.parley.dht.port.Finding;
import dev.parley.dht.wire.Contact;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Networks that fell apart, or were two from the start, become one. */
class ReunionTest {
  private static final DhtOptions SERVER =
      DhtOptions.builder().mode(DhtOptions.Mode.SERVER).build();

  private final World world = new World(11, SERVER, new Statistics());
  private final SimNode seed = world.create();
  private final List<SimNode> others = new ArrayList<>();

  private void run(Duration time) {
    world.scheduler.runUntil(world.scheduler.nanos() + time.toNanos());
  }

  private SimNode join(Contact... seeds) {
    SimNode host = world.create();
    world.join(host, List.of(seeds));
    run(Duration.ofSeconds(2));
    host.running().publish(List.of(host.address())).subscribe();
    run(Duration.ofSeconds(2));
    return host;
  }

  private boolean finds(SimNode asker, SimNode wanted) {
    List<Finding> got = new ArrayList<>();
    asker.running().find(wanted.key, ResolveOptions.fresh()).next().subscribe(got::add);
    world.scheduler.runUntil(
        world.scheduler.nanos() + TimeUnit.SECONDS.toNanos(30), () -> !got.isEmpty());
    return got.get(0).outcome() == Outcome.FOUND;
  }

  /** Starts again with nothing that it knew. */
  private void comeBack(SimNode host) {
    world.join(host, List.of(), SERVER);
  }

  private void network(int nodes) {
    world.join(seed, List.of());
    run(Duration.ofSeconds(2));
    for (int i = 0; i < nodes; i++) {
      others.add(join(seed.contact()));
    }
    run(Duration.ofMinutes(3));
  }

  private void assertEverybodyFinds(SimNode newcomer) {
    for (SimNode other : others) {
      assertThat(finds(newcomer, other)).as("the newcomer finds %s", other.index).isTrue();
      assertThat(finds(other, newcomer)).as("%s finds the newcomer", other.index).isTrue();
    }
  }

  @Test
  void aSeedThatIsBackKnowsTheNetworkWithinAMinute() {
    network(6);
    world.crash(seed);
    run(Duration.ofMinutes(40)); // nobody's table has it any more
    comeBack(seed);
    SimNode newcomer = join(seed.contact());

    run(Duration.ofMinutes(1));

    assertEverybodyFinds(newcomer);
  }

  /** No request to it has failed, so all have it in their tables; it has nobody. */
  @Test
  void aSeedThatWasRestartedInAMomentIsToldOfTheNetworkAgain() {
    network(6);
    run(Duration.ofMinutes(10));
    world.crash(seed);
    run(Duration.ofMillis(500));
    comeBack(seed);

    run(Duration.ofMinutes(2));

    assertEverybodyFinds(join(seed.contact()));
  }

  @Test
  void twoNetworksThatShareASeedBecomeOne() {
    SimNode left = join(seed.contact());
    SimNode right = join(seed.contact());
    others.add(left);
    for (int i = 0; i < 5; i++) {
      others.add(join(seed.contact(), left.contact()));
    }
    List<SimNode> there = new ArrayList<>(List.of(right));
    for (int i = 0; i < 5; i++) {
      there.add(join(seed.contact(), right.contact()));
    }
    run(Duration.ofMinutes(10));
    assertThat(finds(there.get(3), others.get(3))).isFalse();

    world.join(seed, List.of());
    run(Duration.ofMinutes(3));

    there.forEach(this::assertEverybodyFinds);
  }

  /** It was a contact of others, and nobody's seed. */
  @Test
  void aContactThatIsBackBringsThoseThatJoinedThroughIt() {
    network(7);
    SimNode lost = others.remove(6);
    world.crash(lost);
    run(Duration.ofMinutes(40));
    comeBack(lost);
    SimNode newcomer = join(lost.contact());

    run(Duration.ofMinutes(2));

    assertEverybodyFinds(newcomer);
  }
}
