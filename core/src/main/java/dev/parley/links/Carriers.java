package dev.parley.links;

import dev.parley.Address;
import dev.parley.AgentId;
import dev.parley.FailureCode;
import dev.parley.MessagingException;
import dev.parley.Phase;
import dev.parley.carrier.CarriedLink;
import dev.parley.carrier.Carrier;
import java.util.List;
import java.util.stream.Collectors;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The carriers of a node.
 *
 * @param all in the order in which they are asked
 * @param door who may be dialled
 */
record Carriers(List<Carrier> all, Doorkeeper door) {
  /** Dials an agent at an address, if it may be dialled there; see {@link Carrier#dial}. */
  Mono<CarriedLink> dial(
      AgentId peer, Address address, boolean check, Carrier.DialProgress progress) {
    return of(peer, address)
        .doOnError(e -> progress.failed("no_carrier"))
        .delayUntil(
            c -> door.dialling(peer, address).doOnError(e -> progress.failed("not_allowed")))
        .flatMap(c -> c.dial(peer, address, check, progress));
  }

  /** The one that dials {@code address}; AGENT_UNREACHABLE, with what is carried, where none is. */
  private Mono<Carrier> of(AgentId peer, Address address) {
    for (Carrier carrier : all) {
      if (carrier.carries(address)) {
        return Mono.just(carrier);
      }
    }
    return Mono.error(
        MessagingException.builder(FailureCode.AGENT_UNREACHABLE, Phase.DIAL)
            .peer(peer)
            .detail(
                "no carrier here carries "
                    + address.scheme()
                    + " addresses; carried are "
                    + schemes())
            .build());
  }

  /** Where they are configured to listen. */
  List<Address> listen() {
    return all.stream().flatMap(carrier -> carrier.listen().stream()).toList();
  }

  /** Starts one after the other; emits where all of them listen. */
  Mono<List<Address>> start(Carrier.Host host) {
    return Flux.fromIterable(all)
        .concatMap(carrier -> carrier.start(host))
        .<Address>concatMapIterable(bound -> bound)
        .collectList();
  }

  /** Takes no more connections. */
  Mono<Void> stopListening() {
    return Flux.fromIterable(all).flatMap(Carrier::stopListening).then();
  }

  /** Ends all of them. */
  Mono<Void> close() {
    return Flux.fromIterable(all).flatMap(Carrier::close).then();
  }

  private String schemes() {
    return all.stream()
        .flatMap(carrier -> carrier.schemes().stream())
        .map(Address.Scheme::name)
        .sorted()
        .distinct()
        .collect(Collectors.joining(", "));
  }
}
