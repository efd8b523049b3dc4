package dev.parley.transport.rsocket;

import dev.parley.Identity;
import dev.parley.Network;
import dev.parley.simulator.whole.SimInternet;
import dev.parley.simulator.whole.SimProcess;
import dev.parley.transport.crypto.RandomSource;
import dev.parley.transport.rsocket.socket.VirtualWires;
import dev.parley.transport.rsocket.socket.Wires;
import java.net.InetAddress;
import java.time.Instant;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;

/** What a carrier takes from a simulated process. */
public record VirtualSurroundings(SimInternet net, SimProcess process, InetAddress ip)
    implements Surroundings {

  /** The real carrier, on connections that are not. */
  public RSocketCarrier.Builder carrier(Identity identity, Network network) {
    return RSocketCarrier.builder(identity, network)
        .clock(() -> Instant.ofEpochMilli(process.wallMillis()))
        .nanoClock(process.time())
        .surroundings(this);
  }

  @Override
  public Wires wires(TransportOptions options, @Nullable SharedLoops shared) {
    return new VirtualWires(net, process, ip, options);
  }

  @Override
  public RandomSource random() {
    SplittableRandom random = process.newRandom();
    return random::nextBytes;
  }

  @Override
  public Scheduler crypto(String name, int threads, int queue) {
    return process.newScheduler();
  }

  @Override
  public Scheduler blocking() {
    return process.shared();
  }
}
