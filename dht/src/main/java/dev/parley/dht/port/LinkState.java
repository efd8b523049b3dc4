package dev.parley.dht.port;

/** Whether a node can be asked without dialling it first. */
public enum LinkState {
  /** There is no link. */
  NONE,
  /** A link is open. */
  WARM
}
