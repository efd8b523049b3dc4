package dev.parley;

import java.util.List;
import java.util.Objects;
import reactor.core.publisher.Flux;

/** Finds addresses of an agent. */
@FunctionalInterface
public interface AgentResolver {
  /**
   * Looks for addresses.
   *
   * <p>Cold: each subscription asks anew. It emits addresses as they are found, the most promising
   * first, and completes when there are no more; completing empty means that the agent is unknown.
   * An error means that the resolver could not find out. Cancelling stops the search. It adds a
   * step to {@code trail} for each source that it asks, must not block, and signals on any thread.
   */
  Flux<Candidate> resolve(AgentId agent, Trail.Recorder trail);

  /** Knows nobody. */
  static AgentResolver none() {
    return (agent, trail) -> Flux.empty();
  }

  /**
   * Asks all at once and emits each address once, in the order of arrival; one that fails is told
   * when the others have ended.
   */
  static AgentResolver all(List<AgentResolver> resolvers) {
    List<AgentResolver> copy = List.copyOf(resolvers);
    return (agent, trail) ->
        Flux.fromIterable(copy)
            .flatMapDelayError(
                r -> Flux.defer(() -> r.resolve(agent, trail)), Math.max(1, copy.size()), 16)
            .distinct(Candidate::address);
  }

  /**
   * An address that may lead to an agent, and who says so.
   *
   * @param address where to dial; only the handshake proves who is there
   * @param source the resolver that gave it, such as {@code "address-book"}
   */
  record Candidate(Address address, String source) {
    /** Refuses nulls. */
    public Candidate {
      Objects.requireNonNull(address, "address");
      Objects.requireNonNull(source, "source");
    }
  }
}
