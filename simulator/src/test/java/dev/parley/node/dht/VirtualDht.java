package dev.parley.node.dht;

import dev.parley.dht.port.DhtClock;
import dev.parley.simulator.whole.SimProcess;
import java.util.random.RandomGenerator;
import reactor.core.scheduler.Scheduler;

/** What the DHT takes from a simulated process. */
public record VirtualDht(SimProcess process) implements Surroundings {

  /** Starts to configure the DHT of the process's node. */
  public Dht.Builder builder() {
    return Dht.builder().surroundings(this);
  }

  @Override
  public DhtClock clock() {
    return new DhtClock() {
      @Override
      public long nanos() {
        return process.time().getAsLong();
      }

      @Override
      public long wallMillis() {
        return process.wallMillis();
      }
    };
  }

  @Override
  public RandomGenerator newRandom() {
    return process.newRandom();
  }

  @Override
  public Scheduler newWorker() {
    return process.newScheduler();
  }

  @Override
  public Scheduler blocking() {
    return process.shared();
  }
}
