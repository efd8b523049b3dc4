package dev.parley.transport.rsocket.link;

import dev.parley.carrier.LinkEnd;
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
 * @param isOrderly whether a side closed on purpose, rather than because something went wrong
 */
public record CloseReason(
    String label, @Nullable CloseCode code, boolean byPeer, boolean isOrderly) {
  /** This side closed. */
  public static final CloseReason LOCAL = orderly("local", CloseCode.NORMAL);

  /** This side's node stops. */
  static final CloseReason SHUTDOWN = orderly("shutdown", CloseCode.SHUTDOWN);

  /** Another link to the same peer stays. */
  static final CloseReason DUPLICATE = orderly("duplicate", CloseCode.DUPLICATE);

  /** Nothing was sent for too long. */
  static final CloseReason IDLE = orderly("idle", CloseCode.IDLE);

  /** The peer is not let in. */
  static final CloseReason DENIED = orderly("access_denied", CloseCode.ACCESS_DENIED);

  /** The peer may come back later. */
  static final CloseReason BUSY = orderly("overloaded", CloseCode.OVERLOADED);

  /** The link has shown that the peer can be reached there. */
  static final CloseReason CHECKED = orderly("checked", CloseCode.NORMAL);

  /** The peer takes no new requests. */
  static final CloseReason PEER_GOING_AWAY = orderly("peer_going_away", CloseCode.NORMAL);

  /** The connection ended without a CLOSE. */
  static final CloseReason TRUNCATED = fault("truncated");

  /** The peer gave no sign of life. */
  static final CloseReason SILENT = fault("silent");

  /** What a link that ends for {@code end} says of itself. */
  public static CloseReason of(LinkEnd end) {
    return switch (end) {
      case SHUTDOWN -> SHUTDOWN;
      case DUPLICATE -> DUPLICATE;
      case DENIED -> DENIED;
      case BUSY -> BUSY;
      case CHECKED -> CHECKED;
      case SILENT -> SILENT;
    };
  }

  private static CloseReason orderly(String label, CloseCode code) {
    return new CloseReason(label, code, false, true);
  }

  /** Something went wrong; a peer is told no more than the code that goes with the close. */
  static CloseReason fault(String label) {
    return new CloseReason(label, null, false, false);
  }

  static CloseReason byPeer(ControlRecord.Close close) {
    String label = "peer_" + close.closeCode().name().toLowerCase(Locale.ROOT);
    return new CloseReason(label, close.closeCode(), true, true);
  }
}
