package dev.parley.dht.store;

import dev.parley.dht.DhtOptions;
import dev.parley.dht.wire.AgentListing;
import dev.parley.dht.wire.DhtKey;
import dev.parley.dht.wire.NodeKey;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Listings that this node looked up or passed on, and keys that nobody had. Never counted as held:
 * what it gives to others is at most a minute old. The least recently used leave first. Confined to
 * the node's worker.
 */
public final class ListingCache {
  /** How long a copy may be given to others. */
  static final long SHARED_NANOS = 60_000_000_000L;

  /** How far apart the holders of a listing are repaired. */
  private static final long REPAIR_NANOS = 60_000_000_000L;

  /** A copy and when it was made. */
  public static final class Cached {
    private final AgentListing listing;
    private final long atNanos;
    private long repairedNanos;
    private boolean repaired;

    Cached(AgentListing listing, long atNanos) {
      this.listing = listing;
      this.atNanos = atNanos;
    }

    public AgentListing listing() {
      return listing;
    }

    public long atNanos() {
      return atNanos;
    }
  }

  private final int capacity;
  private final Map<NodeKey, Cached> own = new LinkedHashMap<>(1, 0.75f, true);
  private final Map<DhtKey, Cached> shared = new LinkedHashMap<>(1, 0.75f, true);
  private final AskedLately asked = new AskedLately();
  private final Map<NodeKey, Boolean> missing = new LinkedHashMap<>(1, 0.75f, true);

  public ListingCache(DhtOptions options) {
    capacity = options.storage().cacheSize();
  }

  public AskedLately asked() {
    return asked;
  }

  public @Nullable Cached own(NodeKey agent, long wallMillis) {
    Cached cached = own.get(agent);
    return cached != null && cached.listing.expiresAtMillis() > wallMillis ? cached : null;
  }

  /** The newer of a listing and what is known already. */
  public AgentListing newest(AgentListing listing) {
    Cached known = own.get(listing.key());
    return known != null && known.listing.compareVersion(listing) > 0 ? known.listing : listing;
  }

  /** Takes a listing; true where it replaces an older one. */
  public boolean found(AgentListing listing, long now) {
    Cached known = own.get(listing.key());
    int order = known == null ? 1 : listing.compareVersion(known.listing);
    if (order >= 0) {
      Cached next = new Cached(listing, now);
      if (known != null) {
        next.repaired = known.repaired;
        next.repairedNanos = known.repairedNanos;
      }
      put(own, listing.key(), next);
    }
    missing.remove(listing.key());
    return known != null && order > 0;
  }

  /** Takes a newer listing of an agent that is known already; true where there was an older one. */
  public boolean refresh(AgentListing listing, long now) {
    boolean isNews = own.containsKey(listing.key()) && found(listing, now);
    if (isNews) {
      asked.overtaken(listing.key()); // a farewell may be that of one process of two
    }
    return isNews;
  }

  /** Whether a listing's holders may be repaired: once a minute, and not what is not kept. */
  public boolean tryRepair(NodeKey agent, long now) {
    Cached known = own.get(agent);
    if (known == null || (known.repaired && now - known.repairedNanos < REPAIR_NANOS)) {
      return false;
    }
    known.repaired = true;
    known.repairedNanos = now;
    return true;
  }

  public void forget(NodeKey agent) {
    asked.overtaken(agent);
    own.remove(agent);
    missing.remove(agent);
  }

  /** Keeps a copy for others; no farewell, which may be taken back at any moment. */
  public void share(DhtKey place, AgentListing listing, long now) {
    if (listing.isTombstone()) {
      shared.remove(place);
    } else {
      put(shared, place, new Cached(listing, now));
    }
  }

  public @Nullable Cached shared(DhtKey place, long now, long wallMillis) {
    Cached cached = shared.get(place);
    return cached != null
            && now - cached.atNanos < SHARED_NANOS
            && cached.listing.expiresAtMillis() > wallMillis
        ? cached
        : null;
  }

  /** Notes that nobody had a listing when the network was asked last. */
  public void missed(NodeKey agent) {
    put(missing, agent, true);
  }

  public boolean isMissing(NodeKey agent) {
    return missing.containsKey(agent);
  }

  public void purge(long now) {
    asked.purge(now);
    shared.values().removeIf(c -> now - c.atNanos >= SHARED_NANOS);
  }

  private <K, V> void put(Map<K, V> map, K key, V value) {
    map.put(key, value);
    if (map.size() > capacity) {
      map.remove(map.keySet().iterator().next());
    }
  }
}
