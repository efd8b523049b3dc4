package dev.parley.dht;

/** What a request costs for which a link has to be opened first. */
final class ColdCost {
  /** TCP, handshake (XK, request rides its third message's heels), request. */
  static final int ROUND_TRIPS = 3;

  private ColdCost() {}
}
