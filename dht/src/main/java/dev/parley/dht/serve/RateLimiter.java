package dev.parley.dht.serve;

import dev.parley.dht.DhtOptions;
import dev.parley.dht.port.AddressRules;
import dev.parley.dht.port.Caller;
import dev.parley.dht.wire.DhtRequest;
import dev.parley.dht.wire.IpEndpoint;
import dev.parley.dht.wire.NodeKey;
import dev.parley.shares.Origin;
import dev.parley.shares.Surplus;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Token buckets for what one peer may ask, and for what newcomers of one network may ask together.
 *
 * <p>Identities cost nothing, so who has been known for less than a minute, and is not in the
 * routing table, also uses up what its host (IPv4 /32, IPv6 /64) and its network (/24, /48) may, 16
 * and 64 times what one peer may; not where all nodes share a network. A full bucket is the same as
 * none, so buckets are dropped once they have filled up again; at {@code maxPeers} a sixteenth
 * gives way, by {@linkplain Surplus shares}, and a newcomer always finds room. Confined to one
 * thread.
 */
public final class RateLimiter {
  /**
   * @param perSecond how many tokens come back each second
   * @param burst how many there are at most
   */
  record Rate(double perSecond, double burst) {}

  /** For so long a peer shares what its network may. */
  static final long NEW_NANOS = 60_000_000_000L;

  static final int PER_HOST = 16;
  static final int PER_NETWORK = 64;

  private static final int CLASSES = 5;
  private static final int RELAY = 4;
  private static final long HOUR_NANOS = 3_600_000_000_000L;

  /** What has been taken of each class. */
  private class Buckets {
    private final double[] used = new double[CLASSES];
    private final int times;
    private long atNanos;

    Buckets(int times, long now) {
      this.times = times;
      this.atNanos = now;
    }

    boolean has(int kind, long now) {
      refill(now);
      return used[kind] + 1 <= times * rates[kind].burst();
    }

    void take(int kind) {
      used[kind]++;
    }

    private void refill(long now) {
      double seconds = (now - atNanos) / 1e9;
      atNanos = now;
      for (int i = 0; i < CLASSES; i++) {
        used[i] = Math.max(0, used[i] - seconds * times * rates[i].perSecond());
      }
    }

    boolean isFull(long now) {
      refill(now);
      for (double each : used) {
        if (each > 0) {
          return false;
        }
      }
      return true;
    }
  }

  private final class Peer extends Buckets {
    private final NodeKey key;
    private final IpEndpoint address;
    private final long sinceNanos;
    private int newKeys;
    private long newKeysSinceNanos;

    Peer(Caller caller, long now) {
      super(1, now);
      key = caller.key();
      address = caller.observed();
      sinceNanos = now;
      newKeysSinceNanos = now;
    }

    Origin origin() {
      return address.origin();
    }

    boolean isUnused(long now) {
      return (newKeys == 0 || now - newKeysSinceNanos > HOUR_NANOS) && isFull(now);
    }
  }

  private final Rate[] rates;
  private final int maxPeers;
  private final int newKeysPerHour;
  private final boolean countsNetworks;
  private final Map<NodeKey, Peer> peers = new LinkedHashMap<>(1, 0.75f, true);
  private final Map<Long, Buckets> hosts = new LinkedHashMap<>(1, 0.75f, true);
  private final Map<Long, Buckets> networks = new LinkedHashMap<>(1, 0.75f, true);

  /**
   * @param countsNetworks {@link AddressRules#countsNetworks}
   */
  RateLimiter(DhtOptions options, boolean countsNetworks) {
    rates =
        new Rate[] {
          new Rate(20, 60), new Rate(2, 20), new Rate(1, 4), dialBackRate(), new Rate(5, 20)
        };
    maxPeers = options.serving().maxPeers();
    newKeysPerHour = options.storage().newKeysPerHour();
    this.countsNetworks = countsNetworks;
  }

  /** Two at once, since a node moves with both its address families; then one a minute. */
  private static Rate dialBackRate() {
    return new Rate(1 / 60.0, 2);
  }

  private static int classOf(DhtRequest.Op op) {
    return switch (op) {
      case HELLO, PING, FIND, GET -> 0;
      case PUT -> 1;
      case HAVE -> 2;
      case DIALBACK -> 3;
    };
  }

  /**
   * Takes a token; false when there is none.
   *
   * @param known whether the peer is in the routing table
   */
  boolean tryAcquire(Caller caller, DhtRequest.Op op, boolean known, long now) {
    Peer peer = peer(caller, now);
    int kind = classOf(op);
    boolean shares = countsNetworks && !known && now - peer.sinceNanos < NEW_NANOS;
    Buckets host = shares ? share(hosts, caller.observed().host(), PER_HOST, now) : null;
    Buckets network = shares ? share(networks, caller.observed().group(), PER_NETWORK, now) : null;
    if (!peer.has(kind, now) || !has(host, kind, now) || !has(network, kind, now)) {
      return false;
    }
    peer.take(kind);
    if (host != null && network != null) {
      host.take(kind);
      network.take(kind);
    }
    return true;
  }

  private static boolean has(@Nullable Buckets buckets, int kind, long now) {
    return buckets == null || buckets.has(kind, now);
  }

  /** Takes a token for a GET that is passed on. */
  boolean tryRelay(Caller caller, long now) {
    Peer peer = peer(caller, now);
    if (!peer.has(RELAY, now)) {
      return false;
    }
    peer.take(RELAY);
    return true;
  }

  /** Counts a listing that the caller, not its owner, was the first to bring. */
  boolean tryNewKey(Caller caller, long now) {
    Peer peer = peer(caller, now);
    if (now - peer.newKeysSinceNanos > HOUR_NANOS) {
      peer.newKeysSinceNanos = now;
      peer.newKeys = 0;
    }
    return ++peer.newKeys <= newKeysPerHour;
  }

  private Peer peer(Caller caller, long now) {
    Peer known = peers.get(caller.key());
    if (known == null) {
      if (peers.size() >= maxPeers) {
        makeRoom(now);
      }
      known = new Peer(caller, now);
      peers.put(caller.key(), known);
    }
    return known;
  }

  /** Several at once, so that a flood of newcomers does not cost a look at all peers for each. */
  private void makeRoom(long now) {
    int target = maxPeers - Math.max(1, maxPeers / 16);
    peers.values().removeIf(peer -> peer.isUnused(now));
    for (Peer peer : Surplus.of(peers.values(), Peer::origin, target)) {
      peers.remove(peer.key);
    }
  }

  /** What a network has used; the one that asked longest ago is forgotten first. */
  private Buckets share(Map<Long, Buckets> of, long key, int times, long now) {
    Buckets buckets = of.computeIfAbsent(key, k -> new Buckets(times, now));
    if (of.size() > maxPeers) {
      of.remove(of.keySet().iterator().next());
    }
    return buckets;
  }

  /** Drops the buckets that are full again. */
  public void purge(long now) {
    peers.values().removeIf(peer -> peer.isUnused(now));
    hosts.values().removeIf(host -> host.isFull(now));
    networks.values().removeIf(network -> network.isFull(now));
  }

  public int size() {
    return peers.size();
  }

  /** How many hosts and networks are counted. */
  int shares() {
    return hosts.size() + networks.size();
  }
}
