package dev.parley.transport.rsocket.guard;

/**
 * Says whether one more request from the peer may start, over and above the connection's own limit:
 * a cap per agent or per node.
 *
 * <p>Called on the event loop of the connection; an instance that several connections share must be
 * thread-safe. It must neither block nor throw.
 */
@FunctionalInterface
public interface Admission {

  /**
   * Takes a place for a request.
   *
   * @return false to refuse it, as "not executed"
   */
  boolean tryOpen();

  /** Gives a place back; called exactly once for each {@link #tryOpen()} that returned true. */
  default void closed() {}

  /** Returns an admission that refuses nothing. */
  static Admission allowAll() {
    return () -> true;
  }
}
