package dev.parley.dht.life;

import dev.parley.Address;
import dev.parley.AgentId;
import dev.parley.dht.port.AddressRules;
import dev.parley.dht.wire.IpEndpoint;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * How many addresses of one host listings may have us dial in a minute: a listing is a claim, and
 * whoever signs many with a victim's address must not turn on it the dials of all who look for
 * them. The same address of the same agent counts once, however often it is looked up. A host where
 * some peer has proved its key counts from anew then, and may have 16 times as many. Thread-safe.
 */
public final class ClaimBudget {
  static final int MAX_HOSTS = 1024;
  private static final int PROVED_TIMES = 16;
  private static final long WINDOW_NANOS = 60_000_000_000L;

  private record Claim(AgentId agent, Address address) {}

  private static final class Host {
    final Set<Claim> claims = new HashSet<>(4);
    long startNanos;
    boolean proved;
  }

  private final int perMinute;
  private final AddressRules rules;
  private final LongSupplier nanoClock;
  private final Map<String, Host> hosts = new LinkedHashMap<>();

  /**
   * @param perMinute how many addresses of one host
   */
  public ClaimBudget(int perMinute, AddressRules rules, LongSupplier nanoClock) {
    this.perMinute = perMinute;
    this.rules = rules;
    this.nanoClock = nanoClock;
  }

  /** Whether an address that an agent's listing tells may be dialled. */
  synchronized boolean tryDial(AgentId agent, Address address) {
    Host host = host(address);
    Claim claim = new Claim(agent, address);
    if (host.claims.contains(claim)) {
      return true;
    }
    int most = host.proved ? PROVED_TIMES * perMinute : perMinute;
    return host.claims.size() < most && host.claims.add(claim);
  }

  /** Notes that a peer which was dialled has proved its key there. */
  public synchronized void proved(Address at) {
    Host host = host(at);
    host.proved = true;
    host.claims.clear();
  }

  private Host host(Address address) {
    String key = key(address);
    long now = nanoClock.getAsLong();
    Host known = hosts.get(key);
    if (known != null && now - known.startNanos < WINDOW_NANOS) {
      return known;
    }
    hosts.remove(key); // the oldest is the first
    Host host = new Host();
    host.startNanos = now;
    host.proved = known != null && known.proved;
    hosts.put(key, host);
    if (hosts.size() > MAX_HOSTS) {
      hosts.remove(hosts.keySet().iterator().next());
    }
    return host;
  }

  /** The host, whatever the port; on a machine that all nodes share they differ by it only. */
  private String key(Address address) {
    IpEndpoint ip = IpEndpoint.from(Address.tcp(address.host(), Math.max(1, address.port())));
    boolean isShared = ip != null && rules.isOfThisMachine(ip);
    return isShared ? address.host() + ":" + address.port() : address.host();
  }

  synchronized int size() {
    return hosts.size();
  }
}
