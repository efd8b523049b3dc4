package dev.parley.dht.life;

import dev.parley.dht.node.Calls;
import dev.parley.dht.node.NodeCore;
import dev.parley.dht.port.DhtRpcException;
import dev.parley.dht.wire.Contact;
import dev.parley.dht.wire.DhtAnswer;
import dev.parley.dht.wire.NodeKey;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Makes one network of two. A seed that was away knows nobody, and newcomers join a network of
 * their own through it; after a long cut neither part knows anybody of the other any more. So the
 * seeds and the {@linkplain dev.parley.dht.node.LostContacts lost contacts} that are not in the
 * table are asked again for ever, one of each in a round. One that answers is told of us, and where
 * it tells of nodes that the table lacks, our own neighbourhood is looked up through them.
 *
 * <p>Rounds come further apart while they are in vain, up to two seconds for each node of the
 * network: however large it is, a seed that is back is asked within seconds, and never by many at
 * once. Confined to the node's worker.
 */
final class Reunion {
  static final long FIRST_PAUSE_NANOS = 5_000_000_000L;

  /** The longest pause in a small network, and in any. */
  static final long SHORT_NANOS = 60_000_000_000L;

  static final long LONG_NANOS = 1_800_000_000_000L;
  private static final double NANOS_PER_NODE = 2e9;

  private final NodeCore core;
  private final Calls calls;
  private final Maintenance maintenance;
  private final Supplier<List<Contact>> seeds;
  private Set<NodeKey> missing = Set.of();
  private long pauseNanos = FIRST_PAUSE_NANOS;
  private int turn;

  Reunion(NodeCore core, Calls calls, Maintenance maintenance, Supplier<List<Contact>> seeds) {
    this.core = core;
    this.calls = calls;
    this.maintenance = maintenance;
    this.seeds = seeds;
  }

  /** Starts the rounds. */
  void start() {
    core.schedule(this::round, core.jitter(pauseNanos));
  }

  private void round() {
    if (core.isStopped()) {
      return;
    }
    askSeed();
    Contact lost = core.lost.next();
    if (lost != null && !isKnown(lost)) {
      ask(lost);
    }
    core.schedule(this::round, core.jitter(pauseNanos));
  }

  private void askSeed() {
    List<Contact> absent = new ArrayList<>();
    Set<NodeKey> keys = new HashSet<>();
    for (Contact seed : seeds.get()) {
      if (!isKnown(seed)) {
        absent.add(seed);
        keys.add(seed.key());
      }
    }
    boolean isNews = !missing.containsAll(keys);
    missing = keys;
    pauseNanos = isNews ? FIRST_PAUSE_NANOS : Math.min(2 * pauseNanos, longest());
    if (!absent.isEmpty()) {
      ask(absent.get(Math.floorMod(turn++, absent.size())));
    }
  }

  private long longest() {
    double all = NANOS_PER_NODE * Math.max(core.size.size(), core.table.size());
    return (long) Math.max(SHORT_NANOS, Math.min(LONG_NANOS, all));
  }

  private boolean isKnown(Contact contact) {
    return core.table.get(contact.key()) != null;
  }

  private void ask(Contact contact) {
    calls.askAgain(
        contact,
        new Calls.Reply() {
          @Override
          public void answered(DhtAnswer answer) {
            meet(contact, core.filter.accept(answer.contacts(), contact, core.self.id()));
          }

          @Override
          public void failed(DhtRpcException why) {
            // it is asked again
          }
        });
  }

  private void meet(Contact contact, List<Contact> told) {
    if (!isKnown(contact) && core.isServer()) {
      calls.introduce(contact); // there was no room for it here, and may be for us there
    }
    List<Contact> strangers = new ArrayList<>();
    for (Contact each : told) {
      if (core.table.wants(each) && !core.hasFailedLately(each.key())) {
        strangers.add(each);
      }
    }
    if (!strangers.isEmpty()) {
      maintenance.joinThrough(strangers);
    }
  }
}
