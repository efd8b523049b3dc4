package dev.parley.node;

import dev.parley.Address;
import dev.parley.dht.AddressPolicy;
import dev.parley.dht.DhtOptions;
import dev.parley.dht.TableStore;
import dev.parley.dht.port.DhtClock;
import dev.parley.spi.Host;
import dev.parley.spi.Protocol;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** The DHT as one of a node's protocols. */
final class DhtProtocol implements Protocol {
  private final DhtSettings settings;
  private final List<Address> listen;

  /**
   * @param listen where the node is to listen
   */
  DhtProtocol(DhtSettings settings, List<Address> listen) {
    this.settings = settings;
    this.listen = List.copyOf(listen);
  }

  @Override
  public String name() {
    return "dht";
  }

  @Override
  public List<String> problems() {
    List<String> problems = new ArrayList<>();
    settings.problems(problems);
    return problems;
  }

  @Override
  public Mono<DhtNode> start(Host host) {
    Mono<TableStore> contacts =
        settings.contacts == null
            ? Mono.just(TableStore.none())
            : ContactsFile.open(host.network(), settings.contacts, Schedulers.boundedElastic());
    return contacts.map(store -> start(host, store));
  }

  private DhtNode start(Host host, TableStore store) {
    AddressPolicy policy = settings.policyFor(listen);
    DhtOptions options = settings.optionsFor(policy, DhtSettings.isContact(listen));
    DhtLinks links =
        new DhtLinks(host.network(), options, host.links(), host.timer(), host.nanoClock());
    host.watchLinks(links);
    host.answer(DhtLinks.ROUTE, links);
    Scheduler worker = Schedulers.newSingle("parley-dht", true);
    host.disposeLast(worker);
    DhtNode node =
        new DhtNode(
            new DhtNode.Parts(
                host.identity(),
                host.network(),
                options,
                policy,
                settings.hostNames,
                List.copyOf(settings.seeds),
                settings.listedSeeds(),
                List.copyOf(settings.advertised),
                links,
                store,
                settings.listener,
                new SystemClock(),
                new SplittableRandom(new SecureRandom().nextLong()),
                worker,
                Schedulers.boundedElastic(),
                host.timer()));
    host.search(node.resolver());
    return node;
  }

  /** The machine's clocks. */
  private static final class SystemClock implements DhtClock {
    @Override
    public long nanos() {
      return System.nanoTime();
    }

    @Override
    public long wallMillis() {
      return System.currentTimeMillis();
    }
  }
}
