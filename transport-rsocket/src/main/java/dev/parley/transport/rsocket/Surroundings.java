package dev.parley.transport.rsocket;

import dev.parley.transport.crypto.RandomSource;
import dev.parley.transport.rsocket.socket.Sockets;
import dev.parley.transport.rsocket.socket.Wires;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * What a carrier takes from its process: connections, secret randomness and threads. A simulation
 * gives it others, for runs that can be repeated.
 */
interface Surroundings {
  /**
   * Where its connections come from.
   *
   * @param shared event loops that it is to use and leave alone; its own where null
   */
  Wires wires(TransportOptions options, @Nullable SharedLoops shared);

  /** Where its keys come from. */
  RandomSource random();

  /** New threads for key agreements, which the carrier disposes of. */
  Scheduler crypto(String name, int threads, int queue);

  /** For what may block. */
  Scheduler blocking();

  /** Those of the process that it runs in. */
  static Surroundings ofProcess() {
    return new Surroundings() {
      @Override
      public Wires wires(TransportOptions options, @Nullable SharedLoops shared) {
        return new Sockets(options, shared == null ? null : shared.loops());
      }

      @Override
      public RandomSource random() {
        return RandomSource.secure();
      }

      @Override
      public Scheduler crypto(String name, int threads, int queue) {
        return Schedulers.newBoundedElastic(threads, queue, name, 60, true);
      }

      @Override
      public Scheduler blocking() {
        return Schedulers.boundedElastic();
      }
    };
  }
}
