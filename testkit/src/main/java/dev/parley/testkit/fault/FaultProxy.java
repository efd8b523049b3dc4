package dev.parley.testkit.fault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Objects;

/**
 * A TCP proxy on the loopback interface that passes bytes between clients and one server and, on
 * demand, does to them what networks do.
 *
 * <pre>{@code
 * try (FaultProxy proxy = FaultProxy.to("127.0.0.1", server.port()).start()) {
 *   proxy.toClient(Fault.latency(Duration.ofMillis(50)), Fault.slice(7));
 *   // let the client connect to proxy.address() and talk
 *   proxy.resetAll();
 *   assertThat(proxy.capture().contains(canary)).isFalse();
 * }
 * }</pre>
 *
 * <p>Faults are set per direction, apply to all connections, open and future, and can be replaced
 * at any time; bytes sent after such a call returns meet the new faults, while delays already
 * imposed run out. Without faults the proxy is transparent: it passes half-closes and resets on,
 * and a client whose server cannot be reached is reset.
 *
 * <p>Each proxy has one daemon thread, which ends with {@link #close()}. All methods may be called
 * from any thread; each returns within five seconds. After {@code close()} those that change the
 * proxy throw {@link IllegalStateException}.
 */
public final class FaultProxy implements AutoCloseable {
  private final ProxyLoop loop;

  private FaultProxy(ProxyLoop loop) {
    this.loop = loop;
  }

  /**
   * The settings of a proxy in front of the server at {@code host} and {@code port}.
   *
   * @throws IllegalArgumentException if the host name does not resolve or the port is not 1..65535
   */
  public static Settings to(String host, int port) {
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("port is " + port + ", must be 1..65535");
    }
    InetSocketAddress target = new InetSocketAddress(host, port);
    if (target.isUnresolved()) {
      throw new IllegalArgumentException("the proxy's target host does not resolve");
    }
    return new Settings(target, Settings.DEFAULT_CAPTURE_BYTES, Settings.DEFAULT_QUEUE_BYTES);
  }

  /** The port on the loopback interface to connect to. */
  public int port() {
    return address().getPort();
  }

  /** The loopback address and port to connect to. */
  public InetSocketAddress address() {
    return loop.address();
  }

  /** Replaces the faults of what clients send. No argument lifts them. */
  public void toServer(Fault... faults) {
    loop.towardsServer(FaultPlan.of(List.of(faults)));
  }

  /** Replaces the faults of what the server sends. No argument lifts them. */
  public void toClient(Fault... faults) {
    loop.towardsClient(FaultPlan.of(List.of(faults)));
  }

  /** Replaces the faults of both directions. No argument lifts them. */
  public void bothWays(Fault... faults) {
    toServer(faults);
    toClient(faults);
  }

  /** Lifts all faults and {@linkplain #admit() admits} connections. */
  public void heal() {
    bothWays();
    admit();
  }

  /** Resets every open connection (RST to both ends). New ones are accepted. */
  public void resetAll() {
    loop.endAll(ProxyConnection::reset);
  }

  /** Closes every open connection (FIN to both ends). New ones are accepted. */
  public void cutAll() {
    loop.endAll(ProxyConnection::close);
  }

  /** Closes the listening socket: new connections are refused, open ones go on. Idempotent. */
  public void refuse() {
    loop.refuse();
  }

  /**
   * Listens again, on the same port, after {@link #refuse()}. Idempotent.
   *
   * @throws IllegalStateException if another process has taken the port meanwhile
   */
  public void admit() {
    loop.admit();
  }

  /** What both ends have sent so far, within {@link Settings#captureLimitBytes}. */
  public Capture capture() {
    return loop.capture();
  }

  /** The counts of connections and bytes so far. */
  public Counters counters() {
    return loop.counters();
  }

  /** Closes the listening socket and all connections and ends the thread. Idempotent. */
  @Override
  public void close() {
    loop.close();
  }

  /**
   * Counts of one proxy.
   *
   * @param accepted connections accepted so far
   * @param open connections open now
   * @param bytesToServer bytes written towards the server, after faults
   * @param bytesToClient bytes written towards clients, after faults
   */
  public record Counters(int accepted, int open, long bytesToServer, long bytesToClient) {}

  /** The settings of a proxy; an immutable value. */
  public static final class Settings {
    private static final long DEFAULT_CAPTURE_BYTES = 64L << 20;
    private static final long DEFAULT_QUEUE_BYTES = 4L << 20;

    private final InetSocketAddress target;
    private final long captureLimitBytes;
    private final long queueLimitBytes;

    private Settings(InetSocketAddress target, long captureLimitBytes, long queueLimitBytes) {
      this.target = Objects.requireNonNull(target, "target");
      this.captureLimitBytes = captureLimitBytes;
      this.queueLimitBytes = queueLimitBytes;
    }

    /**
     * The most bytes to capture over all connections, 0 or more; what exceeds it passes without
     * being captured. Default 64 MiB.
     */
    public Settings captureLimitBytes(long bytes) {
      if (bytes < 0) {
        throw new IllegalArgumentException(
            "captureLimitBytes is " + bytes + ", must not be negative");
      }
      return new Settings(target, bytes, queueLimitBytes);
    }

    /**
     * The most bytes, give or take one read of 16 KiB, that each direction of a connection holds
     * back for its faults, 1 or more; beyond it the sender feels back pressure. Default 4 MiB.
     */
    public Settings queueLimitBytes(long bytes) {
      if (bytes < 1) {
        throw new IllegalArgumentException("queueLimitBytes is " + bytes + ", must be 1 or more");
      }
      return new Settings(target, captureLimitBytes, bytes);
    }

    /**
     * Starts a proxy on a free port of the loopback interface.
     *
     * @throws UncheckedIOException if no port can be bound
     */
    public FaultProxy start() {
      try {
        ProxyLoop loop = new ProxyLoop(target, captureLimitBytes, queueLimitBytes);
        loop.start();
        return new FaultProxy(loop);
      } catch (IOException e) {
        throw new UncheckedIOException("the fault proxy cannot listen", e);
      }
    }
  }
}
