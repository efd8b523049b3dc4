package dev.parley.dht.port;

import dev.parley.dht.AddressPolicy;
import dev.parley.dht.wire.IpEndpoint;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What an {@link AddressPolicy} means for one address. Thread-safe. */
public interface AddressRules {
  /** Whether the address may be dialled and told to others. */
  boolean allows(IpEndpoint address);

  /** Whether nodes are counted by the network they are in; off only where all share one. */
  boolean countsNetworks();

  /** Whether a stranger's dials there reach nobody but this machine, whose ports are all told. */
  default boolean isOfThisMachine(IpEndpoint address) {
    return false;
  }

  /**
   * The rules of a policy.
   *
   * @param seeds endpoints that the operator names to be dialled
   * @param listen where the node listens; an unspecified address stands for all
   */
  static AddressRules of(
      AddressPolicy policy, Collection<IpEndpoint> seeds, Collection<IpEndpoint> listen) {
    return switch (policy) {
      case PUBLIC_INTERNET -> publicInternet();
      case LAN -> lan(seeds, listen);
      case MACHINE -> new PrivateAddresses(false, true, false, Set.of());
    };
  }

  private static AddressRules lan(Collection<IpEndpoint> seeds, Collection<IpEndpoint> listen) {
    Set<IpEndpoint> all = new HashSet<>(seeds);
    all.addAll(listen);
    boolean isOneMachine = !all.isEmpty() && all.stream().allMatch(PrivateAddresses::isLoopback);
    boolean isOneLink = all.stream().anyMatch(PrivateAddresses::isLinkLocal);
    return new PrivateAddresses(true, isOneMachine, isOneLink, Set.copyOf(seeds));
  }

  /** {@link AddressPolicy#PUBLIC_INTERNET}. */
  static AddressRules publicInternet() {
    return PublicAddresses.ONLY;
  }

  /** {@link AddressPolicy#MACHINE}. */
  static AddressRules machine() {
    return of(AddressPolicy.MACHINE, List.of(), List.of());
  }

  /** {@link AddressPolicy#LAN}, with nothing named. */
  static AddressRules lan() {
    return of(AddressPolicy.LAN, List.of(), List.of());
  }
}
