package dev.parley.simulator.whole;

import dev.parley.PeerAddress;
import dev.parley.spi.Bound;
import dev.parley.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;

/** One run: a network comes up, faults happen while agents call each other, and it heals. */
final class World {
  private static final int MAX_BROKEN = 20;

  private final Scenario scenario;
  private final Plant plant;
  private final VirtualTime time = VirtualTime.create();
  private final SimTrace trace = new SimTrace();
  private final SimInternet net;
  private final SplittableRandom random;
  private final List<SimHost> hosts = new ArrayList<>();
  private final List<PeerAddress> seeds;
  private final SimCalls calls = new SimCalls(this);
  private final Map<String, List<String>> broken = new LinkedHashMap<>();

  World(Scenario scenario) {
    this(scenario, Plant.NONE);
  }

  World(Scenario scenario, Plant plant) {
    this.plant = plant;
    this.scenario = scenario;
    this.net = new SimInternet(time, trace, scenario.seed());
    this.random = new SplittableRandom(scenario.seed() + 1);
    for (int i = 0; i < scenario.nodes(); i++) {
      hosts.add(new SimHost(this, i, scenario.seed() * 1000 + i));
    }
    seeds = hosts.stream().limit(2).map(SimHost::at).toList();
  }

  VirtualTime time() {
    return time;
  }

  SimInternet net() {
    return net;
  }

  Scenario scenario() {
    return scenario;
  }

  /** The fault that is planted in the nodes. */
  Plant plant() {
    return plant;
  }

  SimCalls calls() {
    return calls;
  }

  List<SimHost> hosts() {
    return hosts;
  }

  void tell(String who, String what) {
    trace.tell(time.elapsed().toNanos() / 1e9, who, what);
  }

  /** An invariant does not hold. */
  void broken(String invariant, String what) {
    tell("-", "BROKEN " + invariant + ": " + what);
    List<String> all = broken.computeIfAbsent(invariant, i -> new ArrayList<>());
    if (all.size() < MAX_BROKEN) {
      all.add(what);
    }
  }

  List<PeerAddress> seeds() {
    return seeds;
  }

  void start(SimHost host) {
    host.start(plant.seedsAgain() ? seeds() : List.of(), null)
        .subscribe(done -> {}, e -> broken("start", host + " does not start: " + e));
  }

  boolean runUntil(Duration limit, BooleanSupplier enough) {
    Duration end = time.elapsed().plus(limit);
    while (!enough.getAsBoolean()) {
      if (time.elapsed().compareTo(end) >= 0) {
        return false;
      }
      time.advance(Duration.ofMillis(10));
    }
    return true;
  }

  /** Runs all of it. */
  Outcome run() {
    int[] online = new int[1];
    for (SimHost host : hosts) {
      host.start(seeds(), null)
          .subscribe(d -> {}, e -> broken("start", host + ": " + e), () -> online[0]++);
      time.advance(Duration.ofMillis(200));
    }
    if (!runUntil(Duration.ofMinutes(1), () -> online[0] == hosts.size())) {
      broken("online", online[0] + " of " + hosts.size() + " are online after a minute");
    }
    SimHost liar = scenario.hasLiar() ? liar() : null;
    storm();
    if (liar != null) {
      liar.kill();
    }
    new Aftermath(this, random.split()).run();
    calls.check();
    return new Outcome(
        scenario, broken, trace.story(), calls.ends(), trace.segments(), trace.hash());
  }

  /** Tells the network that it listens where the first agent does. */
  private SimHost liar() {
    SimHost liar = new SimHost(this, 60, scenario.seed() * 1000 + 60);
    liar.start(seeds(), hosts.get(0).address()).subscribe(d -> {}, e -> tell("liar", "ends: " + e));
    time.advance(Duration.ofSeconds(1));
    return liar;
  }

  private void storm() {
    tell("-", "the storm begins");
    Faults faults = new Faults(this);
    for (Fault fault : scenario.all()) {
      net.in(fault.at().toNanos(), () -> faults.apply(fault));
    }
    SplittableRandom workload = random.split();
    for (int i = 0; i < scenario.calls(); i++) {
      SplittableRandom own = workload.split();
      net.in(own.nextLong(Scenario.STORM.toNanos()), () -> call(own));
    }
    Duration end = time.elapsed().plus(Scenario.STORM);
    while (time.elapsed().compareTo(end) < 0) {
      time.advance(Duration.ofMillis(500));
      hosts.stream().filter(SimHost::isUp).forEach(this::look);
    }
    tell("-", "the storm is over");
  }

  /** No limit is passed, at any time. */
  private void look(SimHost host) {
    for (Bound bound : host.node().bounds()) {
      if (bound.used() > bound.limit()) {
        broken("limits", host + " has " + bound);
      }
    }
  }

  private void call(SplittableRandom own) {
    SimHost from = hosts.get(own.nextInt(hosts.size()));
    SimHost to = hosts.get(own.nextInt(hosts.size()));
    if (from != to && from.isUp()) {
      SimCall.draw(this, own).start(from, to);
    }
  }

  /** A process has ended in order: it holds nothing any more. */
  void closed(SimHost host, SimProcess process) {
    if (process.bufferBytes() != 0) {
      broken("buffers", host + " has " + process.bufferBytes() + " bytes when it is closed");
    }
  }

  /** What is found at the end. */
  record Outcome(
      Scenario scenario,
      Map<String, List<String>> broken,
      List<String> story,
      Map<String, Integer> ends,
      long segments,
      String hash) {}
}
