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
   * Any unicast address that leads to other machines, for networks of one's own. What a stranger
   * says is not dialled within this machine: loopback addresses are refused, unless seeds and where
   * the node listens are all loopback; link-local ones, unless one of those is link-local; and the
   * addresses at which clouds tell a machine its credentials. A seed is dialled wherever it is.
   * Nodes are not counted by the network they are in, since all share one.
   */
  LAN,

  /**
   * Loopback addresses only: a network of processes on one machine, such as a test. Whoever can
   * dial this node runs on the machine, so others may be anywhere on it.
   */
  MACHINE
}
