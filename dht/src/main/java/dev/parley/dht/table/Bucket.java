package dev.parley.dht.table;

import dev.parley.dht.wire.Contact;
import dev.parley.dht.wire.DhtKey;
import dev.parley.dht.wire.NodeKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The contacts that share one prefix length with the node. Confined to one thread. */
public final class Bucket {
  /** How many unverified contacts wait at most. */
  static final int MAX_CANDIDATES = 8;

  private final int prefix;
  private final int capacity;
  private final List<TableEntry> entries = new ArrayList<>(4); // in order of admission
  private long[] heads; // of the entries' ids, side by side: most entries need no look
  private @Nullable List<Contact> candidates;
  private long touchedNanos;

  Bucket(int prefix, int capacity) {
    this.prefix = prefix;
    this.capacity = capacity;
    this.heads = new long[Math.min(4, capacity)];
  }

  public List<TableEntry> entries() {
    return entries;
  }

  /** The {@linkplain DhtKey#head head} of an entry's id. */
  long head(int i) {
    return heads[i];
  }

  public boolean isFull() {
    return entries.size() >= capacity;
  }

  /** How many of its contacts have an open link. */
  public int warm() {
    int warm = 0;
    for (int i = 0; i < entries.size(); i++) {
      warm += entries.get(i).isWarm() ? 1 : 0;
    }
    return warm;
  }

  /** When a lookup last passed through. */
  public long touchedNanos() {
    return touchedNanos;
  }

  public void touch(long now) {
    touchedNanos = now;
  }

  @Nullable TableEntry get(NodeKey key) {
    long head = key.id().head();
    for (int i = 0; i < entries.size(); i++) {
      if (heads[i] == head && entries.get(i).contact().key().equals(key)) {
        return entries.get(i);
      }
    }
    return null;
  }

  void add(TableEntry entry) {
    if (entries.size() == heads.length) {
      heads = Arrays.copyOf(heads, Math.min(capacity, 2 * heads.length));
    }
    heads[entries.size()] = entry.contact().id().head();
    entries.add(entry);
  }

  void remove(TableEntry entry) {
    int at = entries.indexOf(entry);
    System.arraycopy(heads, at + 1, heads, at, entries.size() - at - 1);
    entries.remove(at);
  }

  /**
   * The entry that gives way to a newcomer in a full bucket: one that fails, or among the younger
   * part the one whose four-bit range is covered best, if nobody covers the newcomer's, or the
   * slowest, if the newcomer is clearly faster. Null for none.
   */
  @Nullable TableEntry replaceableBy(TableEntry newcomer, DhtKey self) {
    for (TableEntry entry : entries) {
      if (entry.isQuestionable()) {
        return entry;
      }
    }
    int stable = capacity * 12 / 20;
    int[] covered = new int[16];
    for (TableEntry entry : entries) {
      covered[range(entry)]++;
    }
    boolean fillsGap = covered[range(newcomer)] == 0;
    TableEntry victim = null;
    for (TableEntry entry : entries.subList(stable, entries.size())) {
      if (fillsGap && covered[range(entry)] < 2) {
        continue;
      }
      if (victim == null || entry.rtt().smoothedMillis() > victim.rtt().smoothedMillis()) {
        victim = entry;
      }
    }
    if (victim == null || fillsGap) {
      return victim;
    }
    boolean faster = newcomer.rtt().smoothedMillis() < 0.8f * victim.rtt().smoothedMillis();
    return faster && (covered[range(victim)] > 1 || range(victim) == range(newcomer))
        ? victim
        : null;
  }

  private int range(TableEntry entry) {
    return entry.contact().id().nibbleAt(Math.min(prefix + 1, DhtKey.BITS - 4));
  }

  void addCandidate(Contact contact) {
    List<Contact> waiting = candidates;
    if (waiting == null) {
      waiting = new ArrayList<>(2);
      candidates = waiting;
    }
    removeCandidate(contact.key());
    if (waiting.size() >= MAX_CANDIDATES) {
      waiting.remove(0);
    }
    waiting.add(contact);
  }

  void removeCandidate(NodeKey key) {
    if (candidates != null) {
      candidates.removeIf(c -> c.key().equals(key));
    }
  }

  /** The candidate heard of last, which is the likeliest to be there. */
  @Nullable Contact takeCandidate() {
    List<Contact> waiting = candidates;
    return waiting == null || waiting.isEmpty() ? null : waiting.remove(waiting.size() - 1);
  }

  int candidateCount() {
    return candidates == null ? 0 : candidates.size();
  }
}
