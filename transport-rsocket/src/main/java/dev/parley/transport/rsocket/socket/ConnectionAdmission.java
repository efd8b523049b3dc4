package dev.parley.transport.rsocket.socket;

import dev.parley.shares.Origin;
import dev.parley.shares.Share;
import dev.parley.shares.Shares;
import dev.parley.spi.NodeListener.Refusal;
import dev.parley.transport.rsocket.TransportOptions;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Counts accepted connections, in all and by address prefix (IPv4 /32, IPv6 /56), before anything
 * is allocated for them. Thread-safe.
 *
 * <p>Places are shared fairly among networks and hosts ({@link Shares}). Where there is none for a
 * handshake, the oldest one of the largest user gives way: who connects and says nothing keeps
 * nobody out. Peers that have proved who they are are not cut off for others.
 *
 * <p>What it remembers of prefixes without connections is bounded to 8,192; the one that came
 * longest ago is forgotten.
 */
public final class ConnectionAdmission {
  private static final int MAX_IDLE_PREFIXES = 8192;
  private static final int IPV6_PREFIX_BYTES = 7;

  private final TransportOptions options;
  private final LongSupplier clock;
  private final Map<String, Prefix> prefixes = new LinkedHashMap<>(16, 0.75f, true);
  private final Shares connections;
  private final Shares handshakes;

  public ConnectionAdmission(TransportOptions options, LongSupplier clock) {
    this.options = options;
    this.clock = clock;
    this.connections = new Shares(options.limits().maxConnections());
    this.handshakes = new Shares(options.accepting().maxHandshakes());
  }

  /** Takes note of a connection; the slot says whether it may stay, and is released in any case. */
  public Slot accept(InetAddress remote) {
    Slot displaced = null;
    Slot slot;
    synchronized (this) {
      boolean exempt = remote.isLoopbackAddress() && !options.accepting().limitLoopback();
      Prefix prefix = exempt ? null : prefix(key(remote));
      Refusal refusal = prefix == null ? null : refusal(prefix);
      if (refusal != null) {
        return new Slot(refusal);
      }
      Origin origin = Origin.of(exempt ? null : remote, null);
      Share connection = connections.open(origin);
      if (!connection.take()) {
        connection.close();
        return new Slot(Refusal.MAX_CONNECTIONS);
      }
      slot = new Slot(prefix, connection);
      Share handshake = handshakes.open(origin, slot);
      slot.handshake = handshake;
      if (!handshake.take()) {
        Share largest = handshakes.largest(handshake);
        if (largest == null || !handshake.takeOver(largest)) {
          connection.give();
          connection.close();
          handshake.close();
          return new Slot(Refusal.MAX_HANDSHAKES);
        }
        displaced = (Slot) Objects.requireNonNull(largest.holder());
      }
      if (prefix != null) {
        prefix.connections++;
        prefix.handshakes++;
      }
    }
    if (displaced != null) {
      displaced.giveWay();
    }
    return slot;
  }

  /** The slot of a connection that is to be reset. */
  public Slot turnAway(Refusal reason) {
    return new Slot(reason);
  }

  private @Nullable Refusal refusal(Prefix prefix) {
    if (prefix.connections >= options.limits().maxConnectionsPerPrefix()) {
      return Refusal.MAX_CONNECTIONS_PER_PREFIX;
    }
    if (prefix.handshakes >= options.accepting().maxHandshakesPerPrefix()) {
      return Refusal.MAX_HANDSHAKES_PER_PREFIX;
    }
    return prefix.take(clock.getAsLong(), options.accepting().handshakesPerSecondPerPrefix())
        ? null
        : Refusal.HANDSHAKE_RATE_PER_PREFIX;
  }

  private Prefix prefix(String key) {
    Prefix known = prefixes.get(key);
    if (known == null) {
      known =
          new Prefix(clock.getAsLong(), 2.0 * options.accepting().handshakesPerSecondPerPrefix());
      if (prefixes.size() >= MAX_IDLE_PREFIXES + options.limits().maxConnections()) {
        prefixes.values().stream()
            .filter(p -> p.connections == 0)
            .findFirst()
            .ifPresent(prefixes.values()::remove);
      }
      prefixes.put(key, known);
    }
    return known;
  }

  private static String key(InetAddress address) {
    byte[] bytes = address.getAddress();
    if (address instanceof Inet6Address) {
      bytes = Arrays.copyOf(bytes, IPV6_PREFIX_BYTES);
    }
    return HexFormat.of().formatHex(bytes);
  }

  public int connections() {
    return (int) connections.taken();
  }

  public int handshakes() {
    return (int) handshakes.taken();
  }

  private synchronized void ended(Slot slot) {
    Share connection = slot.connection;
    if (slot.released || connection == null) {
      return;
    }
    slot.released = true;
    connection.give();
    connection.close();
    if (slot.prefix != null) {
      slot.prefix.connections--;
    }
    proved(slot);
  }

  private synchronized void proved(Slot slot) {
    Share handshake = slot.handshake;
    if (slot.authenticated || handshake == null) {
      return;
    }
    slot.authenticated = true;
    handshake.give(handshake.used()); // nothing where it gave way
    handshake.close();
    if (slot.prefix != null) {
      slot.prefix.handshakes--;
    }
  }

  /** One connection's place. */
  public final class Slot {
    private final @Nullable Prefix prefix;
    private final @Nullable Refusal refusal;
    private final @Nullable Share connection;
    private @Nullable Share handshake;
    private boolean released;
    private boolean authenticated;
    private boolean displaced;
    private @Nullable Runnable onGiveWay;

    private Slot(Refusal refusal) {
      this.prefix = null;
      this.refusal = refusal;
      this.connection = null;
    }

    private Slot(@Nullable Prefix prefix, Share connection) {
      this.prefix = prefix;
      this.refusal = null;
      this.connection = connection;
    }

    public boolean isAdmitted() {
      return refusal == null;
    }

    /** The limit that was reached; null where it is admitted. */
    public @Nullable Refusal refusal() {
      return refusal;
    }

    /** Has {@code action} run, on any thread, when this handshake is to make room for another. */
    void onGiveWay(Runnable action) {
      synchronized (ConnectionAdmission.this) {
        onGiveWay = action;
        if (!displaced) {
          return;
        }
      }
      action.run();
    }

    private void giveWay() {
      Runnable action;
      synchronized (ConnectionAdmission.this) {
        displaced = true;
        action = onGiveWay;
      }
      if (action != null) {
        action.run();
      }
    }

    /** The peer has proved who it is. */
    void authenticated() {
      proved(this);
    }

    /** Whether the peer has proved who it is. */
    boolean isAuthenticated() {
      synchronized (ConnectionAdmission.this) {
        return authenticated;
      }
    }

    /** The connection is gone; idempotent. */
    void release() {
      ended(this);
    }
  }

  private static final class Prefix {
    private int connections;
    private int handshakes;
    private double tokens;
    private long filledNanos;

    Prefix(long nowNanos, double tokens) {
      this.filledNanos = nowNanos;
      this.tokens = tokens;
    }

    boolean take(long nowNanos, int perSecond) {
      double seconds = (nowNanos - filledNanos) / (double) TimeUnit.SECONDS.toNanos(1);
      filledNanos = nowNanos;
      tokens = Math.min(2.0 * perSecond, tokens + seconds * perSecond);
      if (tokens < 1) {
        return false;
      }
      tokens--;
      return true;
    }
  }
}
