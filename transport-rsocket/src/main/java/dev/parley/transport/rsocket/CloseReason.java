package dev.parley.transport.rsocket;

import dev.parley.transport.session.CloseCode;
import dev.parley.transport.session.ControlRecord;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Why a connection ended, for logs, metrics and failures.
 *
 * @param label a word of few values
 * @param code what the peer is told, or was told by it; null where nothing was said
 * @param byPeer whether the peer said so
 */
record CloseReason(String label, @Nullable CloseCode code, boolean byPeer) {
  /** This side closed. */
  static final CloseReason LOCAL = new CloseReason("local", CloseCode.NORMAL, false);

  /** This side's node stops. */
  static final CloseReason SHUTDOWN = new CloseReason("shutdown", CloseCode.SHUTDOWN, false);

  /** Another link to the same peer stays. */
  static final CloseReason DUPLICATE = new CloseReason("duplicate", CloseCode.DUPLICATE, false);

  /** Nothing was sent for too long. */
  static final CloseReason IDLE = new CloseReason("idle", CloseCode.IDLE, false);

  /** The peer is not let in. */
  static final CloseReason DENIED =
      new CloseReason("access_denied", CloseCode.ACCESS_DENIED, false);

  /** The connection ended without a CLOSE. */
  static final CloseReason TRUNCATED = new CloseReason("truncated", null, false);

  /** Something of which the peer is told no more than the code that goes with the close. */
  static CloseReason of(String label) {
    return new CloseReason(label, CloseCode.NORMAL, false);
  }

  static CloseReason byPeer(ControlRecord.Close close) {
    return new CloseReason(
        "peer_" + close.closeCode().name().toLowerCase(Locale.ROOT), close.closeCode(), true);
  }

  /** Whether this side or the peer closed on purpose. */
  boolean isOrderly() {
    return code != null
        && (byPeer
            || this == LOCAL
            || this == SHUTDOWN
            || this == DUPLICATE
            || this == IDLE
            || this == DENIED);
  }
}
