package dev.parley.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.dht.DhtOptions;
import dev.parley.dht.port.DhtState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Three nodes: each that is not reached at first is missed. */
class SmallNetworkTest {
  private static final DhtOptions SERVER =
      DhtOptions.builder().mode(DhtOptions.Mode.SERVER).build();

  private final World world = new World(5, SERVER, new Statistics());
  private final SimNode seed = world.create();
  private final SimNode bob = world.create();
  private final SimNode alice = world.create();

  private void run(Duration time) {
    world.scheduler.runUntil(world.scheduler.nanos() + time.toNanos());
  }

  private boolean knows(SimNode node, SimNode other) {
    List<DhtState> got = new ArrayList<>();
    node.running().state().subscribe(got::add);
    world.scheduler.runUntil(world.scheduler.nanos() + 1_000_000, () -> !got.isEmpty());
    return got.get(0).table().stream().anyMatch(c -> c.contact().key().equals(other.key));
  }

  @Test
  void whoeverCouldNotBeDialledAtFirstIsFoundSoon() {
    world.join(seed, List.of());
    world.join(bob, List.of(seed.contact()));
    run(Duration.ofSeconds(20));
    seed.setSide(true);
    alice.setSide(true);
    world.net.cut(SimNet.Cut.ONE_WAY);
    world.join(alice, List.of(seed.contact()));
    run(Duration.ofSeconds(12));
    assertThat(knows(alice, seed)).isTrue();
    assertThat(knows(alice, bob)).isFalse();

    world.net.cut(SimNet.Cut.NONE);
    run(Duration.ofSeconds(60));

    assertThat(knows(alice, bob)).isTrue();
  }
}
