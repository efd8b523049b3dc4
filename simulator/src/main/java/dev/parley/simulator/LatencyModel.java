package dev.parley.simulator;

/**
 * How long a round trip takes: model K1, the yardstick of all figures.
 *
 * <p>Nodes lie in the plane in five clusters and each has an access delay; a round trip is the
 * distance plus both delays plus 1 ms. It gives p05 41, p50 157, p90 278, p95 321 and p99 491 ms,
 * close to the King measurements (1740 hosts, median 159 ms).
 */
final class LatencyModel {
  private static final double[][] CENTRES = {{0, 0}, {95, 15}, {-110, 40}, {150, -70}, {-20, -140}};
  private static final double[] WEIGHTS = {0.33, 0.60, 0.80, 0.92, 1.0};
  private static final double SPREAD_MILLIS = 16;
  private static final double SCALE = 0.93;
  private static final double ACCESS_MU = 2.45;
  private static final double ACCESS_SIGMA = 1.25;
  private static final double LOCAL_MU = -0.92;
  private static final double LOCAL_SIGMA = 1.1;
  private static final double JITTER = 0.08;
  private static final double LOSS = 0.005;
  private static final double RETRANSMISSION_MILLIS = 250;

  /** Where a node is. */
  record Place(float x, float y, float accessMillis) {}

  private LatencyModel() {}

  static Place draw(SimulationOptions.Latency latency, SimRandom random) {
    return latency == SimulationOptions.Latency.L1 ? drawLocal(random) : draw(random);
  }

  /** Model L1: access delays alone; a round trip has a median of 2 ms, and 99 % stay below 8 ms. */
  private static Place drawLocal(SimRandom random) {
    double access = StrictMath.exp(LOCAL_MU + LOCAL_SIGMA * random.nextGaussian());
    return new Place(0, 0, (float) access);
  }

  static Place draw(SimRandom random) {
    double u = random.nextDouble();
    int cluster = 0;
    while (u >= WEIGHTS[cluster]) {
      cluster++;
    }
    double x = SCALE * (CENTRES[cluster][0] + SPREAD_MILLIS * random.nextGaussian());
    double y = SCALE * (CENTRES[cluster][1] + SPREAD_MILLIS * random.nextGaussian());
    double access = StrictMath.exp(ACCESS_MU + ACCESS_SIGMA * random.nextGaussian());
    return new Place((float) x, (float) y, (float) access);
  }

  /** The undisturbed round trip. */
  static double millis(Place a, Place b) {
    double dx = a.x - b.x;
    double dy = a.y - b.y;
    return Math.sqrt(dx * dx + dy * dy) + a.accessMillis + b.accessMillis + 1;
  }

  /** One round trip with jitter and, now and then, a lost segment, which TCP sends again. */
  static double sample(double millis, SimRandom random) {
    double jittered = millis * StrictMath.exp(JITTER * random.nextGaussian());
    return random.nextDouble() < LOSS ? jittered + RETRANSMISSION_MILLIS + millis : jittered;
  }
}
