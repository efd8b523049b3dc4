package dev.parley.node;

import dev.parley.Identity;
import dev.parley.Network;
import dev.parley.transport.rsocket.RSocketCarrier;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * What a node takes from its process: connections, clocks, randomness and threads. A simulation
 * gives it others, for runs that can be repeated.
 */
interface Surroundings {
  /** A carrier of this agent's, of which the rest is still to be told. */
  RSocketCarrier.Builder carrier(Identity identity, Network network);

  /** A new thread that times, which the node disposes of. */
  Scheduler newTimer();

  /** For what may block. */
  Scheduler blocking();

  /** Where calls end whose deadline has passed. */
  Executor endings();

  /** A monotonic clock in nanoseconds. */
  LongSupplier nanoClock();

  /** Where jitter comes from. */
  RandomGenerator newRandom();

  /** Those of the process that it runs in. */
  static Surroundings ofProcess() {
    return new Surroundings() {
      @Override
      public RSocketCarrier.Builder carrier(Identity identity, Network network) {
        return RSocketCarrier.builder(identity, network);
      }

      @Override
      public Scheduler newTimer() {
        return Schedulers.newSingle("parley-timer", true);
      }

      @Override
      public Scheduler blocking() {
        return Schedulers.boundedElastic();
      }

      @Override
      public Executor endings() {
        return TimeoutThreads.shared();
      }

      @Override
      public LongSupplier nanoClock() {
        return System::nanoTime;
      }

      @Override
      public RandomGenerator newRandom() {
        return new SplittableRandom();
      }
    };
  }
}
