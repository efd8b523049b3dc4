package dev.parley.dht.publish;

import dev.parley.dht.lookup.Lookup;
import dev.parley.dht.lookup.LookupRun;
import dev.parley.dht.lookup.LookupSettings;
import dev.parley.dht.node.Calls;
import dev.parley.dht.node.NodeCore;
import dev.parley.dht.wire.AgentListing;
import dev.parley.dht.wire.Contact;
import dev.parley.dht.wire.DhtKey;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Offers a listing to those that should hold it, in 24 bytes each, and gives it to the few that
 * lack it. Confined to the node's worker.
 */
final class Refresh {
  private final NodeCore core;
  private final Calls calls;
  private final AgentListing listing;
  private final Offers offers;
  private final Consumer<List<Publisher.Holder>> done;
  private int pending;
  private final List<Publisher.Holder> holders = new ArrayList<>();

  /**
   * @param done hears who holds the listing now
   */
  Refresh(NodeCore core, Calls calls, AgentListing listing, Consumer<List<Publisher.Holder>> done) {
    this.core = core;
    this.calls = calls;
    this.listing = listing;
    this.offers = new Offers(calls);
    this.done = done;
  }

  void start() {
    pending = core.options.storage().slots();
    for (int slot = 0; slot < core.options.storage().slots(); slot++) {
      lookUp(slot);
    }
  }

  private void lookUp(int slot) {
    LookupRun.find(
            core,
            calls,
            listing.place(slot),
            LookupSettings.Goal.FIND,
            core.now(),
            ended -> offerTo(ended.lookup(), slot))
        .start();
  }

  private void offerTo(Lookup lookup, int slot) {
    DhtKey place = listing.place(slot);
    List<Offers.Placed> offer = List.of(new Offers.Placed(place, listing));
    int offered = 0;
    for (Contact contact :
        lookup.closest(LookupSettings.COPIES_PER_REGION * core.options.storage().copies())) {
      boolean near = place.distance(contact.id()) <= core.region();
      if (offered < core.options.storage().copies() || near) {
        offered++;
        pending++;
        offers.offer(contact, offer, held -> answered(held > 0, contact, slot));
      }
    }
    ended();
  }

  private void answered(boolean holds, Contact contact, int slot) {
    if (holds) {
      holders.add(new Publisher.Holder(contact, slot));
    }
    ended();
  }

  private void ended() {
    if (--pending == 0) {
      done.accept(holders);
    }
  }
}
