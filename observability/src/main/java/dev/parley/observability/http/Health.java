package dev.parley.observability.http;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.parley.dht.DhtStats;
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
  /** How a node is. */
  public enum State {
    /** It has not joined its network yet. */
    BOOTSTRAPPING,
    /** It works, as the first node of its network: it knows of no other that serves. */
    ALONE,
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
   * @param joined whether it has joined its DHT, and others can find it
   * @param dht its part in the DHT; null where it is in none
   */
  record Facts(boolean closed, boolean draining, boolean joined, @Nullable DhtStats dht) {}

  static Health of(Facts facts) {
    if (facts.closed()) {
      return new Health(State.CLOSED, false, List.of("the node is closed"));
    }
    if (facts.draining()) {
      return new Health(
          State.DRAINING, false, List.of("the node finishes what runs and takes nothing new"));
    }
    DhtStats dht = facts.dht();
    if (dht == null) {
      return new Health(State.GOOD, true, List.of());
    }
    if (!facts.joined() || dht.health() == DhtStats.Health.BOOTSTRAPPING) {
      return new Health(
          State.BOOTSTRAPPING, false, List.of("no seed or saved contact has answered yet"));
    }
    return switch (dht.health()) {
      case GOOD -> new Health(State.GOOD, true, List.of());
      case ALONE -> new Health(State.ALONE, true, List.of("no other node is known yet"));
      default -> new Health(State.WEAK, true, List.of(weakness(dht)));
    };
  }

  private static String weakness(DhtStats dht) {
    int contacts = dht.contacts();
    if (dht.unreached() >= Math.max(1, contacts) && contacts < DhtStats.SAFE_CONTACTS) {
      return "reaches %d other nodes, and not %d that it has heard of"
          .formatted(contacts, dht.unreached());
    }
    if (contacts == 0) {
      return "none of its seeds and former contacts answers";
    }
    return dht.failing()
        ? "most of the last requests to other nodes failed"
        : "reaches %d other nodes of about %d".formatted(contacts, dht.networkSize());
  }
}
