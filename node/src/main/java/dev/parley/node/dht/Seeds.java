package dev.parley.node.dht;

import dev.parley.Address;
import dev.parley.AgentId;
import dev.parley.NetworkId;
import dev.parley.PeerAddress;
import dev.parley.dht.port.AddressRules;
import dev.parley.dht.wire.Contact;
import dev.parley.dht.wire.IpEndpoint;
import dev.parley.dht.wire.NodeKey;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.util.retry.Retry;

/**
 * The seeds as contacts, of addresses and of DNS names that list some: names are looked up, again
 * and again while no seed is known.
 */
final class Seeds {
  private static final Logger log = LoggerFactory.getLogger(Seeds.class);
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LAST_PAUSE = Duration.ofSeconds(60);

  /** How long a lookup of DNS names that list seeds may take. */
  private static final Duration LISTED_LIMIT = Duration.ofSeconds(10);

  private final NetworkId network;
  private final AgentId self;
  private final AddressRules rules;
  private final List<PeerAddress> configured;
  private final DnsSeeds listed;

  /** One address of a seed. */
  private record Place(AgentId seed, IpEndpoint address) {}

  Seeds(
      NetworkId network,
      AgentId self,
      AddressRules rules,
      List<PeerAddress> configured,
      DnsSeeds listed) {
    this.network = network;
    this.self = self;
    this.rules = rules;
    this.configured = configured;
    this.listed = listed;
  }

  /**
   * The contacts of the seeds that have an IP address which may be dialled; waits while there
   * should be seeds and is no such, since a node without seeds takes itself for the first one.
   */
  Mono<List<Contact>> resolve(Scheduler blocking, Scheduler timer) {
    if (configured.isEmpty() && listed.isEmpty()) {
      return Mono.just(List.of());
    }
    return Mono.zip(places(blocking), listedPlaces(blocking, timer), this::contacts)
        .flatMap(contacts -> contacts.isEmpty() ? Mono.error(noneKnown()) : Mono.just(contacts))
        .retryWhen(
            Retry.backoff(Long.MAX_VALUE, FIRST_PAUSE)
                .maxBackoff(LAST_PAUSE)
                .scheduler(timer)
                .filter(UnknownHostException.class::isInstance));
  }

  /** Whether where they are may change, since names stand for it. */
  boolean areNamed() {
    return !listed.isEmpty()
        || configured.stream().anyMatch(seed -> IpEndpoint.from(seed.address()) == null);
  }

  private Mono<List<Place>> places(Scheduler blocking) {
    return Mono.fromCallable(
            () -> {
              List<Place> places = new ArrayList<>();
              configured.forEach(seed -> addPlaces(seed, places));
              return places;
            })
        .subscribeOn(blocking);
  }

  /** What is known in time counts: neither a DNS server nor a seed's host name may hide others. */
  private Mono<List<Place>> listedPlaces(Scheduler blocking, Scheduler timer) {
    return Mono.defer(
        () -> {
          Queue<Place> places = new ConcurrentLinkedQueue<>();
          return Mono.fromRunnable(() -> listed.lookUp(seed -> addPlaces(seed, places)))
              .subscribeOn(blocking)
              .timeout(LISTED_LIMIT, Mono.fromRunnable(Seeds::logSlow), timer)
              .then(Mono.fromSupplier(() -> List.copyOf(places)));
        });
  }

  private static void logSlow() {
    log.warn("not all DNS names that list seeds were looked up in {} s", LISTED_LIMIT.toSeconds());
  }

  private static UnknownHostException noneKnown() {
    log.warn("no seed has an address that may be dialled; trying again");
    return new UnknownHostException("no seed has an address that may be dialled");
  }

  private void addPlaces(PeerAddress seed, Collection<Place> places) {
    for (IpEndpoint address : endpoints(seed.address())) {
      // A node is not going to dial itself, but a seed that is the only one need not wait.
      if (rules.allows(address) || seed.id().equals(self)) {
        places.add(new Place(seed.id(), address));
      }
    }
  }

  private List<Contact> contacts(List<Place> first, List<Place> then) {
    Map<AgentId, List<IpEndpoint>> found = new LinkedHashMap<>();
    Stream.concat(first.stream(), then.stream())
        .distinct()
        .forEach(
            place -> {
              List<IpEndpoint> known = found.computeIfAbsent(place.seed(), id -> new ArrayList<>());
              if (known.size() < Contact.MAX_ADDRESSES) {
                known.add(place.address());
              }
            });
    List<Contact> contacts = new ArrayList<>();
    found.forEach((id, addresses) -> contacts.add(new Contact(NodeKey.of(network, id), addresses)));
    return contacts;
  }

  /** The IP addresses that a TCP address stands for; none where its name is unknown. Blocks. */
  static List<IpEndpoint> endpoints(Address address) {
    if (!address.scheme().equals(Address.Scheme.TCP)) {
      return List.of();
    }
    List<IpEndpoint> endpoints = new ArrayList<>();
    try {
      for (InetAddress ip : InetAddress.getAllByName(address.host())) {
        IpEndpoint endpoint = LocalAddresses.endpoint(ip, address.port());
        if (endpoint != null) {
          endpoints.add(endpoint);
        }
      }
    } catch (UnknownHostException e) {
      log.warn("the name of a seed is unknown: {}", address.host());
    }
    return endpoints;
  }
}
