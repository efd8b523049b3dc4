package dev.parley.spi;

import dev.parley.Address;
import dev.parley.AgentId;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Opens links to peers and accepts theirs. It keeps at most one link a peer for new interactions,
 * whoever dialled it.
 *
 * <p>Thread-safe. Its publishers are cold and fail with {@link dev.parley.MessagingException} only.
 */
public interface Transport {
  /**
   * Starts to accept links, where it is configured to listen, and hands what arrives on any link to
   * {@code receiver}. Emits the addresses it listens at, with the ports that were really bound;
   * errors when one cannot be bound. Once only.
   */
  Mono<List<Address>> start(Receiver receiver);

  /** The open link to a peer, or null; does not wait, and is cheap enough for every message. */
  @Nullable Link openLink(AgentId peer);

  /**
   * Gives the open link to a peer, or dials one.
   *
   * <p>Concurrent calls for one peer share one dial. Equal {@code candidates} are subscribed once;
   * of different ones, up to four a dial are united, so that whoever knows an address helps all.
   * Addresses are raced; the winner is the first that proves the peer's key. Cancelling leaves a
   * dial that others wait for alone, and stops it otherwise. Errors with AGENT_NOT_FOUND when there
   * are no candidates, with the resolver's failure when it is a {@link
   * dev.parley.MessagingException}, and with the furthest failure of the race otherwise; nothing of
   * any message has been sent then.
   *
   * @param candidates makes the candidates for a dial, with the trail to record in; has an {@code
   *     equals} where many callers bring the same
   * @param progress is given the trail of the dial that this call started or joined
   */
  Mono<Link> connect(
      AgentId peer,
      Function<TrailRecorder, Flux<Candidate>> candidates,
      Consumer<TrailRecorder> progress);

  /** The open links now. */
  Collection<Link> links();

  /**
   * Shows that a peer answers at an address, whether there is a link to it or not; the link that
   * this takes is not kept. Cold; fails as a dial does.
   */
  Mono<Void> check(AgentId peer, Address address);

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
