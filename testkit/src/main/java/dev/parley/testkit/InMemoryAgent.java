package dev.parley.testkit;

import dev.parley.Agent;
import dev.parley.AgentId;
import dev.parley.Identity;
import dev.parley.NetworkId;
import dev.parley.messenger.Messenger;
import dev.parley.messenger.MessengerBuilder;
import dev.parley.spi.Bound;
import dev.parley.spi.ExchangeFilter;
import dev.parley.spi.NodeListener;
import dev.parley.spi.Protocol;
import dev.parley.spi.StateStore;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/**
 * An agent of an {@link InMemoryNetwork}: what a node is to a service, with the node's end, and
 * what its protocols show.
 */
public interface InMemoryAgent extends Agent {
  /** A protocol that this agent speaks, by its type. */
  <T extends Protocol.Running> Optional<T> protocol(Class<T> type);

  /** How much of their limits its protocols use now. */
  List<Bound> bounds();

  /**
   * Lets running messages finish up to {@code limit}, then closes. Cold; completes when everything
   * is closed.
   */
  Mono<Void> drain(Duration limit);

  /**
   * Closes at once: what is under way, and what begins from now on, fails as SHUT_DOWN. Cold and
   * idempotent.
   */
  Mono<Void> close();

  /** Configures an {@link InMemoryAgent}. Not thread-safe. */
  final class Builder {
    private final AgentId id;
    private final Function<Builder, MessengerBuilder> network;
    private Function<MessengerBuilder, MessengerBuilder> settings = Function.identity();
    private NodeListener listener = NodeListener.none();
    private long features;

    Builder(AgentId id, Function<Builder, MessengerBuilder> network) {
      this.id = Objects.requireNonNull(id, "id");
      this.network = network;
    }

    AgentId id() {
      return id;
    }

    NodeListener listener() {
      return listener;
    }

    long features() {
      return features;
    }

    /** Speaks this protocol too. */
    public Builder with(Protocol value) {
      features |= value.features();
      return set(b -> b.with(value));
    }

    /** Puts a filter around all exchanges, outside those that are there. */
    public Builder filter(ExchangeFilter value) {
      return set(b -> b.filter(value));
    }

    /** Hears what the agent does, besides those that hear it already. */
    public Builder listener(NodeListener value) {
      listener = NodeListener.both(listener, value);
      return this;
    }

    /**
     * The agent's keys, for protocols that sign.
     *
     * @throws IllegalArgumentException if they are another agent's
     */
    public Builder identity(Identity value) {
      if (!value.id().equals(id)) {
        throw new IllegalArgumentException("identity is of another agent than this one");
      }
      return set(b -> b.identity(value));
    }

    /** The network that the agent is in, for protocols. */
    public Builder network(NetworkId value) {
      return set(b -> b.network(Objects.requireNonNull(value, "network")));
    }

    /** Where protocols keep what must not be forgotten, closed with the agent; in memory. */
    public Builder state(StateStore value) {
      return set(b -> b.state(Objects.requireNonNull(value, "state")));
    }

    private Builder set(Function<MessengerBuilder, MessengerBuilder> setting) {
      settings = settings.andThen(setting);
      return this;
    }

    /**
     * Starts its protocols, then listens. Cold; each subscription starts an agent, at an address of
     * its own. An error of a protocol's is its error, and nothing runs then.
     */
    public Mono<InMemoryAgent> start() {
      return Mono.defer(
          () -> {
            Messenger messenger = settings.apply(network.apply(this)).build();
            return messenger
                .start()
                .<InMemoryAgent>thenReturn(new MemoryAgent(messenger))
                .onErrorResume(e -> messenger.close().then(Mono.error(e)));
          });
    }
  }
}
