package dev.parley.testkit;

import dev.parley.AgentId;
import dev.parley.Executed;
import dev.parley.FailureCode;
import dev.parley.HandlerFailure;
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
}
