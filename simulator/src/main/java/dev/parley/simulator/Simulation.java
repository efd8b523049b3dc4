package dev.parley.simulator;

import dev.parley.dht.DhtOptions;
import dev.parley.dht.wire.Contact;
import dev.parley.simulator.SimulationOptions.Attack;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs a network of real nodes in virtual time: first it settles, then lookups are measured and
 * invariants checked. Single-threaded; one instance, one run.
 */
public final class Simulation {
  private static final Duration STEP = Duration.ofSeconds(30);
  private static final Duration DRAIN = Duration.ofSeconds(30);
  private static final double MOVING_SHARE = 0.3;
  private static final int SEEDS = 3;

  /**
   * How far a run is.
   *
   * @param virtual virtual time so far
   * @param total virtual time of the whole run
   * @param rpcs requests so far
   */
  public record Progress(Duration virtual, Duration total, long rpcs) {}

  private final SimulationOptions options;
  private final DhtOptions dht;
  private final Statistics statistics = new Statistics();
  private final World world;
  private final Workload workload;
  private final ChurnDriver churn;
  private final Invariants invariants;
  private Attacks.Aim aim = Attacks.Aim.NOBODY;
  private @Nullable Islands islands;
  private double bytesBefore;

  private Simulation(SimulationOptions options, DhtOptions dht) {
    this.options = options;
    this.dht = dht;
    this.world = new World(options.seed(), options.latency(), dht, statistics);
    this.workload = new Workload(world);
    this.churn = new ChurnDriver(world, options.churn(), this::join);
    this.invariants = new Invariants(world, options, dht);
  }

  /** A simulation with nodes that have default options. */
  public static Simulation of(SimulationOptions options) {
    return of(options, DhtOptions.builder().mode(DhtOptions.Mode.SERVER).build());
  }

  /** A simulation with nodes that have these options. */
  public static Simulation of(SimulationOptions options, DhtOptions dht) {
    return new Simulation(options, dht);
  }

  /**
   * Looks for a smaller run that breaks an invariant, as {@code broken} did: fewer nodes, less
   * time, no churn, no attack. Runs up to 60 simulations one after the other, with default options
   * of nodes.
   *
   * @return the smallest broken run that was found, which is {@code broken} if none is smaller
   */
  public static SimulationReport shrink(SimulationReport broken) {
    return new Shrinking(options -> of(options).run()).shrink(broken);
  }

  /** Runs it; takes as long as it takes. */
  public SimulationReport run() {
    return run(progress -> {});
  }

  /** Runs it, and tells every 30 virtual seconds how far it is. */
  public SimulationReport run(Consumer<Progress> progress) {
    long wallStart = System.nanoTime();
    populate();
    long measureAt = options.warmup().toNanos();
    long end = measureAt + options.duration().toNanos();
    advance(measureAt, end, progress);
    startMeasuring();
    advance(end, end, progress);
    double bytes = bytesOut() - bytesBefore;
    world.scheduler.runUntil(end + DRAIN.toNanos());
    invariants.checkEnd(statistics.unfinished() - workload.abandoned());
    return report(bytes, (System.nanoTime() - wallStart) / 1e9);
  }

  private void populate() {
    List<SimNode> hosts = new ArrayList<>();
    for (int i = 0; i < options.nodes(); i++) {
      hosts.add(world.create());
    }
    aim = Attacks.recruit(world, options, hosts);
    SimRandom random = SimRandom.stream(options.seed(), World.KINDS, 0);
    for (SimNode host : hosts) {
      if (host.isHonest() && random.nextDouble() < options.slowShare()) {
        host.slowDown();
      }
    }
    if (options.churn() == SimulationOptions.Churn.C4_ISLANDS) {
      islands = new Islands(world, workload, hosts.get(0));
      islands.populate(hosts.subList(1, hosts.size()), options.warmup().toNanos() / 3);
    } else if (options.join()) {
      joinOneByOne(hosts);
    } else {
      startWithTables();
    }
    int publishers = options.publishers() == 0 ? hosts.size() : options.publishers();
    int left = publishers;
    for (SimNode host : hosts) {
      churn.planResidual(host);
      if (host.isHonest() && left-- > 0 && host.isUp()) {
        workload.publishWithin(host, options.warmup().toNanos() / 2);
      }
    }
    addClients();
  }

