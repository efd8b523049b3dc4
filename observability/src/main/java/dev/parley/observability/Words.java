package dev.parley.observability;

import dev.parley.dht.port.DhtRpcException;
import dev.parley.spi.NodeListener.HandshakeOutcome;
import dev.parley.spi.NodeListener.Refusal;
import dev.parley.transport.session.CloseCode;
import dev.parley.transport.session.RecordFault;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The values that tags are known to take. Meters of all of them are registered at the start: a
 * counter that appears with its first event has no value before it, so that {@code rate} does not
 * see this event. A word that is missing here is counted from its first event on.
 */
final class Words {
  static final List<String> OUTCOMES = List.of("ok", "failed", "cancelled");

  /** What becomes of signals that no handler has. */
  static final Set<Refusal> SIGNALS_DROPPED =
      EnumSet.of(Refusal.NO_RECEIVER, Refusal.OVERLOADED, Refusal.EXPIRED);

  /** What else is refused of peers. */
  static final Set<Refusal> REFUSED = EnumSet.complementOf(EnumSet.of(Refusal.EXPIRED));

  /** Why lookups end, by their outcome. */
  static final List<String> FOUND = List.of("found", "cache");

  static final List<String> NOT_FOUND = List.of("complete", "nobody", "cache", "node");

  static final List<String> PARTIAL =
      List.of("nobody", "timeout", "requests", "suspicious", "overload");

  /** Why handshakes fail that this node began. */
  static final Set<HandshakeOutcome> DIALLING =
      EnumSet.of(
          HandshakeOutcome.BUSY,
          HandshakeOutcome.BUSY_HERE,
          HandshakeOutcome.UNSUPPORTED_SUITE,
          HandshakeOutcome.UNSUPPORTED_VERSION,
          HandshakeOutcome.NOT_PARLEY,
          HandshakeOutcome.TIMEOUT,
          HandshakeOutcome.IDENTITY_MISMATCH,
          HandshakeOutcome.BROKEN_OFF,
          HandshakeOutcome.TURNED_AWAY,
          HandshakeOutcome.DENIED,
          HandshakeOutcome.INTERNAL_ERROR);

  /** Why handshakes fail that others began. */
  static final Set<HandshakeOutcome> ACCEPTING =
      EnumSet.complementOf(
          EnumSet.of(
              HandshakeOutcome.OK,
              HandshakeOutcome.BUSY_HERE,
              HandshakeOutcome.UNSUPPORTED_SUITE,
              HandshakeOutcome.UNSUPPORTED_VERSION,
              HandshakeOutcome.NOT_PARLEY,
              HandshakeOutcome.BROKEN_OFF,
              HandshakeOutcome.TURNED_AWAY,
              HandshakeOutcome.DENIED));

  static final List<String> CALL_FAILURES = words(DhtRpcException.Kind.values(), "", "refused");

  /**
   * Why links close. Those for frames that break the protocol are left out: they are many, and no
   * peer that keeps to it causes them.
   */
  static final List<String> CLOSED =
      Stream.concat(
              words(
                  CloseCode.values(),
                  "peer_",
                  "local",
                  "shutdown",
                  "duplicate",
                  "idle",
                  "access_denied",
                  "overloaded",
                  "peer_going_away",
                  "truncated",
                  "setup_failed",
                  "internal_error",
                  "outbound_overflow",
                  "rsocket_error",
                  "control_flood",
                  "records_exhausted",
                  "dead",
                  "write_stalled",
                  "read_stalled",
                  "connection_reset")
                  .stream(),
              words(RecordFault.values(), "record_").stream())
          .toList();

  private Words() {}

  private static List<String> words(Enum<?>[] values, String prefix, String... more) {
    return Stream.concat(
            Stream.of(values).map(value -> prefix + MessageTimers.word(value)), Stream.of(more))
        .toList();
  }
}
