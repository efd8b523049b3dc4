package dev.parley.testkit;

import dev.parley.Address;
import dev.parley.Identity;
import dev.parley.carrier.Transport;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** The contract on threads, with latency: what virtual time serializes runs concurrently here. */
class InMemoryTransportRealTimeTest extends TransportContract {
  private static final Scheduler SCHEDULER = Schedulers.newParallel("memory", 4, true);
  private final InMemoryNetwork network =
      InMemoryNetwork.on(SCHEDULER, System::nanoTime).latency(Duration.ofNanos(50_000)).create();

  @AfterAll
  static void dispose() {
    SCHEDULER.dispose();
  }

  @Override
  protected Transport transport(Identity identity) {
    return network.transport(identity.id());
  }

  @Override
  protected int maxMessageBytes() {
    return InMemoryNetwork.Settings.DEFAULT_MAX_MESSAGE_BYTES;
  }

  @Override
  protected void loseLinks() {
    network.cut(aliceId(), bobId());
  }

  @Override
  protected Address refusingAddress() {
    return Address.tcp("nobody.memory", 7400);
  }
}
