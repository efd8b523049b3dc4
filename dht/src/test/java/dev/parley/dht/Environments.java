package dev.parley.dht;

import dev.parley.dht.wire.AgentRecord;
import dev.parley.dht.wire.Contact;
import dev.parley.dht.wire.RecordSigner;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import reactor.test.scheduler.VirtualTimeScheduler;

/** What a node needs, in virtual time, with every record counted as signed. */
final class Environments {
  private Environments() {}

  static DhtEnv of(VirtualTimeScheduler time, RandomGenerator random, DhtRpc rpc) {
    return of(time, random, rpc, TableStore.none());
  }

  /** One that hears what is saved. */
  static DhtEnv saving(
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

  private static DhtEnv of(
      VirtualTimeScheduler time, RandomGenerator random, DhtRpc rpc, TableStore store) {
    return new DhtEnv(
        Nodes.NETWORK,
        time,
        clock(time),
        random,
        rpc,
        RecordSigner.of(Nodes.ALICE),
        (AgentRecord record) -> true,
        store,
        AddressPolicy.publicInternet(),
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
