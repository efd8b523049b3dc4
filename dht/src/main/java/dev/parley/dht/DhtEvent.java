package dev.parley.dht;

import dev.parley.Address;
import dev.parley.AgentId;
import java.time.Duration;
import java.util.List;

/** Something that happened to a node of the DHT and that its user may want to react to. */
public sealed interface DhtEvent {
  /**
   * The node began to serve others, or stopped.
   *
   * @param server whether it serves now
   */
  record ModeChanged(boolean server) implements DhtEvent {}

  /**
   * Another node has dialled us back at an address, with {@link DhtOptions.Mode#AUTO}.
   *
   * @param address where we can be dialled
   */
  record AddressConfirmed(Address address) implements DhtEvent {}

  /**
   * The node knows enough others, or no longer does.
   *
   * @param health how it is now
   * @param contacts how many it knows
   */
  record HealthChanged(DhtStats.Health health, int contacts) implements DhtEvent {}

  /**
   * The neighbourhood of a key is far too dense, or of too few networks: somebody may be trying to
   * surround it. The lookup goes on over disjoint paths.
   *
   * @param target the point that was looked for, as logs show it
   */
  record Suspicious(String target) implements DhtEvent {}

  /**
   * Our own listing was brought to its holders, anew or again.
   *
   * @param report how that went
   */
  record Published(PublishReport report) implements DhtEvent {}

  /** An agent whose listing is cached has a newer one: it told us itself, or a lookup found it. */
  non-sealed interface ListingChanged extends DhtEvent {
    /** Whose listing it is. */
    AgentId agent();

    /** Whether the agent says that it has left. */
    boolean hasLeft();
  }

  /**
   * A lookup found a listing that is signed more than two hours in the future: its owner's clock is
   * wrong, or ours. Holders with a right clock refuse such listings.
   *
   * @param ahead how far in the future
   */
  record ClockSkewed(Duration ahead) implements DhtEvent {}

  /**
   * Another process has signed a listing with this agent's key since this one did: two run with one
   * key, and each takes the place of the other's listing.
   *
   * @param addresses where the other one is
   */
  record KeyUsedElsewhere(List<Address> addresses) implements DhtEvent {
    /** Keeps a copy. */
    public KeyUsedElsewhere {
      addresses = List.copyOf(addresses);
    }
  }
}
