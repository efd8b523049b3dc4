package dev.parley.file;

import dev.parley.AddressBook;
import dev.parley.Identity;
import dev.parley.messenger.Messenger;
import dev.parley.testkit.InMemoryNetwork;
import dev.parley.testkit.InMemoryTransport;
import dev.parley.testkit.VirtualTime;
import java.time.Duration;

/** Agents that know each other on a network in memory, in virtual time. */
final class FileAgents {
  final InMemoryNetwork network;
  final HostAgents hosts = new HostAgents();
  private final VirtualTime time;
  private final AddressBook addresses = AddressBook.create();

  FileAgents(VirtualTime time, Duration hop) {
    this.time = time;
    network = InMemoryNetwork.on(time.scheduler(), time).latency(hop).create();
  }

  /** One more agent. */
  Messenger messenger() {
    InMemoryTransport transport = network.transport(Identity.generate().id());
    addresses.add(transport.peerAddress());
    Messenger messenger =
        Messenger.builder(transport.self(), transport)
            .with(hosts)
            .resolver(addresses)
            .nanoClock(time)
            .timer(time.scheduler())
            .build();
    messenger.start().block();
    return messenger;
  }
}
