package dev.parley.dht.lookup;

import dev.parley.Address;
import dev.parley.PeerAddress;
import dev.parley.dht.LookupReport;
import dev.parley.dht.wire.Contact;
import dev.parley.dht.wire.DhtKey;
import dev.parley.dht.wire.IpEndpoint;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A node that a lookup asked. It says who that is only when somebody reads it: to check that a key
 * is an agent's costs more than the rest of a report.
 */
record AskedNode(
    DhtKey target, Contact contact, int depth, String outcome, Duration at, Duration took)
    implements LookupReport.Asked {
  @Override
  public @Nullable PeerAddress peer() {
    return contact.peer();
  }

  @Override
  public List<Address> addresses() {
    return contact.addresses().stream().map(IpEndpoint::toAddress).toList();
  }

  @Override
  public int sharedBits() {
    return target.commonPrefix(contact.id());
  }
}
