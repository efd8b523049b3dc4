package dev.parley.transport.rsocket;

import dev.parley.AgentId;
import dev.parley.Executed;
import dev.parley.FailureCode;
import dev.parley.HandlerFailure;
import dev.parley.MessagingException;
import dev.parley.Phase;
import dev.parley.transport.session.CloseCode;
import io.rsocket.RSocketErrorException;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/**
 * Failures on the wire: RSocket's own error codes where they fit, from 0x301 up Parley's
 * (PROTOCOL.md, "Error codes"). Texts carry nothing that is decided on.
 */
final class WireErrors {
  static final int APPLICATION_ERROR = 0x201;
  static final int REJECTED = 0x202;
  static final int CANCELED = 0x203;
  static final int INVALID = 0x204;
  static final int NO_RECEIVER = 0x301;
  static final int REFUSED = 0x302;
  static final int UNAUTHORIZED = 0x303;
  static final int MESSAGE_TOO_LARGE = 0x304;
  static final int TIMEOUT = 0x305;
  static final int SHUT_DOWN = 0x306;
  static final int ANSWER_TOO_LARGE = 0x307;

  private WireErrors() {}

  /** An error frame's content. */
  static RSocketErrorException of(int code, @Nullable String text) {
    return new Stackless(code, text == null ? "" : text);
  }

  /** What travels of a failed handler. */
  static RSocketErrorException of(Throwable failure) {
    if (!(failure instanceof HandlerFailure f)) {
      return of(APPLICATION_ERROR, null);
    }
    int code =
        switch (f.code()) {
          case NO_RECEIVER -> NO_RECEIVER;
          case REJECTED -> REFUSED;
          case OVERLOADED -> REJECTED;
          case UNAUTHORIZED -> UNAUTHORIZED;
          case MESSAGE_TOO_LARGE -> MESSAGE_TOO_LARGE;
          case TIMEOUT -> TIMEOUT;
          case SHUT_DOWN -> SHUT_DOWN;
          default -> APPLICATION_ERROR;
        };
    return of(code, f.text());
  }

  /** What a failed interaction means to its caller. */
  static MessagingException toFailure(
      Throwable t, AgentId peer, boolean sent, @Nullable CloseReason reason) {
    if (t instanceof MessagingException e) {
      return e;
    }
    if (t instanceof RSocketErrorException e && e.errorCode() > 0x200) {
      return fromWire(e, peer);
    }
    return lost(t, peer, sent, reason);
  }

  private static MessagingException fromWire(RSocketErrorException e, AgentId peer) {
    String text = e.getMessage();
    return switch (e.errorCode()) {
      case NO_RECEIVER ->
          failure(FailureCode.NO_RECEIVER, Executed.NO, peer)
              .detail("it has no handler for the route")
              .build();
      case REFUSED ->
          failure(FailureCode.REJECTED, Executed.NO, peer)
              .peerText(text)
              .detail("its handler refused the message")
              .build();
      case UNAUTHORIZED ->
          failure(FailureCode.UNAUTHORIZED, Executed.NO, peer)
              .detail("it does not let this agent do that")
              .build();
      case MESSAGE_TOO_LARGE ->
          failure(FailureCode.MESSAGE_TOO_LARGE, Executed.NO, peer)
              .detail("the message exceeds the limit of the peer")
              .build();
      case ANSWER_TOO_LARGE ->
          failure(FailureCode.MESSAGE_TOO_LARGE, Executed.YES, peer)
              .detail("the answer exceeds the limit of this node")
              .build();
      case TIMEOUT ->
          failure(FailureCode.TIMEOUT, Executed.UNKNOWN, peer)
              .detail("the deadline passed at the peer")
              .build();
      case SHUT_DOWN ->
          failure(FailureCode.SHUT_DOWN, Executed.NO, peer)
              .detail("the peer takes no new messages on this link")
              .build();
      case REJECTED ->
          failure(FailureCode.OVERLOADED, Executed.NO, peer)
              .detail("the peer has too much under way; send again later")
              .build();
      case INVALID ->
          failure(FailureCode.REMOTE_FAILURE, Executed.NO, peer)
              .detail("the peer found the request malformed")
              .build();
      case CANCELED ->
          failure(FailureCode.REMOTE_FAILURE, Executed.UNKNOWN, peer)
              .detail("the peer cancelled the request")
              .build();
      default ->
          failure(FailureCode.REMOTE_FAILURE, Executed.YES, peer)
              .peerText(text == null || text.isEmpty() ? null : text)
              .detail("its handler failed")
              .build();
    };
  }

  private static MessagingException lost(
      Throwable t, AgentId peer, boolean sent, @Nullable CloseReason reason) {
    if (reason != null && reason.byPeer() && reason.code() == CloseCode.ACCESS_DENIED) {
      return MessagingException.builder(FailureCode.UNAUTHORIZED, Phase.HANDSHAKE)
          .peer(peer)
          .detail("the peer does not accept links from this agent")
          .build();
    }
    boolean known = t instanceof ClosedChannelException;
    return MessagingException.builder(FailureCode.CONNECTION_LOST, sent ? Phase.AWAIT : Phase.SEND)
        .executed(sent ? Executed.UNKNOWN : Executed.NO)
        .peer(peer)
        .detail("the link ended" + (reason == null ? "" : " (" + reason.label() + ")"))
        .cause(known ? null : t)
        .build();
  }

  private static MessagingException.Builder failure(
      FailureCode code, Executed executed, AgentId peer) {
    return MessagingException.builder(code, Phase.AWAIT).executed(executed).peer(peer);
  }

  private static final class Stackless extends RSocketErrorException {
    private static final long serialVersionUID = 1L;

    Stackless(int code, String message) {
      super(code, message);
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
      return this;
    }
  }
}
