package dev.parley.carrier;

import dev.parley.spi.Link;
import java.time.Duration;
import reactor.core.publisher.Mono;

/**
 * A {@link Link} as its {@link Carrier} made it, with what decides about its place beside others.
 */
public interface CarriedLink extends Link {
  /** The process at the other end; {@link InstanceId#UNKNOWN} if it does not tell. */
  InstanceId instance();

  /** Whether the dial only checks an address: then the link carries no messages of either side. */
  boolean isCheck();

  /** What the peer presented in the handshake beside its key; empty if nothing. */
  default byte[] credentials() {
    return new byte[0];
  }

  /** Whether the bytes pass through a relay; both sides say the same. */
  boolean isRelayed();

  /**
   * Stops new interactions, tells the peer so, and closes once those under way have ended, at the
   * latest after {@code limit}. Idempotent. Cold; completes when the link is gone, never errors.
   */
  Mono<Void> drain(LinkEnd why, Duration limit);

  /** Closes at once. Idempotent. Cold; completes when the link is gone, never errors. */
  Mono<Void> close(LinkEnd why);
}
