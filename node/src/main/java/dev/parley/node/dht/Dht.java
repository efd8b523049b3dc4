package dev.parley.node.dht;

import dev.parley.Address;
import dev.parley.AddressBook;
import dev.parley.PeerAddress;
import dev.parley.dht.AddressPolicy;
import dev.parley.dht.DhtOptions;
import dev.parley.dht.life.ClaimBudget;
import dev.parley.dht.port.AddressRules;
import dev.parley.dht.port.DhtListener;
import dev.parley.dht.port.TableStore;
import dev.parley.node.AgentNode;
import dev.parley.spi.Host;
import dev.parley.spi.Protocol;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * The DHT as a protocol of a node's: the node finds others by their keys alone, and is found. An
 * immutable value; each node that is started with it gets a {@link DhtNode} of its own.
 *
 * <pre>{@code
 * AgentNode alice = AgentNode.builder()
 *     .identity(Identity.generate())
 *     .network("auction-house")
 *     .with(Dht.seeds("z6Mk...@bob.example:7400"))
 *     .startNow();
 * }</pre>
 */
public final class Dht implements Protocol {
  private static final Dht DEFAULTS = new Dht(new DhtSettings());

  private final DhtSettings settings; // a copy that nobody else changes

  private Dht(DhtSettings settings) {
    this.settings = settings;
  }

  /** Without seeds: for the first node of a network, which others have for a seed. */
  public static Dht defaults() {
    return DEFAULTS;
  }

  /** Joins through these peers, each as {@code z6Mk...@host:port}. */
  public static Dht seeds(String seed, String... more) {
    Builder builder = builder().seed(seed);
    List.of(more).forEach(builder::seed);
    return builder.build();
  }

  /** Joins through these peers. */
  public static Dht seeds(PeerAddress seed, PeerAddress... more) {
    Builder builder = builder().seed(seed);
    List.of(more).forEach(builder::seed);
    return builder.build();
  }

  /** Joins through the peers that a DNS name lists; see {@link Builder#seedsFrom}. */
  public static Dht seedsFrom(String dnsName) {
    return builder().seedsFrom(dnsName).build();
  }

  /** Starts from the defaults. */
  public static Builder builder() {
    return new Builder(new DhtSettings());
  }

  /** Starts from these settings. */
  public Builder toBuilder() {
    return new Builder(settings.copy());
  }

  /**
   * A node's part in the DHT.
   *
   * @throws IllegalStateException if the node was started without
   */
  public static DhtNode of(AgentNode node) {
    return node.protocol(DhtNode.class)
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "this node is in no DHT; start it .with(Dht.seeds(...))"));
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
            : ContactsFile.open(
                host.network(), settings.contacts, settings.surroundings.blocking());
    return contacts.map(store -> start(host, store));
  }

  private DhtNode start(Host host, TableStore store) {
    AddressRules rules = settings.rulesFor(host.listen());
    DhtOptions options = settings.optionsFor(rules, DhtSettings.isContact(host.listen()));
    ClaimBudget claims =
        new ClaimBudget(options.serving().dialsPerMinute(), rules, host.nanoClock());
    DhtLinks links =
        new DhtLinks(
            host.network(),
            options,
            host.links(),
            host.timer(),
            host.nanoClock(),
            new SilentSeeds(settings.seeds));
    host.watchLinks(links);
    host.watchLinks(new ProvedHosts(claims));
    host.answer(DhtLinks.ROUTE, links);
    Scheduler worker = settings.surroundings.newWorker();
    host.disposeLast(worker);
    DhtNode node =
        new DhtNode(
            new DhtNode.Parts(
                host.identity(),
                host.network(),
                options,
                rules,
                settings.hostNames,
                List.copyOf(settings.seeds),
                settings.listedSeeds(),
                List.copyOf(settings.advertised),
                links,
                claims,
                store,
                settings.listenerWith(host.listener().listenersTo(DhtListener.class)),
                settings.surroundings.clock(),
                settings.surroundings.newRandom(),
                worker,
                settings.surroundings.blocking(),
                host.timer()));
    AddressBook seeds = AddressBook.create();
    settings.seeds.forEach(seeds::add);
    host.know(seeds);
    host.search(node.resolver());
    return node;
  }

  /** Configures a {@link Dht}. Not thread-safe. */
  public static final class Builder {
    private final DhtSettings settings;

    private Builder(DhtSettings settings) {
      this.settings = settings;
    }

    /** A peer to join through, as {@code z6Mk...@host:port}; several may be given. */
    public Builder seed(String peer) {
      return seed(PeerAddress.parse(peer));
    }

    /** A peer to join through; messages to it need no search. */
    public Builder seed(PeerAddress peer) {
      settings.seeds.add(Objects.requireNonNull(peer, "peer"));
      return this;
    }

    /**
     * A DNS name whose TXT records list peers to join through, each as {@code
     * parley-seed=z6Mk...@host:port}; several may be given. The names are looked up when the node
     * starts, and again while no seed is known; of all names together 64 seeds are taken.
     */
    public Builder seedsFrom(String dnsName) {
      settings.seedNames.add(Objects.requireNonNull(dnsName, "dnsName"));
      return this;
    }

    /** Asks another DNS server than the machine's, for tests: {@code dns://host:port}. */
    Builder dnsProvider(String url) {
      settings.dnsProvider = url;
      return this;
    }

    /**
     * Changes limits and times. The {@link DhtOptions#mode} is AUTO unless set here; on private
     * addresses it is SERVER for a node that listens.
     */
    public Builder options(Consumer<DhtOptions.Builder> change) {
      settings.changes.add(Objects.requireNonNull(change, "change"));
      return this;
    }

    /**
     * Which addresses of strangers may be dialled and told to others. Unless set, what is
     * configured here (seeds, and where the node listens) decides: LAN where all are private
     * addresses, MACHINE where all are loopback ones, PUBLIC_INTERNET otherwise; {@link #seedsFrom
     * names} that list seeds do not count.
     */
    public Builder addressPolicy(AddressPolicy value) {
      settings.policy = Objects.requireNonNull(value, "addressPolicy");
      return this;
    }

    /**
     * Where others find this agent, instead of where it listens: behind a router that forwards the
     * port, or under a name. At most 8; a WebSocket's path is {@code /parley} or {@code /}, since
     * others dial no other.
     */
    public Builder advertise(Address address) {
      settings.advertised.add(Objects.requireNonNull(address, "address"));
      return this;
    }

    /** Whether host names in other agents' listings are dialled, which can point anywhere; no. */
    public Builder dialHostNames(boolean value) {
      settings.hostNames = value;
      return this;
    }

    /** Keeps known contacts in this file over a restart; nowhere unless set. */
    public Builder contacts(Path file) {
      settings.contacts = Objects.requireNonNull(file, "file");
      return this;
    }

    /**
     * Hears what the DHT does, beside those that the {@linkplain
     * dev.parley.spi.NodeListener#listenersTo node's listeners} bring, such as metrics. For tests:
     * users have {@link dev.parley.dht.AgentDht#events}.
     */
    Builder listener(DhtListener value) {
      settings.listeners.add(Objects.requireNonNull(value, "listener"));
      return this;
    }

    /** What it takes from its process, for a simulation to give it something else. */
    Builder surroundings(Surroundings value) {
      settings.surroundings = Objects.requireNonNull(value, "surroundings");
      return this;
    }

    /** The protocol; what is wrong with it, the node tells that is to start with it. */
    public Dht build() {
      return new Dht(settings.copy());
    }
  }
}
