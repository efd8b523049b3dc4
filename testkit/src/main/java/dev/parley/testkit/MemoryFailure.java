package dev.parley.testkit;

import dev.parley.AgentId;
import dev.parley.Executed;
import dev.parley.FailureCode;
import dev.parley.HandlerFailure;
import dev.parley.Message;
import dev.parley.MessagingException;
import dev.parley.Phase;
import org.jspecify.annotations.Nullable;

/** What travels of a handler's failure: a code, and a text only where the handler chose one. */
record MemoryFailure(FailureCode code, Executed executed, @Nullable String text) {
  /** The failure of a handler that signalled {@code t}. */
  static MemoryFailure of(Throwable t) {
    if (!(t instanceof HandlerFailure failure)) {
      return new MemoryFailure(FailureCode.REMOTE_FAILURE, Executed.YES, null);
    }
    return switch (failure.code()) {
      case REJECTED -> new MemoryFailure(failure.code(), Executed.NO, failure.text());
      case NO_RECEIVER, OVERLOADED, UNAUTHORIZED, MESSAGE_TOO_LARGE, SHUT_DOWN ->
          new MemoryFailure(failure.code(), Executed.NO, null);
      case TIMEOUT -> new MemoryFailure(failure.code(), Executed.UNKNOWN, null);
      default -> new MemoryFailure(FailureCode.REMOTE_FAILURE, Executed.YES, failure.text());
    };
  }

  /** What the caller is told. */
  MessagingException toException(AgentId peer) {
    return MessagingException.builder(code, Phase.AWAIT)
        .executed(executed)
        .peer(peer)
        .peerText(text)
        .detail("the peer said so")
        .build();
  }

  // ---- of this side

  static MessagingException tooLarge(AgentId peer, Message message, int limit) {
    return MessagingException.builder(FailureCode.MESSAGE_TOO_LARGE, Phase.SEND)
        .peer(peer)
        .detail("the message is " + message.size() + " bytes, the peer takes at most " + limit)
        .build();
  }

  static MessagingException overloaded(AgentId peer, int calls) {
    return MessagingException.builder(FailureCode.OVERLOADED, Phase.SEND)
        .peer(peer)
        .detail(calls + " interactions are under way on the link (maxInteractions)")
        .build();
  }

  static MessagingException lost(AgentId peer, boolean sent) {
    return MessagingException.builder(FailureCode.CONNECTION_LOST, sent ? Phase.AWAIT : Phase.SEND)
        .executed(sent ? Executed.UNKNOWN : Executed.NO)
        .peer(peer)
        .detail("the link ended")
        .build();
  }
}
