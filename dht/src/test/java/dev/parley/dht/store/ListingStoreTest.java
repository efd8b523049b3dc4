package dev.parley.dht.store;

import static dev.parley.dht.node.Nodes.WALL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.dht.DhtOptions;
import dev.parley.dht.node.Nodes;
import dev.parley.dht.wire.AgentListing;
import dev.parley.dht.wire.DhtAnswer.PutResult;
import dev.parley.dht.wire.DhtKey;
import dev.parley.dht.wire.DhtRequest;
import dev.parley.dht.wire.IpEndpoint;
import dev.parley.dht.wire.NodeKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

class ListingStoreTest {
  private static final IpEndpoint IP = IpEndpoint.v4(0x0b000001, 7400);

  private final Nodes nodes = new Nodes(3);
  private final NodeKey self = nodes.key();
  private final ListingStore store = new ListingStore(self.id(), DhtOptions.defaults(), true);

  private static AgentListing listing(NodeKey owner, long plusMicros, IpEndpoint... ips) {
    return Nodes.listing(owner, WALL * 1000 + plusMicros, ips);
  }

  private PutResult put(AgentListing listing, long group) {
    return store.put(listing.place(0), listing, group, 0, WALL);
  }

  @Test
  void keepsTheHigherSequence() {
    NodeKey owner = nodes.key();
    AgentListing old = listing(owner, 1, IP);
    AgentListing newer = listing(owner, 2, IP);

    assertThat(put(old, 1)).isEqualTo(PutResult.STORED);
    assertThat(put(newer, 1)).isEqualTo(PutResult.STORED);
    assertThat(put(old, 1)).isEqualTo(PutResult.OLDER);
    assertThat(put(newer, 1)).isEqualTo(PutResult.REFRESHED);
    assertThat(store.get(newer.place(0), WALL)).isEqualTo(newer);
    assertThat(store.size()).isEqualTo(1);
    assertThat(store.bytes()).isEqualTo(newer.length());
  }

  @Test
  void choosesTheLargerOfTwoListingsWithOneSequenceInEitherOrder() {
    NodeKey owner = nodes.key();
    AgentListing a = listing(owner, 1, IP);
    AgentListing b = listing(owner, 1, IP.withPort(7401));

    put(a, 1);
    assertThat(put(b, 1)).isEqualTo(PutResult.STORED);
    assertThat(put(a, 1)).isEqualTo(PutResult.OLDER);

    assertThat(store.get(a.place(0), WALL)).isEqualTo(b);
    assertThat(store.equivocations()).isEqualTo(2);
  }

  @Test
  void aTombstoneKeepsOlderListingsOut() {
    NodeKey owner = nodes.key();
    put(listing(owner, 1, IP), 1);

    put(listing(owner, 2), 1);

    assertThat(put(listing(owner, 1, IP), 1)).isEqualTo(PutResult.OLDER);
    assertThat(store.get(listing(owner, 2).place(0), WALL).isTombstone()).isTrue();
  }

  @Test
  void servesNothingThatHasEnded() {
    AgentListing listing = listing(nodes.key(), 0, IP);
    put(listing, 1);

    assertThat(store.get(listing.place(0), listing.expiresAtMillis() - 1)).isEqualTo(listing);
    assertThat(store.get(listing.place(0), listing.expiresAtMillis())).isNull();
    store.purge(listing.expiresAtMillis());
    assertThat(store.size()).isZero();
    assertThat(store.bytes()).isZero();
  }

  @Test
  void refusesListingsOfTheFutureAndThePast() {
    AgentListing listing = listing(nodes.key(), 0, IP);

    assertThat(ListingStore.isTimely(listing, WALL)).isTrue();
    assertThat(ListingStore.isTimely(listing, listing.expiresAtMillis())).isFalse();
    assertThat(ListingStore.isTimely(listing, WALL - 2 * 3_600_000L)).isTrue();
    assertThat(ListingStore.isTimely(listing, WALL - 2 * 3_600_000L - 1)).isFalse();
  }

