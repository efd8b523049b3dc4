package dev.parley.carrier;

import dev.parley.Address;
import dev.parley.spi.Host;
import dev.parley.spi.NodeListener;
import dev.parley.spi.Receiver;
import java.time.Duration;
import java.util.List;
import reactor.core.publisher.Mono;

/**
 * Opens links to peers and accepts theirs. It keeps at most one link a peer for new interactions,
 * whoever dialled it.
 *
 * <p>Thread-safe. Its publishers are cold and fail with {@link dev.parley.MessagingException} only.
 */
public interface Transport extends Host.Links {
  /**
   * Starts to accept links, where it is configured to listen, and hands what arrives on any link to
   * {@code receiver}. Emits the addresses it listens at, with the ports that were really bound;
   * errors when one cannot be bound. Once only.
   */
  Mono<List<Address>> start(Receiver receiver);

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
