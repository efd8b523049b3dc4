package dev.parley.node.dht;

import dev.parley.Address;
import dev.parley.PeerAddress;
import dev.parley.dht.AddressPolicy;
import dev.parley.dht.DhtOptions;
import dev.parley.dht.port.AddressRules;
import dev.parley.dht.port.DhtListener;
import dev.parley.dht.wire.AgentListing;
import dev.parley.dht.wire.HostEndpoint;
import dev.parley.dht.wire.IpEndpoint;
import dev.parley.dht.wire.WebSocketEndpoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What {@link Dht} is made of. Not thread-safe. */
final class DhtSettings {
  private static final int ANY_PORT = 7400;

  final List<PeerAddress> seeds = new ArrayList<>();
  final List<String> seedNames = new ArrayList<>();
  final List<Address> advertised = new ArrayList<>();
  final List<Consumer<DhtOptions.Builder>> changes = new ArrayList<>();
  @Nullable AddressPolicy policy;
  @Nullable Path contacts;
  final List<DhtListener> listeners = new ArrayList<>();
  String dnsProvider = DnsSeeds.SYSTEM;
  boolean hostNames;
  Surroundings surroundings = Surroundings.ofProcess();

  DhtSettings copy() {
    DhtSettings copy = new DhtSettings();
    copy.seeds.addAll(seeds);
    copy.seedNames.addAll(seedNames);
    copy.advertised.addAll(advertised);
    copy.changes.addAll(changes);
    copy.policy = policy;
    copy.contacts = contacts;
    copy.listeners.addAll(listeners);
    copy.dnsProvider = dnsProvider;
    copy.hostNames = hostNames;
    copy.surroundings = surroundings;
    return copy;
  }

  /** Adds what is wrong with the settings. */
  void problems(List<String> problems) {
    if (advertised.size() > AgentListing.MAX_ADDRESSES) {
      problems.add(
          "advertise has "
              + advertised.size()
              + " addresses, at most "
              + AgentListing.MAX_ADDRESSES
              + " are told");
    }
    for (Address address : advertised) {
      if (!isTellable(address)) {
        problems.add(
            "advertise is "
                + address
                + ", must be host:port or ws://host:port/parley, with a name of at most 64"
                + " characters; others dial no other path than /parley and /");
      }
    }
    for (PeerAddress seed : seeds) {
      if (!seed.address().scheme().equals(Address.Scheme.TCP)) {
        problems.add("seed is at " + seed.address() + ", must be at host:port: seeds speak TCP");
      }
    }
    for (String name : seedNames) {
      if (!DnsSeeds.isName(name)) {
        problems.add(
            "seedsFrom is "
                + name
                + ", must be a DNS name: 1..253 characters, 1..63 letters, digits, hyphens and"
                + " underscores between dots");
      }
    }
    try {
      optionsFor(AddressRules.lan(), true);
    } catch (IllegalArgumentException e) {
      problems.add(Objects.requireNonNull(e.getMessage()));
    }
  }

  private static boolean isTellable(Address address) {
    boolean isKnown = // to the wire
        address.scheme().equals(Address.Scheme.TCP) || address.scheme().equals(Address.Scheme.WS);
    return isKnown
        && address.isDialable()
        && (IpEndpoint.from(address) != null
            || address.host().length() <= HostEndpoint.MAX_HOST_LENGTH)
        && (address.scheme().equals(Address.Scheme.TCP)
            || WebSocketEndpoint.KNOWN_PATHS.contains(address.path()));
  }

  /** Whether others could dial a node of the DHT that listens at these: over TCP. */
  static boolean isContact(List<Address> listen) {
    return listen.stream().anyMatch(address -> address.scheme().equals(Address.Scheme.TCP));
  }

  /** All who listen, each once. */
  DhtListener listenerWith(List<DhtListener> others) {
    return Stream.concat(listeners.stream(), others.stream())
        .distinct()
        .reduce(DhtListener::both)
        .orElseGet(DhtListener::none);
  }

  DnsSeeds listedSeeds() {
    return new DnsSeeds(dnsProvider, seedNames);
  }

  /** Seeds of DNS names have no say: who answers for a name does not open the private networks. */
  AddressRules rulesFor(List<Address> listen) {
    List<IpEndpoint> named = endpoints(seeds.stream().map(PeerAddress::address));
    List<IpEndpoint> own = endpoints(listen.stream().map(LocalAddresses::reachable));
    return AddressRules.of(policy == null ? policyFor(listen) : policy, named, own);
  }

  private AddressPolicy policyFor(List<Address> listen) {
    List<Address> configured =
        Stream.concat(listen.stream(), seeds.stream().map(PeerAddress::address)).toList();
    List<Address> telling =
        configured.stream().filter(address -> !LocalAddresses.isWildcard(address)).toList();
    if (telling.isEmpty() || !telling.stream().allMatch(a -> isOf(a, DhtSettings::isPrivate))) {
      return AddressPolicy.PUBLIC_INTERNET;
    }
    boolean isOneMachine =
        configured.stream()
            .map(LocalAddresses::reachable)
            .allMatch(a -> isOf(a, AddressRules.machine()::allows));
    return isOneMachine ? AddressPolicy.MACHINE : AddressPolicy.LAN;
  }

  private static boolean isPrivate(IpEndpoint ip) {
    return !AddressRules.publicInternet().allows(ip.withPort(ANY_PORT));
  }

  private static boolean isOf(Address address, Predicate<IpEndpoint> rule) {
    List<IpEndpoint> ip = endpoints(Stream.of(address));
    return !ip.isEmpty() && ip.stream().allMatch(rule);
  }

  /** Those that are IP addresses, whatever their scheme. */
  private static List<IpEndpoint> endpoints(Stream<Address> addresses) {
    return addresses
        .map(
            address -> {
              String host = address.host().equals("localhost") ? "127.0.0.1" : address.host();
              return IpEndpoint.from(Address.tcp(host, Math.max(1, address.port())));
            })
        .filter(Objects::nonNull)
        .toList();
  }

  DhtOptions optionsFor(AddressRules addresses, boolean listens) {
    DhtOptions.Builder builder = DhtOptions.builder();
    if (!listens) {
      builder.mode(DhtOptions.Mode.CLIENT);
    } else if (!addresses.countsNetworks()) {
      builder.mode(DhtOptions.Mode.SERVER);
    }
    changes.forEach(change -> change.accept(builder));
    return builder.build();
  }
}
