package dev.parley.dht.node;

import dev.parley.dht.wire.Contact;
import dev.parley.dht.wire.NodeKey;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Contacts that the table has given up, to be asked again now and then: after a long cut they may
 * be all that leads to the other part of the network. Bounded; the one that was lost first leaves
 * first. Confined to one thread.
 */
public final class LostContacts {
  public static final int MAX_KEPT = 32;

  private final Map<NodeKey, Contact> lost = new LinkedHashMap<>(1);

  public void add(Contact contact) {
    lost.remove(contact.key());
    lost.put(contact.key(), contact);
    if (lost.size() > MAX_KEPT) {
      lost.remove(lost.keySet().iterator().next());
    }
  }

  void remove(NodeKey key) {
    lost.remove(key);
  }

  /** The one that was asked longest ago; it is the last in turn now. Null where there is none. */
  public @Nullable Contact next() {
    if (lost.isEmpty()) {
      return null;
    }
    Contact contact = lost.values().iterator().next();
    lost.remove(contact.key());
    lost.put(contact.key(), contact);
    return contact;
  }

  public int size() {
    return lost.size();
  }
}
