package dev.parley.spi;

import dev.parley.Address;
import java.util.List;
import reactor.core.publisher.Mono;

/**
 * What a node speaks beside the messages of its user, such as a DHT or the transfer of files.
 *
 * <p>It is a value, which says how, and every node that is started with it gets a {@link Running}
 * of its own. What it needs of a node, and adds to it, goes through its {@link Host}.
 */
public interface Protocol {
  /** How the routes start that are no user's. */
  String RESERVED = "parley.";

  /** Its name in a word, for logs and for what is wrong with it. */
  String name();

  /**
   * The bits by which others know in the handshake that it is spoken here; see {@link
   * Link#features()}. PROTOCOL.md lists those that are taken.
   */
  default long features() {
    return 0;
  }

  /** What is wrong with its settings, all of it; empty where nothing is. */
  default List<String> problems() {
    return List.of();
  }

  /**
   * Adds it to a node that does not listen yet. Cold; an error is the node's, and what had begun is
   * stopped.
   */
  Mono<? extends Running> start(Host host);

  /** Refuses a route that is no user's, with an {@link IllegalArgumentException}. */
  static String requireFree(String route) {
    if (route.startsWith(RESERVED)) {
      throw new IllegalArgumentException(
          "route '"
              + route
              + "' is reserved: routes that start with "
              + RESERVED
              + " are the node's");
    }
    return route;
  }

  /** A protocol in a node. Thread-safe. */
  interface Running {
    /** The node listens at these addresses from now on, and can dial. Does not block. */
    default void listening(List<Address> addresses) {}

    /**
     * Completes when it has become what others can rely on, for instance when it has joined a
     * network, and when it stops before; at once where there is nothing to wait for. Never errors.
     */
    default Mono<Void> online() {
      return Mono.empty();
    }

    /**
     * The node begins to drain: the time to tell others that it leaves. Cold; it ends by itself
     * within a second or so, and never errors.
     */
    default Mono<Void> leave() {
      return Mono.empty();
    }

    /** The node takes nothing new from now on. Called once or more often; does not block. */
    default void closing() {}

    /** Ends it while there are links still, and the timer. Cold and idempotent; never errors. */
    default Mono<Void> stop() {
      return Mono.empty();
    }

    /** How much of its limits it uses now; cheap enough for once a second. */
    default List<Bound> bounds() {
      return List.of();
    }
  }
}
