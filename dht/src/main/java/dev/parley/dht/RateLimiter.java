package dev.parley.dht;

import dev.parley.dht.wire.DhtRequest;
import dev.parley.dht.wire.NodeKey;
import java.util.HashMap;
import java.util.Map;

/**
 * Token buckets for what one peer may ask. A full bucket is the same as none, so buckets are
 * dropped once they have filled up again, and a flood of peers cannot fill the memory: at {@code
 * maxPeers}, strangers wait. Confined to one thread.
 */
final class RateLimiter {
  /**
   * @param perSecond how many tokens come back each second
   * @param burst how many there are at most
   */
  record Rate(double perSecond, double burst) {}

  private static final int CLASSES = 5;
  private static final int RELAY = 4;

  private static final class Buckets {
    final double[] used = new double[CLASSES];
    long atNanos;
    int newKeys;
    long newKeysSinceNanos;
  }

  private final Rate[] rates;
  private final int maxPeers;
  private final int newKeysPerHour;
  private final Map<NodeKey, Buckets> peers = new HashMap<>();

  RateLimiter(DhtOptions options) {
    rates =
        new Rate[] {
          options.readRate(), options.writeRate(), new Rate(1, 4), dialBackRate(), new Rate(5, 20)
        };
    maxPeers = options.maxPeers();
    newKeysPerHour = options.newKeysPerHour();
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

  /** Takes a token; false when there is none. */
  boolean tryAcquire(NodeKey peer, DhtRequest.Op op, long nowNanos) {
    return tryAcquire(peer, classOf(op), nowNanos);
  }

  /** Takes a token for a GET that is passed on. */
  boolean tryRelay(NodeKey peer, long nowNanos) {
    return tryAcquire(peer, RELAY, nowNanos);
  }

  private boolean tryAcquire(NodeKey peer, int kind, long nowNanos) {
    Buckets buckets = buckets(peer, nowNanos);
    if (buckets == null) {
      return false;
    }
    refill(buckets, nowNanos);
    if (buckets.used[kind] + 1 > rates[kind].burst()) {
      return false;
    }
    buckets.used[kind]++;
    return true;
  }

  /** Counts a record that {@code peer}, not its owner, was the first to bring. */
  boolean tryNewKey(NodeKey peer, long nowNanos) {
    Buckets buckets = buckets(peer, nowNanos);
    if (buckets == null) {
      return false;
    }
    if (nowNanos - buckets.newKeysSinceNanos > 3_600_000_000_000L) {
      buckets.newKeysSinceNanos = nowNanos;
      buckets.newKeys = 0;
    }
    return ++buckets.newKeys <= newKeysPerHour;
  }

  private @org.jspecify.annotations.Nullable Buckets buckets(NodeKey peer, long nowNanos) {
    Buckets known = peers.get(peer);
    if (known == null) {
      if (peers.size() >= maxPeers) {
        purge(nowNanos);
        if (peers.size() >= maxPeers) {
          return null;
        }
      }
      known = new Buckets();
      known.atNanos = nowNanos;
      known.newKeysSinceNanos = nowNanos;
      peers.put(peer, known);
    }
    return known;
  }

  private void refill(Buckets buckets, long nowNanos) {
    double seconds = (nowNanos - buckets.atNanos) / 1e9;
    buckets.atNanos = nowNanos;
    for (int i = 0; i < CLASSES; i++) {
      buckets.used[i] = Math.max(0, buckets.used[i] - seconds * rates[i].perSecond());
    }
  }

  /** Drops the buckets that are full again. */
  void purge(long nowNanos) {
    peers
        .values()
        .removeIf(
            buckets -> {
              refill(buckets, nowNanos);
              boolean hourOver = nowNanos - buckets.newKeysSinceNanos > 3_600_000_000_000L;
              return (buckets.newKeys == 0 || hourOver) && isFull(buckets);
            });
  }

  private static boolean isFull(Buckets buckets) {
    for (double used : buckets.used) {
      if (used > 0) {
        return false;
      }
    }
    return true;
  }

  int size() {
    return peers.size();
  }
}
