package dev.parley.links;

import dev.parley.Address;
import dev.parley.AgentId;
import dev.parley.FailureCode;
import dev.parley.MessagingException;
import dev.parley.Phase;
import dev.parley.carrier.Carrier;
import java.util.List;
import java.util.stream.Collectors;
import reactor.core.publisher.Mono;

/**
 * The carriers of a node.
 *
 * @param all in the order in which they are asked
 */
record Carriers(List<Carrier> all) {
  /** The one that dials {@code address}; AGENT_UNREACHABLE, with what is carried, where none is. */
  Mono<Carrier> of(AgentId peer, Address address) {
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

  private String schemes() {
    return all.stream()
        .flatMap(carrier -> carrier.schemes().stream())
        .map(Address.Scheme::name)
        .sorted()
        .distinct()
        .collect(Collectors.joining(", "));
  }
}
