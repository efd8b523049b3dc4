package dev.parley.dht.publish;

import dev.parley.dht.node.Calls;
import dev.parley.dht.node.NodeCore;
import dev.parley.dht.store.ListingStore;
import dev.parley.dht.wire.Contact;
import dev.parley.dht.wire.DhtKey;
import dev.parley.dht.wire.DhtRequest;
import dev.parley.dht.wire.NodeKey;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Keeps copies near their places while nodes come and go, also when the owner is offline: the
 * nearest holders offer listings to newcomers at once, and each holder offers what nobody brought
 * for an hour to the nodes that should have it. Offers are 24 bytes each; listings follow only
 * where they are wanted. Confined to the node's worker.
 */
public final class Replication {
  private static final int OFFERING_HOLDERS = 2;
  private static final double FAR_REGIONS = 4;
  private static final int MAX_LISTINGS_PER_SWEEP = 512;

  private final NodeCore core;
  private final Offers offers;

  public Replication(NodeCore core, Calls calls) {
    this.core = core;
    this.offers = new Offers(calls);
  }

  /** Offers what newcomers should hold. */
  public void offerToNewcomers() {
    List<Contact> newcomers = core.takeNewcomers();
    if (newcomers.isEmpty() || core.store.size() == 0) {
      return;
    }
    Set<NodeKey> keys = new HashSet<>();
    newcomers.forEach(newcomer -> keys.add(newcomer.key()));
    Map<Contact, List<Offers.Placed>> byContact = new LinkedHashMap<>();
    for (Map.Entry<DhtKey, ListingStore.Held> entry : core.store.all()) {
      if (mayConcern(entry.getKey(), newcomers)) {
        for (Contact newcomer : whoShouldHold(entry.getKey(), keys)) {
          byContact.computeIfAbsent(newcomer, c -> new ArrayList<>()).add(placed(entry));
        }
      }
    }
    byContact.forEach(
        (newcomer, listings) ->
            offers.offer(
                newcomer,
                listings.subList(0, Math.min(DhtRequest.Have.MAX_OFFERS, listings.size())),
                held -> {}));
  }

  private static Offers.Placed placed(Map.Entry<DhtKey, ListingStore.Held> entry) {
    return new Offers.Placed(entry.getKey(), entry.getValue().listing());
  }

  /** Spares the look at the table where every newcomer is far. */
  private boolean mayConcern(DhtKey place, List<Contact> newcomers) {
    double region = core.region();
    for (Contact newcomer : newcomers) {
      if (region <= 0 || place.distance(newcomer.id()) <= FAR_REGIONS * region) {
        return true;
      }
    }
    return false;
  }

  /**
   * Only the nearest holders offer, or a newcomer would hear it from all of them. Nodes that are
   * new themselves may not hold the listing yet, and do not count.
   */
  private List<Contact> whoShouldHold(DhtKey place, Set<NodeKey> newcomers) {
    List<Contact> concerned = new ArrayList<>(1);
    int nearerHolders = 0;
    for (Contact c : core.closest(place, core.options.storage().copies())) {
      if (newcomers.contains(c.key())) {
        concerned.add(c);
      } else if (place.compareDistance(c.id(), core.self.id()) < 0 && core.isSettled(c)) {
        nearerHolders++;
      }
    }
    return nearerHolders < OFFERING_HOLDERS ? concerned : List.of();
  }

  /**
   * Offers listings that nobody brought since {@code before} to the nodes that should hold them.
   */
  public void sweep(long before) {
    Map<Contact, List<Offers.Placed>> byContact = new LinkedHashMap<>();
    long now = core.now();
    for (Map.Entry<DhtKey, ListingStore.Held> entry :
        core.store.notRefreshedSince(before, MAX_LISTINGS_PER_SWEEP)) {
      entry.getValue().refresh(now);
      for (Contact contact : core.closest(entry.getKey(), core.options.storage().copies())) {
        byContact.computeIfAbsent(contact, c -> new ArrayList<>()).add(placed(entry));
      }
    }
    byContact.forEach(this::offerAll);
  }

  private void offerAll(Contact contact, List<Offers.Placed> listings) {
    for (int i = 0; i < listings.size(); i += DhtRequest.Have.MAX_OFFERS) {
      int end = Math.min(listings.size(), i + DhtRequest.Have.MAX_OFFERS);
      offers.offer(contact, listings.subList(i, end), held -> {});
    }
  }
}
