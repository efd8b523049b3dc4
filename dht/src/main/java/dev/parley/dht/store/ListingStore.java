package dev.parley.dht.store;

import dev.parley.dht.DhtOptions;
import dev.parley.dht.port.AddressRules;
import dev.parley.dht.wire.AgentListing;
import dev.parley.dht.wire.DhtAnswer.PutResult;
import dev.parley.dht.wire.DhtKey;
import dev.parley.dht.wire.DhtRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The listings that a node holds for others, bounded in number and bytes.
 *
 * <p>Of two listings of one place the higher sequence wins; of two with one sequence the larger
 * bytes, so that all holders choose alike when an owner signs two. A tombstone is held like any
 * other until its lifetime ends, so that what it ended cannot come back. When the store is full the
 * farthest listing leaves, never the one that ends first: its owner chooses that. Each listing
 * counts for the network of whoever brought it first. Confined to one thread.
 */
public final class ListingStore {
  /** How far in the future a listing may be signed. */
  static final long MAX_SKEW_MILLIS = 2 * 3_600_000L;

  private static final int SHARES_FROM = 100;

  /** A listing that is held. */
  public static final class Held {
    private AgentListing listing;
    private final long group;
    private long refreshedNanos;

    Held(AgentListing listing, long group, long now) {
      this.listing = listing;
      this.group = group;
      this.refreshedNanos = now;
    }

    public AgentListing listing() {
      return listing;
    }

    /** When it was last brought by anybody. */
    public long refreshedNanos() {
      return refreshedNanos;
    }

    public void refresh(long now) {
      refreshedNanos = now;
    }
  }

  private final int maxListings;
  private final long maxBytes;
  private final int sharePercent;
  private final NavigableMap<DhtKey, Held> byDistance;
  private final Map<Long, Integer> perGroup = new HashMap<>();
  private long bytes;
  private long equivocations;
  private long evictions;

  /**
   * @param countsNetworks whether the share of one network is bounded, {@link
   *     AddressRules#countsNetworks}
   */
  public ListingStore(DhtKey self, DhtOptions options, boolean countsNetworks) {
    maxListings = options.storage().maxListings();
    maxBytes = options.storage().maxListingBytes();
    sharePercent = countsNetworks ? options.storage().networkSharePercent() : 100;
    byDistance = new TreeMap<>(self::compareDistance);
  }

  public int size() {
    return byDistance.size();
  }

  public long bytes() {
    return bytes;
  }

  public long equivocations() {
    return equivocations;
  }

  public long evictions() {
    return evictions;
  }

  /** The listing at a place, unless there is none or it has ended. */
  public @Nullable AgentListing get(DhtKey place, long wallMillis) {
    Held held = byDistance.get(place);
    return held == null || held.listing.expiresAtMillis() <= wallMillis ? null : held.listing;
  }

  public @Nullable Held held(DhtKey place) {
    return byDistance.get(place);
  }

  /** The listing that an offer means; null when none is held. */
  public @Nullable Held offered(DhtRequest.Offer offer, DhtKey self, long wallMillis) {
    Map.Entry<DhtKey, Held> entry = byDistance.ceilingEntry(offer.nearestTo(self));
    return entry != null && offer.matches(entry.getKey()) && get(entry.getKey(), wallMillis) != null
        ? entry.getValue()
        : null;
  }

  public Iterable<Map.Entry<DhtKey, Held>> all() {
    return byDistance.entrySet();
  }

  /** Whether a listing may be held at this time at all. */
  public static boolean isTimely(AgentListing listing, long wallMillis) {
    return listing.expiresAtMillis() > wallMillis
        && listing.sequence() / 1000 <= wallMillis + MAX_SKEW_MILLIS;
  }

  /** What {@link #put} would say to a listing, apart from its bounds; changes nothing. */
  public PutResult compare(DhtKey place, AgentListing listing, long wallMillis) {
    AgentListing known = get(place, wallMillis);
    int order = known == null ? 1 : listing.compareVersion(known);
    return order > 0 ? PutResult.STORED : order == 0 ? PutResult.REFRESHED : PutResult.OLDER;
  }

  /**
   * Holds a verified, timely listing.
   *
   * @param group the network of whoever brings it
   */
  public PutResult put(DhtKey place, AgentListing listing, long group, long now, long wallMillis) {
    if (size() >= maxListings) {
      purge(wallMillis);
    }
    Held held = byDistance.get(place);
    if (held == null) {
      return insert(place, listing, group, now);
    }
    int order = listing.compareVersion(held.listing);
    if (listing.sequence() == held.listing.sequence() && order != 0) {
      equivocations++;
    }
    if (order < 0 && held.listing.expiresAtMillis() > wallMillis) {
      return PutResult.OLDER;
    }
    held.refreshedNanos = now;
    if (order == 0) {
      return PutResult.REFRESHED;
    }
    bytes += listing.length() - held.listing.length();
    held.listing = listing;
    evictBeyondBounds(place);
    return byDistance.containsKey(place) ? PutResult.STORED : PutResult.LIMIT;
  }

  private PutResult insert(DhtKey place, AgentListing listing, long group, long now) {
    int ofGroup = perGroup.getOrDefault(group, 0);
    if (size() >= SHARES_FROM && (ofGroup + 1) * 100L > (long) sharePercent * (size() + 1)) {
      return PutResult.LIMIT;
    }
    byDistance.put(place, new Held(listing, group, now));
    bytes += listing.length();
    perGroup.merge(group, 1, Integer::sum);
    evictBeyondBounds(place);
    return byDistance.containsKey(place) ? PutResult.STORED : PutResult.LIMIT;
  }

  private void evictBeyondBounds(DhtKey newest) {
    while (byDistance.size() > maxListings || bytes > maxBytes) {
      Map.Entry<DhtKey, Held> farthest = byDistance.pollLastEntry();
      forget(farthest.getValue());
      evictions += farthest.getKey().equals(newest) ? 0 : 1;
    }
  }

  private void forget(Held held) {
    bytes -= held.listing.length();
    perGroup.computeIfPresent(held.group, (g, n) -> n == 1 ? null : n - 1);
  }

  /** Drops listings that have ended. */
  public void purge(long wallMillis) {
    Iterator<Held> held = byDistance.values().iterator();
    while (held.hasNext()) {
      Held next = held.next();
      if (next.listing.expiresAtMillis() <= wallMillis) {
        held.remove();
        forget(next);
      }
    }
  }

  /** The listings that nobody has brought since {@code before}, at most {@code max}. */
  public List<Map.Entry<DhtKey, Held>> notRefreshedSince(long before, int max) {
    List<Map.Entry<DhtKey, Held>> found = new ArrayList<>();
    for (Map.Entry<DhtKey, Held> entry : byDistance.entrySet()) {
      if (entry.getValue().refreshedNanos - before < 0 && found.size() < max) {
        found.add(entry);
      }
    }
    return found;
  }
}
