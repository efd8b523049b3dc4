package dev.parley.node;

import dev.parley.Address;
import dev.parley.AgentId;
import dev.parley.NetworkId;
import dev.parley.PeerAddress;
import dev.parley.dht.wire.Contact;
import dev.parley.dht.wire.IpEndpoint;
import dev.parley.dht.wire.NodeKey;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.util.retry.Retry;

/** The configured seeds as contacts: names are looked up, again and again while none is known. */
final class Seeds {
  private static final Logger log = LoggerFactory.getLogger(Seeds.class);
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LAST_PAUSE = Duration.ofSeconds(60);

  private Seeds() {}

  /** The contacts of the seeds that have an IP address; waits while there are seeds and no such. */
  static Mono<List<Contact>> resolve(
      NetworkId network, List<PeerAddress> seeds, Scheduler blocking, Scheduler timer) {
    if (seeds.isEmpty()) {
      return Mono.just(List.of());
    }
    return Mono.fromCallable(() -> lookUp(network, seeds))
        .subscribeOn(blocking)
        .retryWhen(
            Retry.backoff(Long.MAX_VALUE, FIRST_PAUSE)
                .maxBackoff(LAST_PAUSE)
                .scheduler(timer)
                .filter(UnknownHostException.class::isInstance));
  }

  private static List<Contact> lookUp(NetworkId network, List<PeerAddress> seeds)
      throws UnknownHostException {
    Map<AgentId, List<IpEndpoint>> found = new LinkedHashMap<>();
    for (PeerAddress seed : seeds) {
      List<IpEndpoint> known = found.computeIfAbsent(seed.id(), id -> new ArrayList<>());
      for (IpEndpoint address : endpoints(seed.address())) {
        if (known.size() < Contact.MAX_ADDRESSES && !known.contains(address)) {
          known.add(address);
        }
      }
    }
    List<Contact> contacts = new ArrayList<>();
    found.forEach(
        (id, addresses) -> {
          if (!addresses.isEmpty()) {
            contacts.add(new Contact(NodeKey.of(network, id), addresses));
          }
        });
    if (contacts.isEmpty()) {
      log.warn("no seed has an address; trying again");
      throw new UnknownHostException("no seed has an address");
    }
    return contacts;
  }

  /** The IP addresses that a TCP address stands for; none where its name is unknown. Blocks. */
  static List<IpEndpoint> endpoints(Address address) {
    if (address.scheme() != Address.Scheme.TCP) {
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
