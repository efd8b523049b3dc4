package dev.parley.carrier;

import dev.parley.Address;
import dev.parley.spi.Host;
import dev.parley.spi.Link;
import dev.parley.spi.NodeListener;
import dev.parley.spi.Receiver;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/**
 * Opens links to peers and accepts theirs. It keeps at most one link a peer for new interactions,
 * whoever dialled it.
 *
 * <p>Thread-safe. Its publishers are cold and fail with {@link dev.parley.MessagingException} only.
 */
public interface Transport extends Host.Links {
  /**
   * Starts to accept links, where it is configured to listen, and hands what arrives on a link to
   * the receiver that {@code receivers} gave for it, once, before anything of it was handed over.
   * Emits the addresses it listens at, with the ports that were really bound; errors when one
   * cannot be bound. Once only.
   */
  Mono<List<Address>> start(Function<? super Link, ? extends Receiver> receivers);

  /** The same with one receiver for all links. */
  default Mono<List<Address>> start(Receiver receiver) {
    Objects.requireNonNull(receiver, "receiver");
    return start(link -> receiver);
  }

  /** Where it is configured to listen, before it starts and after; empty if it only dials. */
  default List<Address> listen() {
    return List.of();
  }

  /** Tells {@code watcher} of each link that opens and closes from now on, and of nothing else. */
  void watchLinks(NodeListener watcher);

  /**
   * Stops accepting, tells peers, waits for running interactions up to {@code limit}, closes.
   * Idempotent; completes when everything is closed, never errors.
   */
  Mono<Void> drain(Duration limit);

  /** Closes everything at once. Idempotent; completes when it is done, never errors. */
  Mono<Void> close();
}
