package dev.parley.dht;

/** How sure the answer to a resolution is. */
public enum Outcome {
  /** There is a record. */
  FOUND,
  /** Everyone who should hold a record was asked, and has none. */
  NOT_FOUND,
  /** Not everyone could be asked: the record may exist. */
  PARTIAL
}
