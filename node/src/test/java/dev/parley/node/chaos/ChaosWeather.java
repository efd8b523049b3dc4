package dev.parley.node.chaos;

import dev.parley.testkit.fault.Fault;
import dev.parley.testkit.fault.FaultProxy;
import java.time.Duration;
import java.util.SplittableRandom;

/** What happens to a path: a fault that lasts for a while, or a blow. */
enum ChaosWeather {
  RESET(FaultProxy::resetAll),
  CUT(FaultProxy::cutAll),
  REFUSED(FaultProxy::refuse),
  SLOW(path -> path.bothWays(Fault.latency(Duration.ofMillis(10), Duration.ofMillis(30), 1))),
  NARROW(path -> path.bothWays(Fault.bandwidth(200_000))),
  SLICED(path -> path.bothWays(Fault.slice(97))),
  CORRUPT(path -> path.toServer(Fault.corrupt(1e-5, 1))),
  CORRUPT_ANSWERS(path -> path.toClient(Fault.corrupt(1e-5, 1))),
  STALLED(path -> path.toServer(Fault.stallAfter(10_000))),
  ANSWERS_STALLED(path -> path.toClient(Fault.stallAfter(10_000))),
  SWALLOWED(path -> path.toServer(Fault.blackhole())),
  ANSWERS_SWALLOWED(path -> path.toClient(Fault.blackhole())),
  HALF_CLOSED(path -> path.toServer(Fault.truncateAfter(50_000))),
  ANSWERS_HALF_CLOSED(path -> path.toClient(Fault.truncateAfter(50_000))),
  RESET_WITHIN(path -> path.bothWays(Fault.resetAfter(30_000)));

  private interface Blow {
    void strike(FaultProxy path);
  }

  private final Blow blow;

  ChaosWeather(Blow blow) {
    this.blow = blow;
  }

  static ChaosWeather any(SplittableRandom random) {
    return values()[random.nextInt(values().length)];
  }

  void strike(FaultProxy path) {
    blow.strike(path);
  }
}
