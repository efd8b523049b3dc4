package dev.parley.transport.session;

/** Why a record is refused; a local fact for metrics, never told to the peer. */
public enum RecordFault {
  /** The length prefix is below 17 or above {@code maxRecordBytes + 16}. */
  BAD_LENGTH,
  /** The tag does not match: altered, repeated, reordered or missing bytes. */
  AUTHENTICATION,
  /** The record is authentic, but of no known type. */
  BAD_TYPE,
  /** A DATA record whose frames do not fill it exactly. */
  BAD_FRAMES,
  /** A CONTROL record that does not decode. */
  BAD_CONTROL,
  /** The direction has used up its record numbers. */
  EXHAUSTED,
  /** An earlier record of this direction was refused. */
  DEAD
}
