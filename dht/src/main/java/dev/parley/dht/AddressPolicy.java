package dev.parley.dht;

/** Which addresses of contacts a node accepts, dials and hands on. */
public enum AddressPolicy {
  /**
   * Addresses of the public internet only, at port 443 or from 1024 on. Special-purpose blocks
   * (IANA registries of RFC 6890) are refused, also inside IPv6 transition forms: hosters take
   * dials to private addresses for scans, and a listing could point many nodes at a victim's inner
   * network.
   */
  PUBLIC_INTERNET,

  /**
   * Any unicast address, for networks of one's own: a LAN, one machine, tests. Nodes are not
   * counted by the network they are in, since all share one.
   */
  LAN
}
