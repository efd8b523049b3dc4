package dev.parley.node.dht;

import dev.parley.Executed;
import dev.parley.FailureCode;
import dev.parley.MessagingException;
import dev.parley.dht.port.DhtRpcException;

/** What a failed message means to the DHT. */
final class DhtFailures {
  private DhtFailures() {}

  /** A link was found open and was going away, for instance as the lesser of two: ask the other. */
  static boolean isOfClosingLink(Throwable t) {
    return t instanceof MessagingException e
        && e.executed() == Executed.NO
        && (e.code() == FailureCode.SHUT_DOWN || e.code() == FailureCode.CONNECTION_LOST);
  }

  static DhtRpcException reason(MessagingException e) {
    return new DhtRpcException(
        switch (e.code()) {
          case AGENT_NOT_FOUND, AGENT_UNREACHABLE, HANDSHAKE_FAILED, NO_RECEIVER, UNAUTHORIZED ->
              DhtRpcException.Kind.UNREACHABLE;
          case IDENTITY_MISMATCH -> DhtRpcException.Kind.WRONG_KEY;
          case TIMEOUT -> DhtRpcException.Kind.TIMEOUT;
          default -> DhtRpcException.Kind.LOST;
        });
  }
}
