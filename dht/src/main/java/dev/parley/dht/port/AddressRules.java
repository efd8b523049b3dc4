package dev.parley.dht.port;

import dev.parley.dht.AddressPolicy;
import dev.parley.dht.wire.IpEndpoint;

/** What an {@link AddressPolicy} means for one address. Thread-safe. */
public interface AddressRules {
  /** Whether the address may be dialled and told to others. */
  boolean allows(IpEndpoint address);

  /** Whether nodes are counted by the network they are in; off only where all share one. */
  boolean countsNetworks();

  /** The rules of a policy. */
  static AddressRules of(AddressPolicy policy) {
    return switch (policy) {
      case PUBLIC_INTERNET -> publicInternet();
      case LAN -> lan();
    };
  }

  /** {@link AddressPolicy#PUBLIC_INTERNET}. */
  static AddressRules publicInternet() {
    return PublicAddresses.ONLY;
  }

  /** {@link AddressPolicy#LAN}. */
  static AddressRules lan() {
    return PublicAddresses.LAN;
  }
}
