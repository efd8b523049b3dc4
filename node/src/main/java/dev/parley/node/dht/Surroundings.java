package dev.parley.node.dht;

import dev.parley.dht.port.DhtClock;
import java.security.SecureRandom;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * What the DHT takes from its process: clocks, randomness and threads. A simulation gives it
 * others, for runs that can be repeated.
 */
interface Surroundings {
  /** The machine's clocks. */
  DhtClock clock();

  /** Where identifiers and jitter come from. */
  RandomGenerator newRandom();

  /** The one thread of a node's DHT, which the node disposes of. */
  Scheduler newWorker();

  /** For what may block. */
  Scheduler blocking();

  /** Those of the process that it runs in. */
  static Surroundings ofProcess() {
    return new Surroundings() {
      @Override
      public DhtClock clock() {
        return new SystemClock();
      }

      @Override
      public RandomGenerator newRandom() {
        return new SplittableRandom(new SecureRandom().nextLong());
      }

      @Override
      public Scheduler newWorker() {
        return Schedulers.newSingle("parley-dht", true);
      }

      @Override
      public Scheduler blocking() {
        return Schedulers.boundedElastic();
      }
    };
  }

  /** The machine's clocks. */
  final class SystemClock implements DhtClock {
    @Override
    public long nanos() {
      return System.nanoTime();
    }

    @Override
    public long wallMillis() {
      return System.currentTimeMillis();
    }
  }
}
