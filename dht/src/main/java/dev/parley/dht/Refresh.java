package dev.parley.dht;

import dev.parley.dht.wire.AgentRecord;
import dev.parley.dht.wire.Contact;
import dev.parley.dht.wire.DhtKey;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * Offers a record to those that should hold it, in 24 bytes each, and gives it to the few that lack
 * it. Confined to the node's worker.
 */
final class Refresh {
  private final NodeCore core;
  private final Calls calls;
  private final AgentRecord record;
  private final Offers offers;
  private final IntConsumer done;
  private int pending;
  private int held;

  /**
   * @param done hears how many hold the record now
   */
  Refresh(NodeCore core, Calls calls, AgentRecord record, IntConsumer done) {
    this.core = core;
    this.calls = calls;
    this.record = record;
    this.offers = new Offers(calls);
    this.done = done;
  }

  void start() {
    pending = core.options.slots();
    for (int slot = 0; slot < core.options.slots(); slot++) {
      lookUp(slot);
    }
  }

  private void lookUp(int slot) {
    LookupRun.find(
            core,
            calls,
            record.place(slot),
            LookupSettings.Goal.FIND,
            core.now(),
            ended -> offerTo(ended.lookup(), slot))
        .start();
  }

  private void offerTo(Lookup lookup, int slot) {
    DhtKey place = record.place(slot);
    List<Offers.Placed> offer = List.of(new Offers.Placed(place, record));
    int holders = 0;
    for (Contact contact :
        lookup.closest(LookupSettings.COPIES_PER_REGION * core.options.copies())) {
      boolean near = place.distance(contact.id()) <= core.region();
      if (holders < core.options.copies() || near) {
        holders++;
        pending++;
        offers.offer(contact, offer, this::ended);
      }
    }
    ended(0);
  }

  private void ended(int holds) {
    held += holds;
    if (--pending == 0) {
      done.accept(held);
    }
  }
}
