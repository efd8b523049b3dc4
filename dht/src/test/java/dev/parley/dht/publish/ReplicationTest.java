package dev.parley.dht.publish;

import static dev.parley.dht.node.Nodes.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.dht.DhtOptions;
import dev.parley.dht.node.Calls;
import dev.parley.dht.node.Environments;
import dev.parley.dht.node.NodeCore;
import dev.parley.dht.node.Nodes;
import dev.parley.dht.node.Reachability;
import dev.parley.dht.node.StubRpc;
import dev.parley.dht.port.CallOptions;
import dev.parley.dht.port.Caller;
import dev.parley.dht.serve.RequestHandler;
import dev.parley.dht.serve.Verification;
import dev.parley.dht.store.ListingCache;
import dev.parley.dht.wire.AgentListing;
import dev.parley.dht.wire.Contact;
import dev.parley.dht.wire.DhtAnswer;
import dev.parley.dht.wire.DhtKey;
import dev.parley.dht.wire.DhtRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

/** What holders offer to others. */
class ReplicationTest {
  private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
  private final Nodes nodes = new Nodes(22);
  private final Lacking rpc = new Lacking();
  private final NodeCore core =
      new NodeCore(
          Nodes.ALICE_KEY,
          DhtOptions.builder().mode(DhtOptions.Mode.SERVER).storage(s -> s.slots(2)).build(),
          Environments.of(time, nodes.random(), rpc));
  private final Calls calls = new Calls(core);
  private final Replication replication = new Replication(core, calls);

  ReplicationTest() {
    calls.observe(new Reachability(core, calls));
  }

  /** Nodes that want whatever they are offered. */
  private static final class Lacking extends StubRpc {
    final List<DhtRequest.Offer> offers = new ArrayList<>();
    final Map<DhtRequest.Put, Integer> puts = new LinkedHashMap<>();

    @Override
    public Mono<DhtAnswer> call(Contact to, DhtRequest request, CallOptions options) {
      if (request instanceof DhtRequest.Have have) {
        offers.addAll(have.offers());
        return Mono.just(new DhtAnswer.Wanted(-1L));
      }
      if (request instanceof DhtRequest.Put put) {
        puts.merge(put, 1, Integer::sum);
        return Mono.just(new DhtAnswer.Stored(DhtAnswer.PutResult.STORED, null, List.of()));
      }
      return Mono.never();
    }
  }

  private AgentListing hold(DhtKey place, AgentListing listing) {
    core.store.put(place, listing, 1, core.now(), core.wallMillis());
    return listing;
  }

  private AgentListing listing() {
    return Nodes.listing(nodes.key(), Nodes.WALL * 1000, nodes.contact().address());
  }

  @Test
  void offersAListingOfTheSecondPlaceForThatPlace() {
    core.admit(nodes.contact(), 10, false);
    AgentListing listing = listing();
    hold(listing.place(1), listing);

    replication.sweep(core.now() + SECOND);
    time.advanceTimeBy(Duration.ofSeconds(1));

    assertThat(rpc.offers)
        .containsExactly(DhtRequest.Offer.of(listing.place(1), listing.sequence()));
    assertThat(rpc.puts.keySet()).containsExactly(new DhtRequest.Put(1, listing));
  }

  @Test
  void anOfferOfTheSecondPlaceCountsAsASignOfLifeThere() {
    AgentListing listing = listing();
    hold(listing.place(1), listing);
    RequestHandler handler =
        new RequestHandler(
            core, calls, new ListingCache(core.options), new Verification(core, calls));
    time.advanceTimeBy(Duration.ofSeconds(100));
    Contact from = nodes.contact();
    DhtRequest.Have have =
        new DhtRequest.Have(List.of(DhtRequest.Offer.of(listing.place(1), listing.sequence())));

    handler.answer(new Caller(from.key(), from.address()), have, 1000, answer -> {});

    assertThat(core.store.held(listing.place(1)).refreshedNanos()).isEqualTo(core.now());
  }

  @Test
  void givesAtMostSixteenListingsAfterOneOffer() {
    core.admit(nodes.contact(), 10, false);
    for (int i = 0; i < 100; i++) {
      AgentListing listing = listing();
      hold(listing.place(0), listing);
    }

    replication.sweep(core.now() + SECOND);
    time.advanceTimeBy(Duration.ofSeconds(1));

    assertThat(rpc.offers).hasSizeLessThanOrEqualTo(100);
    int requests = (rpc.offers.size() + 47) / 48;
    assertThat(rpc.puts).hasSizeBetween(1, requests * Offers.MAX_PUTS);
  }
}