  /** Nodes that nobody can dial; they publish too, and are looked for. */
  private void addClients() {
    int clients = (int) (options.clientShare() * options.nodes());
    long time = options.warmup().toNanos() / 3;
    for (int i = 0; i < clients; i++) {
      SimNode host = world.create();
      host.makeClient();
      world.scheduler.schedule(() -> join(host), 1 + time / clients * i, TimeUnit.NANOSECONDS);
    }
  }

  /** Each table comes with its links, as after the hours in which it filled up. */
  private void startWithTables() {
    SimRandom random = SimRandom.stream(options.seed(), World.TABLES, 0);
    InitialTables tables = new InitialTables(world.net.nodes(), random);
    List<List<Contact>> contacts = new ArrayList<>();
    for (SimNode host : world.net.nodes()) {
      List<Contact> table = tables.of(host);
      contacts.add(table);
      double share = (double) dht.table().tableLinks() / table.size();
      for (Contact contact : table) {
        SimNode peer = world.net.get(contact.key());
        if (peer != null && random.nextDouble() < share) {
          world.net.openAtStart(host, peer);
        }
      }
    }
    for (int i = 0; i < contacts.size(); i++) {
      world.bootWith(world.net.nodes().get(i), contacts.get(i));
    }
  }

  /** Half of the warm-up is for joining, each through nodes that are there already. */
  private void joinOneByOne(List<SimNode> hosts) {
    world.join(hosts.get(0), List.of());
    long pause = options.warmup().toNanos() / 3 / hosts.size();
    for (int i = 1; i < hosts.size(); i++) {
      SimNode host = hosts.get(i);
      world.scheduler.schedule(() -> join(host), i * pause, TimeUnit.NANOSECONDS);
    }
  }

  private void join(SimNode host) {
    List<Contact> seeds = new ArrayList<>(SEEDS);
    for (int i = 0; i < SEEDS; i++) {
      seeds.add(workload.randomLive().contact());
    }
    world.join(host, seeds);
    workload.publishWithin(host, 60_000_000_000L);
  }

  private void startMeasuring() {
    churn.startEvents(options.duration().toNanos() / 1e9);
    if (islands != null) {
      islands.bringSeedBack();
    }
    statistics.measure();
    bytesBefore = bytesOut();
    if (!workload.published().isEmpty()) {
      if (options.adversary() == Attack.A5) {
        workload.republishSome(MOVING_SHARE, options.duration().toNanos() / 4);
      }
      long time = options.duration().toNanos();
      if (options.absent() > 0) {
        workload.leave(options.absent());
        world.scheduler.schedule(
            () -> workload.lookUp(options.lookups(), time / 10, aim),
            time - time / 10,
            TimeUnit.NANOSECONDS);
      } else {
        workload.lookUp(options.lookups(), time, aim);
      }
    }
  }

  private void advance(long until, long end, Consumer<Progress> progress) {
    while (world.scheduler.nanos() < until) {
      long next = Math.min(until, world.scheduler.nanos() + STEP.toNanos());
      world.scheduler.runUntil(next);
      invariants.check();
      progress.accept(
          new Progress(Duration.ofNanos(next), Duration.ofNanos(end), world.net.calls()));
    }
  }

  private double bytesOut() {
    double sum = 0;
    for (SimNode node : world.net.nodes()) {
      sum += node.bytesOut;
    }
    return sum;
  }

  private SimulationReport report(double bytes, double wallSeconds) {
    Runtime runtime = Runtime.getRuntime();
    runtime.gc();
    Invariants.Averages averages = invariants.averages();
    int live = 0;
    for (SimNode node : world.net.nodes()) {
      live += node.isUp() ? 1 : 0;
    }
    return new SimulationReport(
        options,
        statistics.ended(),
        statistics.lookupMillis.percentiles(),
        statistics.hops.mean(),
        statistics.rpcs.mean(),
        statistics.success(),
        statistics.relayedShare(),
        statistics.partialShare(),
        statistics.putMillis.percentiles(),
        statistics.putStored.mean(),
        statistics.putRpcs.mean(),
        statistics.joinMillis.percentiles(),
        statistics.joinRpcs.mean(),
        statistics.deadInAnswers(),
        bytes / live / options.duration().toSeconds(),
        world.net.calls(),
        world.scheduler.executed(),
        averages.table(),
        averages.links(),
        averages.sizeError(),
        runtime.totalMemory() - runtime.freeMemory(),
        wallSeconds,
        world.trace.hash(),
        invariants.broken());
  }
}
