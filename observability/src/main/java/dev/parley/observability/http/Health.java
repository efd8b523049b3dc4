package dev.parley.observability.http;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.parley.dht.DhtSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Whether a node can do its work, and why not. Immutable.
 *
 * @param state how it is
 * @param ready whether it should be given work: neither bootstrapping nor on its way out
 * @param reasons why the state is not GOOD, for people; empty when it is
 */
public record Health(State state, boolean ready, List<String> reasons) {
  /** Fewer live contacts than this make a node WEAK: the loss of two would cut it off. */
  static final int MIN_CONTACTS = 3;

  /** How a node is. */
  public enum State {
    /** It has not joined its network yet. */
    BOOTSTRAPPING,
    /** It works, but little has to go wrong for it to lose its network. */
    WEAK,
    /** It works. */
    GOOD,
    /** It finishes what runs and takes nothing new. */
    DRAINING,
    /** It is gone. */
    CLOSED;

    /** The word for programs. */
    @JsonValue
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Copies the reasons. */
  public Health {
    reasons = List.copyOf(reasons);
  }

  /**
   * What is known of a node.
   *
   * @param inDht whether it is in a DHT at all
   * @param joined whether it has joined, and others can find it
   * @param dht its part in the DHT, or null where that is not known in time
   */
  record Facts(
      boolean closed, boolean draining, boolean inDht, boolean joined, @Nullable DhtSnapshot dht) {}

  static Health of(Facts facts) {
    if (facts.closed()) {
      return new Health(State.CLOSED, false, List.of("the node is closed"));
    }
    if (facts.draining()) {
      return new Health(
          State.DRAINING, false, List.of("the node finishes what runs and takes nothing new"));
    }
    if (!facts.inDht()) {
      return new Health(State.GOOD, true, List.of());
    }
    if (!facts.joined()) {
      return new Health(
          State.BOOTSTRAPPING, false, List.of("no seed or saved contact has answered yet"));
    }
    List<String> weak = weaknesses(facts.dht());
    return new Health(weak.isEmpty() ? State.GOOD : State.WEAK, true, weak);
  }

  private static List<String> weaknesses(@Nullable DhtSnapshot dht) {
    if (dht == null) {
      return List.of("the DHT did not say how it is within a second");
    }
    List<String> reasons = new ArrayList<>();
    long live = dht.contacts().stream().filter(DhtSnapshot.KnownContact::live).count();
    if (live < MIN_CONTACTS) {
      reasons.add(
          (live == 0 ? "no live contact" : live == 1 ? "1 live contact" : live + " live contacts")
              + " in the routing table, "
              + MIN_CONTACTS
              + " or more are safe");
    }
    return reasons;
  }
}