  private int held(ListingStore in, int listings, int networks) {
    for (int i = 0; i < listings; i++) {
      AgentListing listing = listing(nodes.key(), 1, IP);
      in.put(listing.place(0), listing, i % networks, 0, WALL);
    }
    return in.size();
  }

  @Test
  void oneNetworkBringsOneInTwentyListingsOnceThereAreAHundred() {
    assertThat(held(store, 1000, 1)).isEqualTo(100);
    assertThat(held(store, 1000, 100)).isGreaterThan(1000);
  }

  @Test
  void whereAllShareANetworkItBringsAll() {
    ListingStore lan = new ListingStore(self.id(), DhtOptions.defaults(), false);

    assertThat(held(lan, 1000, 1)).isEqualTo(1000);
  }

  @Test
  void dropsTheFarthestWhenItIsFullByNumber() {
    ListingStore small =
        new ListingStore(
            self.id(),
            DhtOptions.builder().storage(s -> s.maxListings(50).networkSharePercent(100)).build(),
            true);
    List<DhtKey> places = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      AgentListing listing = listing(nodes.key(), 1, IP);
      places.add(listing.place(0));
      small.put(listing.place(0), listing, i, 0, WALL);
      assertThat(small.size()).isLessThanOrEqualTo(50);
    }
    Comparator<DhtKey> byDistance = self.id()::compareDistance;
    places.sort(byDistance);

    for (int i = 0; i < 200; i++) {
      assertThat(small.get(places.get(i), WALL) != null).isEqualTo(i < 50);
    }
    assertThat(small.evictions()).isPositive();
  }

  @Test
  void dropsTheFarthestWhenItIsFullByBytes() {
    ListingStore small =
        new ListingStore(
            self.id(), DhtOptions.builder().storage(s -> s.maxListingBytes(1024)).build(), true);
    for (int i = 0; i < 50; i++) {
      AgentListing listing = listing(nodes.key(), 1, IP);
      small.put(listing.place(0), listing, i, 0, WALL);
      assertThat(small.bytes()).isLessThanOrEqualTo(1024);
    }
    assertThat(small.size()).isEqualTo(1024 / listing(self, 1, IP).length());
  }

  @Test
  void aNetworkBringsAtMostItsShare() {
    for (int i = 0; i < 1000; i++) {
      put(listing(nodes.key(), 1, IP), i);
    }
    int taken = 0;
    for (int i = 0; i < 200; i++) {
      taken += put(listing(nodes.key(), 1, IP), 77_777) == PutResult.STORED ? 1 : 0;
    }
    assertThat(taken).isBetween(50, 53);
  }

  @Test
  void knowsWhichListingAnOfferMeans() {
    for (int i = 0; i < 100; i++) {
      AgentListing listing = listing(nodes.key(), i, IP);
      put(listing, i);
      DhtRequest.Offer offer = DhtRequest.Offer.of(listing.place(0), 1);
      assertThat(store.offered(offer, self.id(), WALL).listing()).isEqualTo(listing);
    }
    DhtRequest.Offer unknown = DhtRequest.Offer.of(DhtKey.random(nodes.random()), 1);
    assertThat(store.offered(unknown, self.id(), WALL)).isNull();
  }

  @Test
  void tellsWhatNobodyBroughtForLong() {
    AgentListing stale = listing(nodes.key(), 1, IP);
    AgentListing fresh = listing(nodes.key(), 1, IP);
    store.put(stale.place(0), stale, 1, 10, WALL);
    store.put(fresh.place(0), fresh, 1, 20, WALL);

    assertThat(store.notRefreshedSince(15, 10)).hasSize(1);
    assertThat(store.notRefreshedSince(15, 10).get(0).getKey()).isEqualTo(stale.place(0));
    store.put(stale.place(0), stale, 1, 30, WALL);
    assertThat(store.notRefreshedSince(15, 10)).isEmpty();
  }
}
