package dev.parley.dht.table;

import dev.parley.dht.port.AddressRules;
import dev.parley.dht.wire.Contact;
import dev.parley.dht.wire.DhtKey;
import dev.parley.dht.wire.DhtRequest;
import dev.parley.dht.wire.IpEndpoint;
import java.util.ArrayList;
import java.util.List;

/**
 * What is taken of the contacts in an answer: at most 20, none of them the asker or the answerer,
 * only addresses that may be dialled, and at most 2 of a /24 and 4 of a /16. A Sybil attacker has
 * many keys but few networks; limits in tables alone do not help lookups (go-libp2p-kad-dht #1070).
 */
public final class AnswerFilter {
  private final AddressRules policy;

  public AnswerFilter(AddressRules policy) {
    this.policy = policy;
  }

  public List<Contact> accept(List<Contact> contacts, Contact from, DhtKey self) {
    List<Contact> accepted = new ArrayList<>(Math.min(contacts.size(), DhtRequest.MAX_CONTACTS));
    boolean counts = policy.countsNetworks();
    NetworkCount networks = new NetworkCount(counts ? contacts.size() : 0);
    for (Contact contact : contacts) {
      if (accepted.size() < DhtRequest.MAX_CONTACTS
          && !contact.id().equals(self)
          && !contact.key().equals(from.key())
          && isDialable(contact)
          && (!counts || networks.tryAdd(contact.group()))) {
        accepted.add(contact);
      }
    }
    return accepted;
  }

  /** Whether all its addresses may be dialled; one that may not makes the contact suspect. */
  public boolean isDialable(Contact contact) {
    for (IpEndpoint address : contact.addresses()) {
      if (!policy.allows(address)) {
        return false;
      }
    }
    return true;
  }
}
