package dev.parley.dht;

import dev.parley.dht.wire.AgentRecord;
import dev.parley.dht.wire.Contact;
import dev.parley.dht.wire.DhtAnswer;
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
 * nearest holders offer records to newcomers at once, and each holder offers what nobody brought
 * for an hour to the nodes that should have it. Offers are 24 bytes each; records follow only where
 * they are wanted. Confined to the node's worker.
 */
final class Replication {
  private static final int OFFERING_HOLDERS = 2;
  private static final double FAR_REGIONS = 4;
  private static final int SETTLED_SECONDS = 600;
  private static final int MAX_RECORDS_PER_SWEEP = 512;
  private static final int MAX_PUTS = 16;

  private final NodeCore core;
  private final Calls calls;

  Replication(NodeCore core, Calls calls) {
    this.core = core;
    this.calls = calls;
  }

  /** Offers what newcomers should hold. */
  void offerToNewcomers() {
    List<Contact> newcomers = core.takeNewcomers();
    if (newcomers.isEmpty() || core.store.size() == 0) {
      return;
    }
    Set<NodeKey> keys = new HashSet<>();
    newcomers.forEach(newcomer -> keys.add(newcomer.key()));
    Map<Contact, List<AgentRecord>> offers = new LinkedHashMap<>();
    for (Map.Entry<DhtKey, RecordStore.Held> entry : core.store.all()) {
      if (mayConcern(entry.getKey(), newcomers)) {
        AgentRecord record = entry.getValue().record();
        for (Contact newcomer : whoShouldHold(entry.getKey(), keys)) {
          offers.computeIfAbsent(newcomer, c -> new ArrayList<>()).add(record);
        }
      }
    }
    offers.forEach(
        (newcomer, records) ->
            offer(
                newcomer,
                records.subList(0, Math.min(DhtRequest.Have.MAX_OFFERS, records.size()))));
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
   * new themselves may not hold the record yet, and do not count.
   */
  private List<Contact> whoShouldHold(DhtKey place, Set<NodeKey> newcomers) {
    List<Contact> concerned = new ArrayList<>(1);
    int nearerHolders = 0;
    for (Contact c : core.closest(place, core.options.copies())) {
      if (newcomers.contains(c.key())) {
        concerned.add(c);
      } else if (place.compareDistance(c.id(), core.self.id()) < 0 && isSettled(c)) {
        nearerHolders++;
      }
    }
    return nearerHolders < OFFERING_HOLDERS ? concerned : List.of();
  }

  private boolean isSettled(Contact contact) {
    TableEntry entry = core.table.get(contact.key());
    return entry != null && entry.knownSeconds(core.now()) >= SETTLED_SECONDS;
  }

  /** Offers records that nobody brought since {@code before} to the nodes that should hold them. */
  void sweep(long before) {
    Map<Contact, List<AgentRecord>> byContact = new LinkedHashMap<>();
    long now = core.now();
    for (Map.Entry<DhtKey, RecordStore.Held> entry :
        core.store.notRefreshedSince(before, MAX_RECORDS_PER_SWEEP)) {
      entry.getValue().refresh(now);
      for (Contact contact : core.closest(entry.getKey(), core.options.copies())) {
        byContact.computeIfAbsent(contact, c -> new ArrayList<>()).add(entry.getValue().record());
      }
    }
    byContact.forEach(this::offerAll);
  }

  private void offerAll(Contact contact, List<AgentRecord> records) {
    for (int i = 0; i < records.size(); i += DhtRequest.Have.MAX_OFFERS) {
      int end = Math.min(records.size(), i + DhtRequest.Have.MAX_OFFERS);
      offer(contact, records.subList(i, end));
    }
  }

  private void offer(Contact contact, List<AgentRecord> records) {
    if (records.isEmpty()) {
      return;
    }
    List<AgentRecord> offered = List.copyOf(records);
    List<DhtRequest.Offer> offers =
        offered.stream().map(r -> DhtRequest.Offer.of(r.place(0), r.sequence())).toList();
    calls.call(
        contact,
        new DhtRequest.Have(offers),
        new Calls.Reply() {
          @Override
          public void answered(DhtAnswer answer) {
            if (answer instanceof DhtAnswer.Wanted wanted) {
              give(contact, offered, wanted.bits());
            }
          }

          @Override
          public void failed(DhtRpcException why) {
            // the next sweep offers them to whoever is there then
          }
        });
  }

  private void give(Contact contact, List<AgentRecord> offered, long wanted) {
    int puts = 0;
    for (int i = 0; i < offered.size(); i++) {
      if ((wanted >>> i & 1) != 0 && puts++ < MAX_PUTS) {
        calls.call(contact, new DhtRequest.Put(0, offered.get(i)), Calls.IGNORED);
      }
    }
  }
}
