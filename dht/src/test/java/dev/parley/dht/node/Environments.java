package dev.parley.dht.node;

import dev.parley.dht.port.AddressRules;
import dev.parley.dht.port.DhtClock;
import dev.parley.dht.port.DhtEnv;
import dev.parley.dht.port.DhtListener;
import dev.parley.dht.port.DhtRpc;
import dev.parley.dht.port.TableStore;
import dev.parley.dht.wire.AgentListing;
import dev.parley.dht.wire.Contact;
import dev.parley.dht.wire.ListingSigner;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import reactor.core.scheduler.Scheduler;
import reactor.test.scheduler.VirtualTimeScheduler;

/** What a node needs, in virtual time, with every listing counted as signed. */
public final class Environments {
  private Environments() {}

  public static DhtEnv of(VirtualTimeScheduler time, RandomGenerator random, DhtRpc rpc) {
    return of(time, random, rpc, TableStore.none());
  }

  /** One that hears what is saved. */
  public static DhtEnv saving(
      VirtualTimeScheduler time,
      RandomGenerator random,
      DhtRpc rpc,
      Consumer<List<Contact>> saved) {
    return of(
        time,
        random,
        rpc,
        new TableStore() {
          @Override
          public List<Contact> load() {
            return List.of();
          }

          @Override
          public void save(List<Contact> contacts) {
            saved.accept(contacts);
          }
        });
  }

  /** One in real time. */
  public static DhtEnv on(Scheduler worker, RandomGenerator random, DhtRpc rpc) {
    DhtClock clock =
        new DhtClock() {
          @Override
          public long nanos() {
            return System.nanoTime();
          }

          @Override
          public long wallMillis() {
            return Nodes.WALL;
          }
        };
    return of(worker, clock, random, rpc, TableStore.none());
  }

  private static DhtEnv of(
      VirtualTimeScheduler time, RandomGenerator random, DhtRpc rpc, TableStore store) {
    return of(time, clock(time), random, rpc, store);
  }

  private static DhtEnv of(
      Scheduler worker, DhtClock clock, RandomGenerator random, DhtRpc rpc, TableStore store) {
    return new DhtEnv(
        Nodes.NETWORK,
        worker,
        clock,
        random,
        rpc,
        ListingSigner.of(Nodes.ALICE),
        (AgentListing listing) -> true,
        store,
        AddressRules.publicInternet(),
        DhtListener.none());
  }

  private static DhtClock clock(VirtualTimeScheduler time) {
    return new DhtClock() {
      @Override
      public long nanos() {
        return time.now(TimeUnit.NANOSECONDS);
      }

      @Override
      public long wallMillis() {
        return Nodes.WALL + time.now(TimeUnit.MILLISECONDS);
      }
    };
  }
}
