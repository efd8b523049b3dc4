package dev.parley.transport.rsocket.link;

import dev.parley.AgentId;
import dev.parley.Executed;
import dev.parley.FailureCode;
import dev.parley.HandlerFailure;
import dev.parley.MessagingException;
import dev.parley.Phase;
import dev.parley.transport.rsocket.guard.ErrorCode;
import dev.parley.transport.session.CloseCode;
import io.rsocket.RSocketErrorException;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/**
 * Failures on the wire: RSocket's own error codes where they fit, from 0x301 up Parley's
 * (PROTOCOL.md, "Error codes"). Texts carry nothing that is decided on.
 */
public final class WireErrors {
  private WireErrors() {}

  /** An error frame's content. */
  public static RSocketErrorException of(int code, @Nullable String text) {
    return new Stackless(code, text == null ? "" : text);
  }

  /** What travels of a failed handler. */
  public static RSocketErrorException of(Throwable failure) {
    if (failure instanceof MessagingException e && e.code() == FailureCode.MESSAGE_TOO_LARGE) {
      return of(ErrorCode.ANSWER_TOO_LARGE, null);
    }
    if (!(failure instanceof HandlerFailure f)) {
      return of(ErrorCode.APPLICATION_ERROR, null);
    }
    int code =
        switch (f.code()) {
          case NO_RECEIVER -> ErrorCode.NO_RECEIVER;
          case REJECTED -> ErrorCode.REJECTED_BY_HANDLER;
          case OVERLOADED -> ErrorCode.REJECTED;
          case UNAUTHORIZED -> ErrorCode.UNAUTHORIZED;
          case MESSAGE_TOO_LARGE -> ErrorCode.MESSAGE_TOO_LARGE;
          case TIMEOUT -> ErrorCode.TIMEOUT;
          case SHUT_DOWN -> ErrorCode.SHUT_DOWN;
          default -> ErrorCode.APPLICATION_ERROR;
        };
    return of(code, f.text());
  }

  /** What ended items of ours: the peer hears the code alone, and our side all of it. */
  static RSocketErrorException own(Throwable failure) {
    return new Own(of(failure).errorCode(), failure);
  }

  /** What a failed interaction means to its caller. */
  public static MessagingException toFailure(
      Throwable t, AgentId peer, boolean sent, @Nullable CloseReason reason) {
    if (t instanceof MessagingException e) {
      return e;
    }
    if (t instanceof Own own) {
      return own.original instanceof MessagingException e
          ? e
          : failure(FailureCode.REMOTE_FAILURE, Executed.UNKNOWN, peer)
              .detail("the items to send ended with " + own.original.getClass().getSimpleName())
              .cause(own.original)
              .build();
    }
    if (t instanceof RSocketErrorException e && isAnswer(e)) {
      return fromWire(e, peer);
    }
    return lost(t, peer, sent, reason);
  }

  /** Whether something failed since the peer does not let this node in, or no longer does. */
  static boolean isRefusal(Throwable t, CloseReason reason) {
    return reason.byPeer()
        && (reason.code() == CloseCode.ACCESS_DENIED || reason.code() == CloseCode.OVERLOADED)
        && !(t instanceof MessagingException)
        && !(t instanceof Own)
        && !(t instanceof RSocketErrorException e && isAnswer(e));
  }

  private static boolean isAnswer(RSocketErrorException e) {
    return Integer.compareUnsigned(e.errorCode(), ErrorCode.APPLICATION_ERROR) >= 0;
  }

  /**
   * What a caller is told whom the peer does not let in.
   *
   * @param served whether the peer may have handled what was asked, before its rules changed
   */
  static MessagingException refused(AgentId peer, CloseReason reason, boolean served) {
    boolean later = reason.code() == CloseCode.OVERLOADED;
    return MessagingException.builder(
            later ? FailureCode.OVERLOADED : FailureCode.UNAUTHORIZED,
            served ? Phase.AWAIT : Phase.HANDSHAKE)
        .executed(served ? Executed.UNKNOWN : Executed.NO)
        .peer(peer)
        .detail(
            later
                ? "the peer takes no link of this agent now; send again later"
                : "the peer does not accept links from this agent")
        .build();
  }

  private static MessagingException fromWire(RSocketErrorException e, AgentId peer) {
    String text = e.getMessage();
    return switch (e.errorCode()) {
      case ErrorCode.NO_RECEIVER ->
          failure(FailureCode.NO_RECEIVER, Executed.NO, peer)
              .detail("it has no handler for the route")
              .build();
      case ErrorCode.REJECTED_BY_HANDLER ->
          failure(FailureCode.REJECTED, Executed.NO, peer)
              .peerText(text)
              .detail("its handler refused the message")
              .build();
      case ErrorCode.UNAUTHORIZED ->
          failure(FailureCode.UNAUTHORIZED, Executed.NO, peer)
              .detail("it does not let this agent do that")
              .build();
      case ErrorCode.MESSAGE_TOO_LARGE ->
          failure(FailureCode.MESSAGE_TOO_LARGE, Executed.NO, peer)
              .detail("the message exceeds the limit of the peer")
              .build();
      case ErrorCode.ANSWER_TOO_LARGE ->
          failure(FailureCode.MESSAGE_TOO_LARGE, Executed.YES, peer)
              .detail("the answer exceeds the limit of this node")
              .build();
      case ErrorCode.ANSWER_DOES_NOT_FIT ->
          failure(FailureCode.OVERLOADED, Executed.YES, peer)
              .detail("too many answers wait for this node to read; ask for fewer at a time")
              .build();
      case ErrorCode.TIMEOUT ->
          failure(FailureCode.TIMEOUT, Executed.UNKNOWN, peer)
              .detail("the deadline passed at the peer")
              .build();
      case ErrorCode.SHUT_DOWN ->
          failure(FailureCode.SHUT_DOWN, Executed.NO, peer)
              .detail("the link takes no new messages")
              .build();
      case ErrorCode.REJECTED ->
          failure(FailureCode.OVERLOADED, Executed.NO, peer)
              .detail("the peer has too much under way; send again later")
              .build();
      case ErrorCode.INVALID ->
          failure(FailureCode.REMOTE_FAILURE, Executed.NO, peer)
              .detail("the peer found the request malformed")
              .build();
      case ErrorCode.CANCELED ->
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
    boolean known = t instanceof ClosedChannelException;
    if (reason == null && !known && !(t instanceof RSocketErrorException)) {
      return OwnFaults.internal(
          peer, sent ? Phase.AWAIT : Phase.SEND, sent ? Executed.UNKNOWN : Executed.NO, t);
    }
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

  private static final class Own extends Stackless {
    private static final long serialVersionUID = 1L;
    private final transient Throwable original;

    Own(int code, Throwable original) {
      super(code, "");
      this.original = original;
    }
  }

  private static class Stackless extends RSocketErrorException {
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
