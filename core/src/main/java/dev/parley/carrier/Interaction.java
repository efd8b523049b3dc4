package dev.parley.carrier;

import dev.parley.spi.Link;
import org.reactivestreams.Subscription;

/**
 * The subscription of an interaction on a {@link Link}, which can tell how far it got. A transport
 * that does not know hands out plain subscriptions, and its messages count as sent.
 */
public interface Interaction extends Subscription {
  /** Whether anything of the message can have left this process. */
  boolean isSent();
}
