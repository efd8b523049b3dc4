package dev.parley.messenger;

import dev.parley.AgentId;
import dev.parley.FailureCode;
import dev.parley.HandlerFailure;
import dev.parley.MessagingException;
import dev.parley.Phase;
import dev.parley.spi.NodeListener;
import dev.parley.spi.NodeListener.Refusal;

/** How it is said that this messenger does not take a call, ours or a peer's. */
final class Refusals {
  private Refusals() {}

  /** How a call of ours ends that the messenger's end has reached. */
  static MessagingException.Builder closed(Phase phase) {
    return MessagingException.builder(FailureCode.SHUT_DOWN, phase)
        .detail("this node is closed; start another one")
        .permanent();
  }

  /** A call of ours beyond the limit. */
  static MessagingException overloaded(AgentId peer, Slots sends) {
    return MessagingException.builder(FailureCode.OVERLOADED, Phase.RESOLVE)
        .peer(peer)
        .detail(
            sends.max()
                + " messages are under way already (maxConcurrentSends); send fewer at a time")
        .build();
  }

  /** A peer's call, of which the listener is told. */
  static HandlerFailure toPeer(FailureCode code, NodeListener listener) {
    listener.refused(code == FailureCode.NO_RECEIVER ? Refusal.NO_RECEIVER : Refusal.OVERLOADED);
    return HandlerFailure.of(code, null, null);
  }
}
