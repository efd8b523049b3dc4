package dev.parley.dht.life;

import dev.parley.dht.node.Calls;
import dev.parley.dht.node.LostContacts;
import dev.parley.dht.node.NodeCore;
import dev.parley.dht.port.DhtRpcException;
import dev.parley.dht.wire.Contact;
import dev.parley.dht.wire.DhtAnswer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Joins the network: dials saved contacts, seeds if too few of those answer, and asks peers to whom
 * the agent has dialled links already if those are too few as well; then looks up the own
 * neighbourhood and a random point in each farther bucket. Never ready with an empty table while
 * there is anybody to ask. Where it knows few after that, it looks again soon, and ever less often:
 * of a small network the one contact that could not be reached at first may be half of it. Confined
 * to the node's worker.
 */
final class Bootstrap {
  private static final int PARALLEL = 16;
  private static final long FIRST_PAUSE_NANOS = 1_000_000_000L;
  private static final long LAST_PAUSE_NANOS = 60_000_000_000L;
  private static final long LOOK_AGAIN_NANOS = 5_000_000_000L;

  private final NodeCore core;
  private final Calls calls;
  private final Maintenance maintenance;
  private final List<Contact> saved;
  private final Reunion reunion;
  private List<Contact> seeds;
  private final List<Runnable> waiting = new ArrayList<>(1);
  private boolean ready;
  private boolean attempting;
  private long pauseNanos = FIRST_PAUSE_NANOS;

  Bootstrap(
      NodeCore core,
      Calls calls,
      Maintenance maintenance,
      List<Contact> saved,
      List<Contact> seeds) {
    this.core = core;
    this.calls = calls;
    this.maintenance = maintenance;
    this.saved = others(saved);
    this.seeds = others(seeds);
    this.reunion = new Reunion(core, calls, maintenance, () -> this.seeds);
  }

  /** From now on these are the seeds. */
  void reseed(List<Contact> now) {
    seeds = others(now);
  }

  private List<Contact> others(List<Contact> contacts) {
    return contacts.stream()
        .filter(c -> !c.key().equals(core.self) && core.filter.isDialable(c))
        .toList();
  }

  void whenReady(Runnable then) {
    if (ready) {
      then.run();
    } else {
      waiting.add(then);
    }
  }

  void start() {
    if (core.options.table().trustSavedTable() && !saved.isEmpty()) {
      core.trust(saved);
      core.size.fallback(
          core.self.id(), core.closest(core.self.id(), core.options.table().bucketSize()));
      ready();
    } else if (saved.isEmpty() && seeds.isEmpty()) {
      core.setFirst();
      ready();
    } else {
      attempt();
    }
  }

  /**
   * Joins again where every contact has been lost, as after a long time without a network, and
   * where a node that was given nobody to join through has dialled somebody since.
   */
  void rejoinIfAlone() {
    if (ready && !attempting && core.table.size() == 0 && knowsWhom()) {
      pauseNanos = FIRST_PAUSE_NANOS;
      attempt();
    }
  }

  private boolean knowsWhom() {
    return !saved.isEmpty() || !seeds.isEmpty() || !core.env.rpc().dialled().isEmpty();
  }

  private void attempt() {
    if (core.isStopped()) {
      return;
    }
    attempting = true;
    new Wave(saved, this::dialSeeds).start();
  }

  private void dialSeeds() {
    new Wave(seeds, () -> new Wave(others(core.env.rpc().dialled()), this::dialled).start())
        .start();
  }

  private void dialled() {
    saved.stream()
        .limit(LostContacts.MAX_KEPT)
        .filter(contact -> core.table.get(contact.key()) == null)
        .forEach(core.lost::add);
    if (ready && !knowsWhom()) {
      attempting = false;
    } else if (core.table.size() == 0) {
      core.schedule(this::attempt, core.jitter(pauseNanos));
      pauseNanos = Math.min(LAST_PAUSE_NANOS, 2 * pauseNanos);
    } else {
      attempting = false;
      maintenance.join(this::nearestKnown);
    }
  }

  private void nearestKnown() {
    ready();
    int near = core.table.bucketCount() - 1;
    new Buckets(near).next();
    lookAgain(LOOK_AGAIN_NANOS);
  }

  private void lookAgain(long pause) {
    if (pause < core.options.upkeep().selfLookupInterval().toNanos()) {
      core.schedule(
          () -> {
            if (core.knowsFew() && core.table.size() > 0) {
              core.forgive();
              maintenance.lookUp(core.self.id(), false, () -> lookAgain(2 * pause));
            }
          },
          core.jitter(pause));
    }
  }

  private void ready() {
    if (!ready) {
      reunion.start();
    }
    ready = true;
    core.setJoined();
    waiting.forEach(Runnable::run);
    waiting.clear();
  }

  /** Fills the buckets that are farther than the nearest neighbours', one after the other. */
  private final class Buckets {
    private int at;

    Buckets(int nearest) {
      at = nearest;
    }

    void next() {
      at--;
      while (at >= 0 && at < core.table.bucketCount() && core.table.bucketAt(at).isFull()) {
        at--;
      }
      if (at >= 0) {
        maintenance.lookUp(core.self.id().randomAt(at, core.env.random()), at < 4, this::next);
      }
    }
  }

  /** Dials contacts, 16 at a time, until enough have answered or none is left. */
  private final class Wave {
    private final List<Contact> contacts;
    private final Runnable then;
    private int next;
    private int running;
    private boolean done;

    Wave(List<Contact> contacts, Runnable then) {
      this.contacts = contacts;
      this.then = then;
    }

    void start() {
      while (running < PARALLEL && next < contacts.size() && !isEnough()) {
        running++;
        calls.dialSeed(contacts.get(next++), new WaveReply());
      }
      if (!done && (running == 0 || isEnough())) {
        done = true;
        then.run();
      }
    }

    private boolean isEnough() {
      return !core.knowsFew();
    }

    private final class WaveReply implements Calls.Reply {
      @Override
      public void answered(DhtAnswer answer) {
        ended(null);
      }

      @Override
      public void failed(DhtRpcException why) {
        ended(why);
      }

      private void ended(@Nullable DhtRpcException ignored) {
        running--;
        if (!done) {
          start();
        }
      }
    }
  }
}
