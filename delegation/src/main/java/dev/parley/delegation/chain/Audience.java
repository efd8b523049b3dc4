package dev.parley.delegation.chain;

import dev.parley.AgentId;
import java.util.Collection;
import java.util.List;
import java.util.Objects;

/** Who may use a grant or pass it on. Immutable. */
public sealed interface Audience {
  /** Everybody in the grantor's network. */
  static Audience anyone() {
    return Anyone.INSTANCE;
  }

  /**
   * These agents, who are told apart by the key that the handshake proves.
   *
   * @throws IllegalArgumentException if there are none, or more than {@value Agents#MAX}
   */
  static Audience agents(Collection<AgentId> agents) {
    return new Agents(List.copyOf(agents));
  }

  /** Whoever holds the private half of this one-time key. */
  static Audience bearer(AgentId key) {
    return new Bearer(key);
  }

  /** Whether it names this key. */
  boolean includes(AgentId key);

  /** Everybody in the grantor's network. */
  enum Anyone implements Audience {
    /** The only one. */
    INSTANCE;

    @Override
    public boolean includes(AgentId key) {
      return true;
    }

    @Override
    public String toString() {
      return "anyone";
    }
  }

  /**
   * Named agents.
   *
   * @param ids ascending, none twice
   */
  record Agents(List<AgentId> ids) implements Audience {
    /** How many there may be. */
    public static final int MAX = 16;

    /** Sorts, and refuses what does not fit. */
    public Agents {
      ids = ids.stream().distinct().sorted().toList();
      if (ids.isEmpty() || ids.size() > MAX) {
        throw new IllegalArgumentException(
            "a grant is for 1.." + MAX + " agents, not " + ids.size());
      }
    }

    @Override
    public boolean includes(AgentId key) {
      return ids.contains(key);
    }

    @Override
    public String toString() {
      return ids.stream().map(AgentId::toShortString).toList().toString();
    }
  }

  /**
   * Whoever holds the private half of a key.
   *
   * @param key its public half, which is nobody's id
   */
  record Bearer(AgentId key) implements Audience {
    /** Refuses null. */
    public Bearer {
      Objects.requireNonNull(key, "key");
    }

    @Override
    public boolean includes(AgentId other) {
      return key.equals(other);
    }

    @Override
    public String toString() {
      return "bearer";
    }
  }
}
