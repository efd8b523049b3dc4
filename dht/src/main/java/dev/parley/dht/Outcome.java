package dev.parley.dht;

/** How sure the answer to a resolution is. */
public enum Outcome {
  /** There is a listing. */
  FOUND,
  /** Everyone who should hold a listing was asked, and has none. */
  NOT_FOUND,
  /** Not everyone could be asked: the listing may exist. */
  PARTIAL
}
