package dev.parley.dht.table;

import dev.parley.dht.wire.Contact;
import dev.parley.dht.wire.DhtKey;
import java.util.ArrayList;
import java.util.List;

/**
 * Collects the contacts nearest to a target, with the limits on networks that every answer keeps.
 * What decides lies in arrays beside the list, since each object looked at costs a wait for memory.
 */
final class Nearest {
  private final DhtKey target;
  private final int n;
  private final boolean countsNetworks;
  private final List<Contact> sorted;
  private final long[] distances; // their leading 64 bits
  private final long[] groups;
  private final long[] wideGroups;

  Nearest(DhtKey target, int n, boolean countsNetworks) {
    this.target = target;
    this.n = n;
    this.countsNetworks = countsNetworks;
    this.sorted = new ArrayList<>(n + 1);
    this.distances = new long[n + 1];
    this.groups = new long[countsNetworks ? n + 1 : 0];
    this.wideGroups = new long[groups.length];
  }

  boolean isFull() {
    return sorted.size() >= n;
  }

  void addAll(Bucket bucket, long now) {
    List<TableEntry> entries = bucket.entries();
    for (int i = 0; i < entries.size(); i++) {
      long distance = target.head() ^ bucket.head(i);
      if (!isFull() || Long.compareUnsigned(distance, distances[n - 1]) <= 0) {
        TableEntry entry = entries.get(i);
        if (entry.isFresh(now)) {
          add(entry.contact(), distance, entry.group(), entry.wideGroup());
        }
      }
    }
  }

  void add(Contact contact) {
    long distance = target.head() ^ contact.id().head();
    add(contact, distance, contact.group(), contact.wideGroup());
  }

  private void add(Contact contact, long distance, long group, long wideGroup) {
    int at = sorted.size();
    while (at > 0 && isNearer(contact, distance, at - 1)) {
      at--;
    }
    if (at >= n || (countsNetworks && !makesRoom(at, group, wideGroup))) {
      return;
    }
    insert(at, contact, distance, group, wideGroup);
    if (sorted.size() > n) {
      sorted.remove(n);
    }
  }

  private boolean isNearer(Contact contact, long distance, int than) {
    int order = Long.compareUnsigned(distance, distances[than]);
    return order == 0 ? target.compareDistance(contact.id(), sorted.get(than).id()) < 0 : order < 0;
  }

  /** The nearer ones of a network stay: a contact is refused, or a farther one of it leaves. */
  private boolean makesRoom(int at, long group, long wideGroup) {
    int same = 0;
    int sameWide = 0;
    int lastSame = -1;
    int lastWide = -1;
    for (int i = 0; i < sorted.size(); i++) {
      if (wideGroups[i] == wideGroup) {
        sameWide++;
        lastWide = i;
        if (groups[i] == group) {
          same++;
          lastSame = i;
        }
      }
    }
    int leaving =
        NetworkCount.isFull(same) ? lastSame : NetworkCount.isWideFull(sameWide) ? lastWide : -1;
    if (leaving >= 0 && leaving < at) {
      return false;
    }
    if (leaving >= 0) {
      remove(leaving);
    }
    return true;
  }

  private void insert(int at, Contact contact, long distance, long group, long wideGroup) {
    int behind = sorted.size() - at;
    sorted.add(at, contact);
    System.arraycopy(distances, at, distances, at + 1, behind);
    distances[at] = distance;
    if (countsNetworks) {
      System.arraycopy(groups, at, groups, at + 1, behind);
      System.arraycopy(wideGroups, at, wideGroups, at + 1, behind);
      groups[at] = group;
      wideGroups[at] = wideGroup;
    }
  }

  private void remove(int at) {
    sorted.remove(at);
    int behind = sorted.size() - at;
    System.arraycopy(distances, at + 1, distances, at, behind);
    System.arraycopy(groups, at + 1, groups, at, behind);
    System.arraycopy(wideGroups, at + 1, wideGroups, at, behind);
  }

  List<Contact> contacts() {
    return sorted;
  }
}
