package dev.parley.simulator;

import dev.parley.simulator.SimulationOptions.Churn;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Lets nodes come and go. Sessions of nodes that are there at the start are the rest of one that
 * began earlier. Whoever leaves for good is replaced at once, so the number of nodes stays.
 */
final class ChurnDriver {
  private static final double WEIBULL_SHAPE = 0.61;
  private static final double WEIBULL_SCALE_SECONDS = 3.66 * 3600;
  private static final double RETURN_SHARE = 0.3;
  private static final double WAVE_SHARE = 0.3;
  private static final double FLAP_SHARE = 0.05;
  private static final double FLAP_SECONDS = 60;
  private static final double SPLIT_SECONDS = 600;
  private static final double AWAY_MEAN_SECONDS = 3600;

  /** What joining takes. */
  interface Entry {
    void join(SimNode host);
  }

  private final World world;
  private final Churn churn;
  private final Entry entry;
  private final SimRandom random;
  private int moves;

  ChurnDriver(World world, Churn churn, Entry entry) {
    this.world = world;
    this.churn = churn;
    this.entry = entry;
    this.random = SimRandom.stream(world.seed, World.CHURN, 0);
  }

  /** Plans the end of the session of a node that is there at the start. */
  void planResidual(SimNode host) {
    if (hasSessions() && host.isHonest()) {
      double seconds = churn == Churn.C1 ? residual() : session();
      planLeave(host, seconds);
    }
  }

  /** Plans the end of a session that begins now. */
  void planSession(SimNode host) {
    if (hasSessions() && host.isHonest()) {
      planLeave(host, session());
    }
  }

  private boolean hasSessions() {
    return churn == Churn.C1 || churn == Churn.C2 || churn == Churn.C3;
  }

  private double session() {
    return switch (churn) {
      case C1 ->
          WEIBULL_SCALE_SECONDS * StrictMath.pow(random.nextExponential(), 1 / WEIBULL_SHAPE);
      case C2 -> random.nextExponential() * 1800 / StrictMath.log(2);
      case C3 -> random.nextExponential() * 84 / StrictMath.log(2);
      case C0, C4, C4_JOIN, C4_WAVE, C4_SPLIT, C4_ONE_WAY, C4_ISLANDS, C4_FLAP -> Double.MAX_VALUE;
    };
  }

  /** What is left at a random moment of a renewal process that has run for a hundred hours. */
  private double residual() {
    double at = 360_000 + random.nextDouble() * 36_000;
    double end = 0;
    while (end <= at) {
      end += session();
    }
    return end - at;
  }

  private void planLeave(SimNode host, double seconds) {
    if (seconds < 30 * 86_400) {
      int session = host.session();
      after(seconds, () -> leave(host, session));
    }
  }

  private void leave(SimNode host, int session) {
    if (!host.isUp() || host.session() != session) {
      return;
    }
    world.crash(host);
    if (churn == Churn.C1 && random.nextDouble() < RETURN_SHARE) {
      after(random.nextExponential() * AWAY_MEAN_SECONDS, () -> comeBack(host));
    }
    join(world.create());
  }

  private void comeBack(SimNode host) {
    host.moveTo(world.randomAddress(host.index, ++moves));
    // it takes the place of a newcomer: the number of nodes stays roughly the same
    join(host);
  }

  private void join(SimNode host) {
    entry.join(host);
    planSession(host);
  }

  /** Half of all honest nodes vanish at once. */
  private void crashHalf() {
    for (SimNode host : world.net.nodes()) {
      if (host.isUp() && host.isHonest() && random.nextBoolean()) {
        world.crash(host);
      }
    }
  }

  /** Begins what happens once measuring begins. */
  void startEvents(double durationSeconds) {
    switch (churn) {
      case C4 -> crashHalf();
      case C4_JOIN -> joinMany();
      case C4_WAVE -> wave(durationSeconds);
      case C4_SPLIT -> split(SimNet.Cut.BOTH_WAYS);
      case C4_ONE_WAY -> split(SimNet.Cut.ONE_WAY);
      case C4_FLAP -> flap();
      case C0, C1, C2, C3, C4_ISLANDS -> {}
    }
  }

  private void joinMany() {
    int many = 9 * world.net.nodes().size();
    for (int i = 0; i < many; i++) {
      after(random.nextDouble() * 60, () -> entry.join(world.create()));
    }
  }

  private void wave(double durationSeconds) {
    for (SimNode host : honest()) {
      if (random.nextDouble() < WAVE_SHARE) {
        after(random.nextDouble() * durationSeconds / 3, () -> crashIfUp(host));
        after((2 + random.nextDouble()) * durationSeconds / 3, () -> comeBack(host));
      }
    }
  }

  private void split(SimNet.Cut how) {
    world.net.nodes().forEach(host -> host.setSide(random.nextBoolean()));
    world.net.cut(how);
    after(SPLIT_SECONDS, () -> world.net.cut(SimNet.Cut.NONE));
  }

  private void flap() {
    for (SimNode host : honest()) {
      if (random.nextDouble() < FLAP_SHARE) {
        after(random.nextDouble() * 2 * FLAP_SECONDS, () -> goDown(host));
      }
    }
  }

  private void goDown(SimNode host) {
    crashIfUp(host);
    after(FLAP_SECONDS, () -> goUp(host));
  }

  private void goUp(SimNode host) {
    entry.join(host);
    after(FLAP_SECONDS, () -> goDown(host));
  }

  private void crashIfUp(SimNode host) {
    if (host.isUp()) {
      world.crash(host);
    }
  }

  private List<SimNode> honest() {
    return world.net.nodes().stream().filter(n -> n.isHonest() && !n.isClient()).toList();
  }

  private void after(double seconds, Runnable action) {
    world.scheduler.schedule(action, (long) (seconds * 1e9), TimeUnit.NANOSECONDS);
  }
}
