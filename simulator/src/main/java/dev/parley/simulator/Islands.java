package dev.parley.simulator;

import dev.parley.dht.wire.Contact;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Two networks that have one seed in common, which is away while they form: each node was given
 * that seed, and one node of its own island. When the seed comes back it knows nobody, and nobody
 * knows of both islands.
 */
final class Islands {
  private static final long PUBLISHED_WITHIN = 60_000_000_000L;

  private final World world;
  private final Workload workload;
  private final SimNode seed;

  Islands(World world, Workload workload, SimNode seed) {
    this.world = world;
    this.workload = workload;
    this.seed = seed;
  }

  /** Has the others join one after the other, in turn on either island. */
  void populate(List<SimNode> others, long withinNanos) {
    for (int i = 0; i < others.size(); i++) {
      SimNode host = others.get(i);
      SimNode own = others.get(i % 2);
      List<Contact> seeds = new ArrayList<>(List.of(seed.contact()));
      if (own != host) {
        seeds.add(own.contact());
      }
      world.scheduler.schedule(
          () -> join(host, seeds), 1 + withinNanos / others.size() * i, TimeUnit.NANOSECONDS);
    }
  }

  void bringSeedBack() {
    join(seed, List.of());
  }

  private void join(SimNode host, List<Contact> seeds) {
    world.join(host, seeds);
    workload.publishWithin(host, PUBLISHED_WITHIN);
  }
}
