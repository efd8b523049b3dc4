package dev.parley.transport.rsocket.socket;

import dev.parley.spi.NodeListener.Refusal;
import dev.parley.transport.rsocket.TransportOptions;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Counts accepted connections, in all and by address prefix (IPv4 /32, IPv6 /56), before anything
 * is allocated for them. Thread-safe.
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
  private int connections;
  private int handshakes;

  public ConnectionAdmission(TransportOptions options, LongSupplier clock) {
    this.options = options;
    this.clock = clock;
  }

  /** Takes note of a connection; the slot says whether it may stay, and is released in any case. */
  public synchronized Slot accept(InetAddress remote) {
    boolean exempt = remote.isLoopbackAddress() && !options.accepting().limitLoopback();
    Prefix prefix = exempt ? null : prefix(key(remote));
    Refusal refusal = refusal(prefix);
    if (refusal != null) {
      return new Slot(null, refusal, true);
    }
    connections++;
    handshakes++;
    if (prefix != null) {
      prefix.connections++;
      prefix.handshakes++;
    }
    return new Slot(prefix, null, false);
  }

  private @Nullable Refusal refusal(@Nullable Prefix prefix) {
    if (connections >= options.limits().maxConnections()) {
      return Refusal.MAX_CONNECTIONS;
    }
    if (handshakes >= options.accepting().maxHandshakes()) {
      return Refusal.MAX_HANDSHAKES;
    }
    if (prefix == null) {
      return null;
    }
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

  public synchronized int connections() {
    return connections;
  }

  public synchronized int handshakes() {
    return handshakes;
  }

  private synchronized void ended(Slot slot) {
    if (slot.released) {
      return;
    }
    slot.released = true;
    connections--;
    if (slot.prefix != null) {
      slot.prefix.connections--;
    }
    proved(slot);
  }

  private synchronized void proved(Slot slot) {
    if (slot.authenticated) {
      return;
    }
    slot.authenticated = true;
    handshakes--;
    if (slot.prefix != null) {
      slot.prefix.handshakes--;
    }
  }

  /** One connection's place. */
  public final class Slot {
    private final @Nullable Prefix prefix;
    private final @Nullable Refusal refusal;
    private boolean released;
    private boolean authenticated;

    private Slot(@Nullable Prefix prefix, @Nullable Refusal refusal, boolean refused) {
      this.prefix = prefix;
      this.refusal = refusal;
      this.released = refused;
      this.authenticated = refused;
    }

    public boolean isAdmitted() {
      return refusal == null;
    }

    /** The limit that was reached; null where it is admitted. */
    public @Nullable Refusal refusal() {
      return refusal;
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
