package dev.parley.dht.node;

import dev.parley.dht.wire.IpEndpoint;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How often an IP address may be dialled, at whatever port: contacts are claims, and whoever
 * invents many at one address must not turn this node's dials on whoever is there. A host where a
 * contact has proved its key is no bystander: what has succeeded does not count there, and there
 * may be as many more in vain as several nodes on one host need. Confined to one thread.
 */
public final class DialBudget {
  /** How many times as often a host of nodes may be dialled. */
  public static final int PROVED_TIMES = 16;

  private static final int MAX_ADDRESSES = 1024;
  private static final long WINDOW_NANOS = 60_000_000_000L;

  private static final class Window {
    long startNanos;
    int dials;
    boolean proved;
  }

  private final int perMinute;
  private final Map<IpEndpoint, Window> windows = new LinkedHashMap<>(2);

  public DialBudget(int perMinute) {
    this.perMinute = perMinute;
  }

  /** Counts a dial; false when there have been enough of late. */
  public boolean tryDial(IpEndpoint address, long now) {
    Window window = window(address, now);
    return ++window.dials <= (window.proved ? PROVED_TIMES * perMinute : perMinute);
  }

  /** Notes that a contact was reached there. */
  public void proved(IpEndpoint address, long now) {
    Window window = window(address, now);
    window.proved = true;
    window.dials = 0;
  }

  private Window window(IpEndpoint address, long now) {
    Window window = windows.get(address);
    if (window == null || now - window.startNanos >= WINDOW_NANOS) {
      windows.remove(address); // the oldest window is the first
      Window next = new Window();
      next.startNanos = now;
      next.proved = window != null && window.proved;
      windows.put(address, next);
      if (windows.size() > MAX_ADDRESSES) {
        windows.remove(windows.keySet().iterator().next());
      }
      return next;
    }
    return window;
  }

  public void purge(long now) {
    windows.values().removeIf(window -> now - window.startNanos >= WINDOW_NANOS);
  }

  public int size() {
    return windows.size();
  }
}
