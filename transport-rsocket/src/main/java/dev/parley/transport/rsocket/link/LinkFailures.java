package dev.parley.transport.rsocket.link;

import dev.parley.AgentId;
import dev.parley.Executed;
import dev.parley.FailureCode;
import dev.parley.MessagingException;
import dev.parley.Phase;
import java.nio.channels.ClosedChannelException;

/** What the callers on one link are told when something fails. Thread-safe. */
final class LinkFailures {
  private final AgentId peer;
  private final LinkLife life;

  LinkFailures(AgentId peer, LinkLife life) {
    this.peer = peer;
    this.life = life;
  }

  /**
   * What ended an interaction of ours.
   *
   * @param sent whether anything of it can have left
   */
  MessagingException of(Throwable t, boolean sent) {
    CloseReason reason = life.reason();
    return reason != null && WireErrors.isRefusal(t, reason)
        ? WireErrors.refused(peer, reason, sent && life.isAdmitted())
        : WireErrors.toFailure(t, peer, sent, reason);
  }

  /** Why the items of a peer's channel ended. */
  MessagingException ofItems(Throwable t) {
    if (life.reason() != null || t instanceof ClosedChannelException) {
      return of(t, true);
    }
    return MessagingException.builder(FailureCode.REMOTE_FAILURE, Phase.AWAIT)
        .executed(Executed.UNKNOWN)
        .peer(peer)
        .detail("the peer gave the channel up")
        .build();
  }

  MessagingException malformedAnswer() {
    return MessagingException.builder(FailureCode.REMOTE_FAILURE, Phase.AWAIT)
        .executed(Executed.YES)
        .peer(peer)
        .detail("the answer is malformed")
        .build();
  }

  MessagingException tooMuchWaits() {
    return MessagingException.builder(FailureCode.OVERLOADED, Phase.SEND)
        .peer(peer)
        .detail(
            "too much waits for the link (maxWaitingRequests, outboundMaxBytes) or for all links"
                + " (maxNodeOutboundBytes); send less at a time")
        .build();
  }

  /** An item of a channel of ours does not fit; the peer has the channel, and some of its items. */
  MessagingException itemsDoNotFit() {
    return MessagingException.builder(FailureCode.OVERLOADED, Phase.SEND)
        .peer(peer)
        .executed(Executed.YES)
        .detail(
            "too many bytes wait for the link (outboundMaxBytes) or for all links"
                + " (maxNodeOutboundBytes)")
        .build();
  }

  MessagingException tooManyStreams() {
    return MessagingException.builder(FailureCode.OVERLOADED, Phase.SEND)
        .peer(peer)
        .detail("streams hold all places of the link that the peer has for them")
        .build();
  }

  /**
   * Something exceeds a limit of the peer.
   *
   * @param what as the beginning of a sentence
   */
  MessagingException tooLarge(String what, int limitBytes) {
    return MessagingException.builder(FailureCode.MESSAGE_TOO_LARGE, Phase.SEND)
        .peer(peer)
        .detail(what + ", the peer takes at most " + limitBytes)
        .build();
  }

  /** RSocket could not be set up on a connection that was dialled. */
  MessagingException setUp(Throwable cause) {
    return MessagingException.builder(FailureCode.HANDSHAKE_FAILED, Phase.HANDSHAKE)
        .peer(peer)
        .detail("RSocket could not be set up on the connection")
        .cause(cause)
        .build();
  }
}
