package dev.parley.links;

import dev.parley.AgentId;
import dev.parley.FailureCode;
import dev.parley.MessagingException;
import dev.parley.Phase;

/** How a race ends that had nobody to dial, and a dial that a carrier failed. */
final class RaceFailures {
  private RaceFailures() {}

  static MessagingException notFound(AgentId peer) {
    return MessagingException.builder(FailureCode.AGENT_NOT_FOUND, Phase.RESOLVE)
        .peer(peer)
        .detail("no resolver knows an address of it")
        .build();
  }

  static MessagingException ofResolver(AgentId peer, Throwable t) {
    return t instanceof MessagingException m
        ? m
        : MessagingException.builder(FailureCode.AGENT_NOT_FOUND, Phase.RESOLVE)
            .peer(peer)
            .detail("the resolver failed (" + t.getClass().getSimpleName() + ")")
            .cause(t)
            .build();
  }

  static MessagingException ofCarrier(AgentId peer, Throwable t) {
    return t instanceof MessagingException m
        ? m
        : MessagingException.builder(FailureCode.AGENT_UNREACHABLE, Phase.DIAL)
            .peer(peer)
            .detail("the carrier failed (" + t.getClass().getSimpleName() + ")")
            .cause(t)
            .build();
  }
}
