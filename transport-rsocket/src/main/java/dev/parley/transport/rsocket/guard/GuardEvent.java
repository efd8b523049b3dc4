package dev.parley.transport.rsocket.guard;

/**
 * What a {@link FrameGuard} counts besides violations: frames it refused, dropped or ended a stream
 * for, while the connection lived on. The values serve as a metric tag.
 */
enum GuardEvent {
  /** A request beyond the concurrent streams of this connection. */
  REFUSED_CONCURRENCY,
  /** A request that {@link Admission} turned down. */
  REFUSED_ADMISSION,
  /** A request over the rate. */
  REFUSED_RATE,
  /** A request after {@link FrameGuard#refuseNewRequests()}. */
  REFUSED_SHUTDOWN,
  /** A request whose stream id lies too far back to tell whether it was used. */
  REFUSED_LATE_ID,
  /** A message over the limit; its stream was ended. */
  MESSAGE_TOO_LARGE,
  /** A fragmented message for which no memory was left; its stream was ended. */
  NO_REASSEMBLY_MEMORY,
  /** A fragmented message that did not end in time; its stream was ended. */
  REASSEMBLY_TIMEOUT,
  /** An item that nobody asked for; its stream was ended. */
  OVER_DEMAND,
  /** A fire-and-forget that was refused for one of the reasons above. */
  DROPPED_FIRE_AND_FORGET,
  /** A frame for a stream, or a direction of one, that is over. */
  DROPPED_STREAM_OVER,
  /** A KEEPALIVE over the rate. */
  DROPPED_KEEPALIVE,
  /** A METADATA_PUSH; none is ever delivered. */
  DROPPED_METADATA_PUSH,
  /** An extension or unknown frame marked as ignorable. */
  DROPPED_EXTENSION,
  /** A frame of our own for a stream that is over. */
  DROPPED_OUTBOUND,
  /** The text of an ERROR frame that was cut to the limit. */
  ERROR_TEXT_CUT
}
