package dev.parley.node.dht;

import dev.parley.Address;
import dev.parley.dht.port.AddressRules;
import dev.parley.dht.wire.IpEndpoint;
import dev.parley.dht.wire.WebSocketEndpoint;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Under which IP addresses this machine can be dialled, as far as it knows itself. Blocks. */
final class LocalAddresses {
  private LocalAddresses() {}

  /**
   * The TCP endpoints of where a node listens that the policy lets others dial, without repetition.
   */
  static List<IpEndpoint> dialable(List<Address> bound, AddressRules rules) {
    List<IpEndpoint> found = new ArrayList<>();
    for (Address address : bound) {
      if (address.scheme().equals(Address.Scheme.TCP)) {
        endpoints(address, rules).stream().filter(e -> !found.contains(e)).forEach(found::add);
      }
    }
    return found;
  }

  /** The same for WebSockets, as far as others dial them. */
  static List<WebSocketEndpoint> webSockets(List<Address> bound, AddressRules rules) {
    List<WebSocketEndpoint> found = new ArrayList<>();
    for (Address address : bound) {
      if (address.scheme().equals(Address.Scheme.WS)
          && WebSocketEndpoint.KNOWN_PATHS.contains(address.path())) {
        for (IpEndpoint ip : endpoints(address, rules)) {
          WebSocketEndpoint socket =
              new WebSocketEndpoint(ip.toAddress().host(), ip.port(), address.path());
          if (!found.contains(socket)) {
            found.add(socket);
          }
        }
      }
    }
    return found;
  }

  private static List<IpEndpoint> endpoints(Address address, AddressRules rules) {
    List<IpEndpoint> all =
        isWildcard(address)
            ? ofInterfaces(address)
            : Seeds.endpoints(Address.tcp(address.host(), address.port()));
    return all.stream().filter(rules::allows).toList();
  }

  /** Whether it is every address of the machine. */
  static boolean isWildcard(Address address) {
    return address.host().equals("0.0.0.0") || address.host().equals("::");
  }

  /** A wildcard of a machine without any network is its loopback address; others stay. */
  static Address reachable(Address bound) {
    if (isWildcard(bound)) {
      List<IpEndpoint> all = ofInterfaces(Address.tcp(bound.host(), Math.max(1, bound.port())));
      if (!all.isEmpty() && all.stream().allMatch(AddressRules.machine()::allows)) {
        return all.get(0).toAddress();
      }
    }
    return bound;
  }

  private static List<IpEndpoint> ofInterfaces(Address bound) {
    List<IpEndpoint> outer = new ArrayList<>();
    List<IpEndpoint> loopback = new ArrayList<>();
    try {
      for (NetworkInterface each : NetworkInterface.networkInterfaces().toList()) {
        for (InetAddress ip : each.inetAddresses().toList()) {
          IpEndpoint endpoint = endpoint(ip, bound.port());
          boolean speaksIt = endpoint != null && (!endpoint.isV6() || bound.host().equals("::"));
          if (speaksIt && !ip.isLinkLocalAddress()) {
            (ip.isLoopbackAddress() ? loopback : outer).add(endpoint);
          }
        }
      }
    } catch (SocketException e) {
      return loopback;
    }
    return outer.isEmpty() ? loopback : outer;
  }

  /** An IP address with a port; null for scoped IPv6, which means nothing to others. */
  static @Nullable IpEndpoint endpoint(InetAddress ip, int port) {
    String text = ip.getHostAddress();
    return text.indexOf('%') >= 0 ? null : IpEndpoint.from(Address.tcp(text, port));
  }
}
