package dev.parley.dht;

import dev.parley.dht.wire.IpEndpoint;

/** Which addresses of contacts a node accepts, dials and hands on. */
public interface AddressPolicy {
  /** Whether the address may be dialled and told to others; the DHT calls it. */
  @SuppressWarnings("exports") // users choose a policy, and do not write one
  boolean allows(IpEndpoint address);

  /** Whether nodes are counted by the network they are in; off only where all share one. */
  boolean countsNetworks();

  /**
   * Addresses of the public internet only, at port 443 or from 1024 on. Special-purpose blocks
   * (IANA registries of RFC 6890) are refused, also inside IPv6 transition forms: hosters take
   * dials to private addresses for scans, and a record could point many nodes at a victim's inner
   * network.
   */
  static AddressPolicy publicInternet() {
    return PublicAddresses.POLICY;
  }

  /**
   * Any unicast address, for networks of one's own: a LAN, one machine, tests. Networks are not
   * counted.
   */
  static AddressPolicy lan() {
    return PublicAddresses.LAN;
  }
}
