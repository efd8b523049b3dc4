package dev.parley.testkit;

import dev.parley.Address;
import dev.parley.Identity;
import dev.parley.carrier.Transport;
import java.util.function.LongSupplier;

/** The contract in virtual time. */
class InMemoryTransportContractTest extends TransportContract {
  private final VirtualTime time = VirtualTime.create();
  private final InMemoryNetwork network = InMemoryNetwork.create(time);

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

  @Override
  protected void settle() {
    time.runDue();
  }

  @Override
  protected LongSupplier nanoClock() {
    return time;
  }
}
