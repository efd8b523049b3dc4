package dev.parley.dht;

import dev.parley.dht.wire.Contact;
import dev.parley.dht.wire.DhtKey;
import java.util.ArrayList;
import java.util.List;

/**
 * Collects the contacts nearest to a target, with the limits on networks that every answer keeps.
 */
final class Nearest {
  static final int MAX_PER_GROUP = 2;
  static final int MAX_PER_WIDE_GROUP = 4;

  private final DhtKey target;
  private final int n;
  private final boolean countsNetworks;
  private final List<Contact> sorted;

  Nearest(DhtKey target, int n, boolean countsNetworks) {
    this.target = target;
    this.n = n;
    this.countsNetworks = countsNetworks;
    this.sorted = new ArrayList<>(n + 1);
  }

  boolean isFull() {
    return sorted.size() >= n;
  }

  void addAll(List<TableEntry> entries, long now) {
    for (int i = 0; i < entries.size(); i++) {
      TableEntry entry = entries.get(i);
      if (entry.isFresh(now)) {
        add(entry.contact());
      }
    }
  }

  void add(Contact contact) {
    int at = sorted.size();
    if (at >= n && target.compareDistance(contact.id(), sorted.get(at - 1).id()) >= 0) {
      return;
    }
    while (at > 0 && target.compareDistance(contact.id(), sorted.get(at - 1).id()) < 0) {
      at--;
    }
    if (!countsNetworks) {
      sorted.add(at, contact);
    } else if (!insertWithinLimits(at, contact)) {
      return;
    }
    if (sorted.size() > n) {
      sorted.remove(n);
    }
  }

  /** The nearer ones of a network stay: a contact is refused, or a farther one of it leaves. */
  private boolean insertWithinLimits(int at, Contact contact) {
    long group = contact.address().group();
    long wide = contact.address().wideGroup();
    int same = 0;
    int sameWide = 0;
    int lastSame = -1;
    int lastWide = -1;
    for (int i = 0; i < sorted.size(); i++) {
      Contact other = sorted.get(i);
      if (other.address().wideGroup() == wide) {
        sameWide++;
        lastWide = i;
        if (other.address().group() == group) {
          same++;
          lastSame = i;
        }
      }
    }
    int leaving = same >= MAX_PER_GROUP ? lastSame : sameWide >= MAX_PER_WIDE_GROUP ? lastWide : -1;
    if (leaving >= 0 && leaving < at) {
      return false;
    }
    if (leaving >= 0) {
      sorted.remove(leaving);
    }
    sorted.add(at, contact);
    return true;
  }

  List<Contact> contacts() {
    return sorted;
  }
}
