package dev.parley.dht.table;

/** What a request costs for which a link has to be opened first. */
public final class ColdCost {
  /** TCP, handshake (XK, request rides its third message's heels), request. */
  public static final int ROUND_TRIPS = 3;

  private ColdCost() {}
}
