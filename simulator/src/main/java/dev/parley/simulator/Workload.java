package dev.parley.simulator;

import dev.parley.dht.DhtStats;
import dev.parley.dht.Outcome;
import dev.parley.dht.ResolveOptions;
import dev.parley.dht.life.KademliaNode;
import dev.parley.dht.port.Finding;
import dev.parley.dht.wire.IpEndpoint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** What the users of the network do: publish where they are, and look each other up. */
final class Workload {
  private final World world;
  private final SimRandom random;
  private final List<SimNode> published = new ArrayList<>();
  private final List<SimNode> absent = new ArrayList<>();
  private final Map<SimNode, IpEndpoint> truth = new HashMap<>();

  Workload(World world) {
    this.world = world;
    this.random = SimRandom.stream(world.seed, World.WORK, 0);
  }

  List<SimNode> published() {
    return published;
  }

  void publishWithin(SimNode host, long nanos) {
    long at = (long) (random.nextDouble() * nanos);
    int session = host.session();
    world.scheduler.schedule(
        () -> {
          if (host.isUp() && host.session() == session) {
            publish(host);
          }
        },
        Math.max(1, at),
        TimeUnit.NANOSECONDS);
  }

  void publish(SimNode host) {
    publish(host, host.address());
  }

  private void publish(SimNode host, IpEndpoint address) {
    if (!host.isUp()) {
      return;
    }
    KademliaNode node = host.running();
    Mono<Void> ready = node.start(List.of(), List.of()); // it has been, with others
    ready.subscribe(v -> {}, e -> {}, () -> publish(host, node, address));
  }

  private void publish(SimNode host, KademliaNode node, IpEndpoint address) {
    long start = world.scheduler.nanos();
    node.publish(List.of(address))
        .subscribe(
            report -> {
              if (truth.put(host, address) == null) {
                published.add(host);
              }
              if (world.statistics.isMeasuring()) {
                world.statistics.published(report, world.scheduler.nanos() - start);
              }
            },
            stopped -> {});
  }

  /** Agents that move, and say so; their hosts answer at both addresses. */
  void republishSome(double share, long withinNanos) {
    for (SimNode host : List.copyOf(published)) {
      if (host.isUp() && random.nextDouble() < share) {
        IpEndpoint moved = host.address().withPort(host.address().port() + 1);
        world.scheduler.schedule(
            () -> publish(host, moved),
            1 + (long) (random.nextDouble() * withinNanos),
            TimeUnit.NANOSECONDS);
      }
    }
  }

  /** So many who published go for good without a word, and only they are looked for. */
  void leave(int count) {
    for (SimNode host : List.copyOf(published)) {
      if (absent.size() < count && host.isUp() && host.isHonest()) {
        world.crash(host);
        absent.add(host);
      }
    }
  }

  /** Spreads lookups evenly over a time. */
  void lookUp(int count, long overNanos, Attacks.Aim only) {
    for (int i = 0; i < count; i++) {
      world.scheduler.schedule(
          () -> lookUpOne(only), 1 + (long) ((double) overNanos * i / count), TimeUnit.NANOSECONDS);
    }
  }

  private void lookUpOne(Attacks.Aim only) {
    SimNode wanted = only.listing();
    List<SimNode> looked = absent.isEmpty() ? published : absent;
    SimNode target = wanted != null ? wanted : looked.get(random.nextInt(looked.size()));
    SimNode asker = only.asker() != null ? only.asker() : randomAsker(target);
    if (asker == null || !asker.isUp() || asker == target) {
      return;
    }
    world.statistics.lookupStarted();
    world.trace.event(world.scheduler.nanos(), asker.index, target.index, 102);
    int session = asker.session();
    asker
        .running()
        .find(target.key, ResolveOptions.fresh())
        .filter(resolved -> !resolved.report().isStopped())
        .reduce((first, better) -> isRight(first, target) ? first : better)
        .subscribe(resolved -> ended(resolved, target));
    // an asker that crashes takes its lookup along
    world.scheduler.schedule(
        () -> {
          if (!asker.isUp() || asker.session() != session) {
            abandoned++;
          }
        },
        60,
        TimeUnit.SECONDS);
  }

  private int abandoned;

  /** Lookups whose asker was gone a minute later; they may not have ended. */
  int abandoned() {
    return abandoned;
  }

  private boolean isRight(Finding resolved, SimNode target) {
    IpEndpoint where = truth.get(target);
    return resolved.outcome() == Outcome.FOUND && resolved.endpoints().contains(where);
  }

  private void ended(Finding resolved, SimNode target) {
    boolean right = isRight(resolved, target);
    world.trace.event(
        world.scheduler.nanos(), target.index, resolved.report().rpcs(), right ? 103 : 104);
    world.statistics.lookupEnded(resolved.report(), right);
  }

  private @Nullable SimNode randomAsker(SimNode target) {
    List<SimNode> nodes = world.net.nodes();
    for (int i = 0; i < 1000; i++) {
      SimNode node = nodes.get(random.nextInt(nodes.size()));
      if (node.isUp() && node.isHonest() && node != target && hasJoined(node)) {
        return node;
      }
    }
    return null;
  }

  /** A node's users wait until it has. */
  private static boolean hasJoined(SimNode node) {
    return node.running().stats().health() != DhtStats.Health.BOOTSTRAPPING;
  }

  SimNode randomLive() {
    List<SimNode> nodes = world.net.nodes();
    while (true) {
      SimNode node = nodes.get(random.nextInt(nodes.size()));
      if (node.isUp() && !node.isClient()) {
        return node;
      }
    }
  }
}
