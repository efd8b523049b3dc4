package dev.parley.node;

import dev.parley.Identity;
import dev.parley.Network;
import dev.parley.simulator.whole.SimProcess;
import dev.parley.transport.rsocket.RSocketCarrier;
import dev.parley.transport.rsocket.VirtualSurroundings;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import reactor.core.scheduler.Scheduler;

/** What a node takes from a simulated process. */
public record VirtualNodes(SimProcess process, VirtualSurroundings carriers)
    implements Surroundings {

  /** Starts to configure a node of the process. */
  public AgentNodeBuilder builder() {
    return AgentNode.builder().surroundings(this);
  }

  @Override
  public RSocketCarrier.Builder carrier(Identity identity, Network network) {
    return carriers.carrier(identity, network);
  }

  @Override
  public Scheduler newTimer() {
    return process.newScheduler();
  }

  @Override
  public Scheduler blocking() {
    return process.shared();
  }

  @Override
  public Executor endings() {
    return process.shared()::schedule;
  }

  @Override
  public LongSupplier nanoClock() {
    return process.time();
  }

  @Override
  public RandomGenerator newRandom() {
    return process.newRandom();
  }
}
