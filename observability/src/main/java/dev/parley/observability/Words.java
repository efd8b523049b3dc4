package dev.parley.observability;

import dev.parley.dht.DhtRpcException;
import dev.parley.transport.session.CloseCode;
import dev.parley.transport.session.RecordFault;
import dev.parley.transport.session.RefusalReason;
import java.util.List;
import java.util.stream.Stream;

/**
 * The values that tags are known to take. Meters of all of them are registered at the start: a
 * counter that appears with its first event has no value before it, so that {@code rate} does not
 * see this event. A word that is missing here is counted from its first event on.
 */
final class Words {
  static final List<String> OUTCOMES = List.of("ok", "failed", "cancelled");
  static final List<String> RESOLVED = List.of("found", "unknown", "failed", "cancelled");
  static final List<String> SIGNALS_DROPPED = List.of("no_receiver", "overloaded", "expired");

  static final List<String> DIALLED =
      List.of(
          "connected", "refused", "timeout", "no_route", "unknown_host", "not_websocket", "failed");

  /** Why lookups end, by their outcome. */
  static final List<String> FOUND = List.of("found", "cache");

  static final List<String> NOT_FOUND = List.of("complete", "nobody", "cache", "node");

  static final List<String> PARTIAL =
      List.of("nobody", "timeout", "requests", "suspicious", "overload");

  /** Why handshakes fail that others began. */
  static final List<String> ACCEPTING =
      words(RefusalReason.values(), "", "busy", "timeout", "disconnected", "internal_error");

  /** Why handshakes fail that this node began. */
  static final List<String> DIALLING =
      List.of(
          "busy",
          "busy_here",
          "unsupported_suite",
          "not_parley",
          "timeout",
          "identity_mismatch",
          "broken_off",
          "internal_error");

  static final List<String> REFUSED =
      Stream.concat(
              ACCEPTING.stream(),
              Stream.of(
                  "max_connections",
                  "max_connections_per_prefix",
                  "max_handshakes",
                  "max_handshakes_per_prefix",
                  "handshake_rate_per_prefix",
                  "no_receiver",
                  "overloaded"))
          .toList();

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
