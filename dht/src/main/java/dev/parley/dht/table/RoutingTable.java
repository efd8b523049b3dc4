package dev.parley.dht.table;

import dev.parley.dht.wire.Contact;
import dev.parley.dht.wire.DhtKey;
import dev.parley.dht.wire.NodeKey;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The contacts that a node knows, in buckets by how many leading bits they share with it.
 *
 * <p>Only contacts that we dialled ourselves and that answered are in a bucket; a stranger that
 * dials us, or that others tell of, first waits among the bucket's {@linkplain #offer candidates}.
 * A live contact never gives way to a new one because it is new. A full bucket has two parts: the
 * contacts known longest stay, and the rest may be replaced by ones that answer faster or that
 * cover a part of the bucket's range that nobody else covers. All by speed would hand the table to
 * an attacker with many points of presence; all by age would waste the choice that a bucket offers.
 *
 * <p>Where networks are counted, a /24 (or /48) has at most 2 contacts in a bucket and 8 in the
 * table, a /16 (or /32) at most 4 in a bucket.
 *
 * <p>While most requests fail, the fault is likely our own uplink's, and failures do not count
 * (nim-eth #262: a table emptied by a lost uplink). Confined to one thread.
 */
public final class RoutingTable {
  static final int MAX_PER_GROUP_AND_BUCKET = 2;
  static final int MAX_PER_WIDE_GROUP_AND_BUCKET = 4;
  static final int MAX_PER_GROUP = 8;
  static final int FAILURES_TO_DROP = 3;
  private static final int RECENT = 20;
  private static final int RECENT_FAILED_TO_FREEZE = 12;

  private final DhtKey self;
  private final int bucketSize;
  private final boolean countsNetworks;
  private final List<Bucket> buckets = new ArrayList<>();
  private int size;
  private List<NodeKey> released = List.of();
  private int recent; // one bit for each of the last 20 requests, set when it failed

  public RoutingTable(DhtKey self, int bucketSize, boolean countsNetworks) {
    this.self = self;
    this.bucketSize = bucketSize;
    this.countsNetworks = countsNetworks;
  }

  public int size() {
    return size;
  }

  /** Contacts that have left while their links were kept open, since this was last called. */
  public List<NodeKey> takeReleased() {
    List<NodeKey> taken = released;
    released = List.of();
    return taken;
  }

  public int bucketCount() {
    return buckets.size();
  }

  private @Nullable Bucket bucket(DhtKey id) {
    int prefix = self.commonPrefix(id);
    return prefix < buckets.size() ? buckets.get(prefix) : null;
  }

  private Bucket createBucket(DhtKey id) {
    int prefix = self.commonPrefix(id);
    while (buckets.size() <= prefix) {
      buckets.add(new Bucket(buckets.size(), bucketSize));
    }
    return buckets.get(prefix);
  }

  public @Nullable TableEntry get(NodeKey key) {
    Bucket bucket = bucket(key.id());
    return bucket == null ? null : bucket.get(key);
  }

  /**
   * Whether a contact could enter if it were verified: there is room for it, or it may be faster.
   */
  public boolean wants(Contact contact) {
    if (contact.id().equals(self) || get(contact.key()) != null) {
      return false;
    }
    Bucket bucket = bucket(contact.id());
    return bucket == null || (!bucket.isFull() && allowsGroup(bucket, contact, null));
  }

  /** Remembers a contact that nobody verified, to be tried when its bucket has room. */
  public void offer(Contact contact) {
    if (!contact.id().equals(self) && get(contact.key()) == null) {
      createBucket(contact.id()).addCandidate(contact);
    }
  }

  /** What became of a verified contact. */
  public enum Admission {
    /** It is in the table now. */
    ADDED,
    /** It was already. */
    KNOWN,
    /** There is no room for it. */
    REFUSED
  }

  /**
   * Listings that a contact which we dialled answered after {@code millis}.
   *
   * @param warm whether it was over a link that was open: that proves nothing of the addresses,
   *     which may be what a liar told or the source port of a peer that dialled us
   */
  public Admission verified(Contact contact, double millis, boolean warm, long now) {
    recent = recent << 1;
    if (contact.id().equals(self)) {
      return Admission.REFUSED;
    }
    Bucket bucket = createBucket(contact.id());
    TableEntry known = bucket.get(contact.key());
    if (known != null) {
      Contact as = warm ? known.contact() : contact;
      known.answered(as, millis, warm, now);
      return Admission.KNOWN;
    }
    bucket.removeCandidate(contact.key());
    TableEntry entry = new TableEntry(contact, now);
    entry.answered(contact, millis, warm, now);
    TableEntry victim = bucket.isFull() ? bucket.replaceableBy(entry, self) : null;
    if ((bucket.isFull() && victim == null) || !allowsGroup(bucket, contact, victim)) {
      return Admission.REFUSED;
    }
    if (victim != null) {
      remove(bucket, victim);
    }
    bucket.add(entry);
    size++;
    return Admission.ADDED;
  }

  private boolean allowsGroup(Bucket bucket, Contact contact, @Nullable TableEntry leaving) {
    if (!countsNetworks) {
      return true;
    }
    long group = contact.group();
    long wide = contact.wideGroup();
    int same = 0;
    int sameWide = 0;
    for (TableEntry entry : bucket.entries()) {
      if (entry != leaving) {
        same += entry.group() == group ? 1 : 0;
        sameWide += entry.wideGroup() == wide ? 1 : 0;
      }
    }
    return same < MAX_PER_GROUP_AND_BUCKET
        && sameWide < MAX_PER_WIDE_GROUP_AND_BUCKET
        && countGroup(group) < MAX_PER_GROUP;
  }

  private int countGroup(long group) {
    int count = 0;
    for (Bucket bucket : buckets) {
      for (TableEntry entry : bucket.entries()) {
        count += entry.group() == group ? 1 : 0;
      }
    }
    return count;
  }

  /**
   * Listings that a contact did not answer.
   *
   * @param hard whether every address of it refused the connection or belongs to somebody else
   * @return whether it left the table
   */
  public boolean failed(NodeKey key, boolean hard, long now) {
    recent = recent << 1 | 1;
    Bucket bucket = bucket(key.id());
    TableEntry entry = bucket == null ? null : bucket.get(key);
    if (bucket == null || entry == null || isUplinkDown()) {
      return false;
    }
    if (entry.failed(now) >= FAILURES_TO_DROP || hard) {
      remove(bucket, entry);
      return true;
    }
    return false;
  }

  /** Whether most of the last requests failed, whomever they were for. */
  public boolean isUplinkDown() {
    return Integer.bitCount(recent & ((1 << RECENT) - 1)) > RECENT_FAILED_TO_FREEZE;
  }

  /** Takes a contact out, such as one that turned out to be a client. */
  public void remove(NodeKey key) {
    Bucket bucket = bucket(key.id());
    TableEntry entry = bucket == null ? null : bucket.get(key);
    if (bucket != null && entry != null) {
      remove(bucket, entry);
    }
  }

  private void remove(Bucket bucket, TableEntry entry) {
    bucket.remove(entry);
    size--;
    if (entry.isKept()) {
      released = released.isEmpty() ? new ArrayList<>(2) : released;
      released.add(entry.contact().key());
    }
  }

  /**
   * The {@code n} live contacts nearest to {@code target}, nearest first.
   *
   * <p>Buckets are visited in order of distance, so only a few are looked at. Where networks are
   * counted, an answer holds at most 2 contacts of a /24 and 4 of a /16, the nearest of each.
   */
  public List<Contact> closest(DhtKey target, int n, long now) {
    Nearest nearest = new Nearest(target, n, countsNetworks);
    int at = self.commonPrefix(target);
    int deepest = buckets.size() - 1;
    if (at <= deepest) {
      nearest.addAll(buckets.get(at), now);
    }
    if (!nearest.isFull()) {
      for (int i = at + 1; i <= deepest; i++) {
        nearest.addAll(buckets.get(i), now);
      }
    }
    for (int i = Math.min(at - 1, deepest); i >= 0 && !nearest.isFull(); i--) {
      nearest.addAll(buckets.get(i), now);
    }
    return nearest.contacts();
  }

  /**
   * Whether fewer than {@code n} live contacts are nearer to {@code key} than this node itself.
   * Those of the key's own bucket all are, those of farther buckets are not.
   */
  public boolean isAmongNearest(DhtKey key, int n, long now) {
    int nearer = 0;
    for (int i = self.commonPrefix(key); i < buckets.size() && nearer < n; i++) {
      List<TableEntry> entries = buckets.get(i).entries();
      for (int j = 0; j < entries.size(); j++) {
        TableEntry entry = entries.get(j);
        boolean counts = entry.isFresh(now) && key.compareDistance(entry.contact().id(), self) < 0;
        nearer += counts ? 1 : 0;
      }
    }
    return nearer < n;
  }

  /** All entries, from the farthest bucket to the nearest. */
  public List<TableEntry> entries() {
    List<TableEntry> all = new ArrayList<>(size);
    for (Bucket bucket : buckets) {
      all.addAll(bucket.entries());
    }
    return all;
  }

  /**
   * The farthest bucket of the own neighbourhood: fewer contacts are nearer than its own than fit a
   * bucket. All of the nodes that hold a listing with us are in this one or nearer.
   */
  public int neighbourhood() {
    int nearer = 0;
    int at = buckets.size();
    while (at > 0 && nearer < bucketSize) {
      at--;
      nearer += buckets.get(at).entries().size();
    }
    return at;
  }

  public Bucket bucketAt(int prefix) {
    return buckets.get(prefix);
  }

  /** A candidate of a bucket that has room, taken out to be verified; null when there is none. */
  public @Nullable Contact takeCandidate() {
    for (int i = buckets.size() - 1; i >= 0; i--) {
      Bucket bucket = buckets.get(i);
      if (!bucket.isFull()) {
        Contact candidate = bucket.takeCandidate();
        if (candidate != null) {
          return candidate;
        }
      }
    }
    return null;
  }
}
