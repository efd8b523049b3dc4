package dev.parley;

import dev.parley.AgentResolver.Candidate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import reactor.core.publisher.Flux;

/**
 * Addresses that were configured or told by hand. Thread-safe.
 *
 * <p>Holds at most {@code maxAgents} agents (10,000 unless said) with {@link #MAX_ADDRESSES}
 * addresses each; one more is refused with an {@link IllegalStateException}, so that nothing
 * configured is silently forgotten.
 */
public final class AddressBook implements AgentResolver {
  /** How many addresses one agent may have. */
  public static final int MAX_ADDRESSES = 8;

  /** How many agents a book holds by default. */
  public static final int DEFAULT_MAX_AGENTS = 10_000;

  private final int maxAgents;
  private final Map<AgentId, List<Address>> addresses = new LinkedHashMap<>();

  private AddressBook(int maxAgents) {
    this.maxAgents = maxAgents;
  }

  /** An empty book. */
  public static AddressBook create() {
    return new AddressBook(DEFAULT_MAX_AGENTS);
  }

  /** An empty book for at most {@code maxAgents} agents, 1 or more. */
  public static AddressBook create(int maxAgents) {
    if (maxAgents < 1) {
      throw new IllegalArgumentException("maxAgents is " + maxAgents + ", must be 1 or more");
    }
    return new AddressBook(maxAgents);
  }

  /** Adds an address, after those that the agent already has; a known one stays where it is. */
  public AddressBook add(PeerAddress peer) {
    synchronized (addresses) {
      List<Address> known = addresses.get(peer.id());
      if (known == null) {
        if (addresses.size() >= maxAgents) {
          throw new IllegalStateException("the address book is full: " + maxAgents + " agents");
        }
        known = new ArrayList<>(1);
        addresses.put(peer.id(), known);
      }
      if (!known.contains(peer.address())) {
        if (known.size() >= MAX_ADDRESSES) {
          throw new IllegalStateException(
              "agent "
                  + peer.id().toShortString()
                  + " has "
                  + MAX_ADDRESSES
                  + " addresses already");
        }
        known.add(peer.address());
      }
    }
    return this;
  }

  /** Forgets an agent. */
  public void remove(AgentId agent) {
    synchronized (addresses) {
      addresses.remove(agent);
    }
  }

  /** The addresses of an agent, in order; empty when it is unknown. */
  public List<Address> addresses(AgentId agent) {
    synchronized (addresses) {
      return List.copyOf(addresses.getOrDefault(agent, List.of()));
    }
  }

  /** How many agents the book knows. */
  public int size() {
    synchronized (addresses) {
      return addresses.size();
    }
  }

  @Override
  public Flux<Candidate> resolve(AgentId agent, Trail.Recorder trail) {
    return Flux.defer(
        () -> {
          List<Address> known = addresses(agent);
          trail.step(
              Phase.RESOLVE,
              "address-book",
              known.isEmpty()
                  ? "unknown"
                  : known.size() + " address" + (known.size() > 1 ? "es" : ""));
          return Flux.fromIterable(known).map(a -> new Candidate(a, "address-book"));
        });
  }
}
