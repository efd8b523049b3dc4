package dev.parley.simulator.whole;

import dev.parley.node.AgentNode;
import dev.parley.spi.Bound;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;

/** What must hold when the faults are over. */
final class Aftermath {
  /** The longest fault. */
  private static final Duration LAST_FAULT = Duration.ofSeconds(21);

  /** By when a network has healed; a dead link is given up after 45 s. */
  private static final Duration HEALED = Duration.ofSeconds(90);

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration FOUND = Duration.ofSeconds(2);
  private static final Duration CLOSED = Duration.ofSeconds(30);
  private static final Duration TIMERS = Duration.ofMinutes(3);

  private final World world;
  private final SplittableRandom random;

  Aftermath(World world, SplittableRandom random) {
    this.world = world;
    this.random = random;
  }

  void run() {
    world.time().advance(LAST_FAULT);
    if (!world.runUntil(
        Duration.ofMinutes(1), () -> world.hosts().stream().allMatch(SimHost::isUp))) {
      world.broken("start", "not all nodes are up a minute after the last fault");
      return;
    }
    world.time().advance(HEALED);
    everybodyReachesEverybody("healed");
    crashAndComeBack();
    strangersKeepNobodyOut();
    leaveAndComeBackElsewhere();
    close();
  }

  private void everybodyReachesEverybody(String invariant) {
    AtomicInteger under = new AtomicInteger();
    for (SimHost from : world.hosts()) {
      for (SimHost to : world.hosts()) {
        if (from != to) {
          reach(invariant, from, to, PATIENCE, under);
        }
      }
    }
    world.runUntil(PATIENCE.plusSeconds(1), () -> under.get() == 0);
  }

  private void reach(
      String invariant, SimHost from, SimHost to, Duration limit, AtomicInteger under) {
    under.incrementAndGet();
    SimCall.echo(
            world,
            limit,
            how -> {
              under.decrementAndGet();
              if (!how.equals("answered")) {
                world.broken(invariant, from + " does not reach " + to + ": " + how);
              }
            })
        .start(from, to);
  }

  /** Others hold a dead link to it, and it has a live one for them. */
  private void crashAndComeBack() {
    SimHost host = any();
    host.kill();
    world.time().advance(Duration.ofMillis(200 + random.nextInt(2000)));
    world.start(host);
    if (!world.runUntil(Duration.ofSeconds(30), host::isUp)) {
      world.broken("start", host + " is not up 30 s after its crash");
      return;
    }
    AtomicInteger under = new AtomicInteger();
    for (SimHost to : world.hosts()) {
      if (to != host) {
        reach("served", host, to, Duration.ofSeconds(5), under);
      }
    }
    world.runUntil(Duration.ofSeconds(6), () -> under.get() == 0);
  }

  /** One network takes all places of those that have not proved who they are, again and again. */
  private void strangersKeepNobodyOut() {
    SimHost victim = world.hosts().get(0);
    SimHost friend = world.hosts().get(1);
    world.tell("-", "strangers besiege " + victim);
    new Faults(world).besiege(victim, Duration.ofSeconds(10));
    end(friend, true);
    world.time().advance(Duration.ofSeconds(3));
    world.start(friend);
    if (!world.runUntil(Duration.ofSeconds(30), friend::isUp)) {
      world.broken("start", friend + " is not up 30 s after it was started");
      return;
    }
    AtomicInteger under = new AtomicInteger();
    reach("share", friend, victim, Duration.ofSeconds(3), under);
    world.runUntil(PATIENCE, () -> under.get() == 0);
    world.time().advance(Duration.ofSeconds(20));
  }

  private SimHost any() {
    return world.hosts().get(random.nextInt(world.hosts().size()));
  }

  /** Somebody waits for an agent that is away, and finds it when it is back, on another port. */
  private void leaveAndComeBackElsewhere() {
    SimHost away = world.hosts().get(world.hosts().size() - 1);
    SimHost waiter = world.hosts().get(random.nextInt(world.hosts().size() - 1));
    boolean farewell = random.nextBoolean();
    end(away, farewell);
    Waiting waiting = new Waiting(waiter, away);
    waiting.ask();
    world.time().advance(Duration.ofSeconds(2 + random.nextInt(40)));
    away.move();
    boolean[] online = new boolean[1];
    away.start(world.seeds(), null)
        .subscribe(d -> {}, e -> world.broken("start", away + ": " + e), () -> online[0] = true);
    if (!world.runUntil(Duration.ofMinutes(1), () -> online[0])) {
      world.broken("online", away + " is not online a minute after it is back");
      waiting.found = true;
      return;
    }
    if (!world.runUntil(FOUND, () -> waiting.found)) {
      world.broken("found", waiter + " has not found " + away + " 2 s after it is online again");
    }
    waiting.found = true;
    world.time().advance(PATIENCE);
  }

  private void end(SimHost host, boolean farewell) {
    if (!farewell) {
      host.kill();
      return;
    }
    boolean[] over = new boolean[1];
    world.tell(host.name(), "drains");
    host.node().drain(Duration.ofSeconds(1)).subscribe(d -> {}, e -> {}, () -> over[0] = true);
    world.runUntil(CLOSED, () -> over[0]);
    host.process().kill();
  }

  /** Asks until it is answered. */
  private final class Waiting {
    private final SimHost from;
    private final SimHost to;
    private boolean found;

    Waiting(SimHost from, SimHost to) {
      this.from = from;
      this.to = to;
    }

    private void ask() {
      if (!found && from.isUp()) {
        SimCall.echo(world, Duration.ofMillis(1000), this::ended).start(from, to);
      }
    }

    private void ended(String how) {
      found |= how.equals("answered");
      world.net().in(Duration.ofMillis(200).toNanos(), this::ask);
    }
  }

  /** All nodes end; nothing of them is left. */
  private void close() {
    List<AgentNode> nodes = new ArrayList<>();
    AtomicInteger open = new AtomicInteger();
    for (SimHost host : world.hosts()) {
      AgentNode node = host.node();
      if (node == null) {
        world.broken("start", host + " is not up at the end");
        continue;
      }
      nodes.add(node);
      open.incrementAndGet();
      boolean drains = random.nextBoolean();
      world.tell(host.name(), drains ? "drains" : "closes");
      (drains ? node.drain(Duration.ofSeconds(1)) : node.closeLater())
          .subscribe(d -> {}, e -> world.broken("close", host + ": " + e), open::decrementAndGet);
    }
    if (!world.runUntil(CLOSED, () -> open.get() == 0)) {
      world.broken("close", open + " nodes have not closed within " + CLOSED.toSeconds() + " s");
    }
    if (!world.runUntil(TIMERS, () -> world.time().pending() == 0)) {
      world.broken("timers", world.time().pending() + " are left when all nodes have closed");
    }
    for (SimHost host : world.hosts()) {
      world.closed(host, host.process());
    }
    for (AgentNode node : nodes) {
      for (Bound bound : node.bounds()) {
        if (bound.used() != 0) {
          world.broken("slots", "a closed node has " + bound);
        }
      }
    }
  }
}
