package dev.parley.dht.node;

import dev.parley.dht.wire.IpEndpoint;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How often an address may be dialled: contacts are claims, and whoever invents many at one address
 * must not turn this node's dials on whoever is there. Confined to one thread.
 */
public final class DialBudget {
  private static final int MAX_ADDRESSES = 1024;
  private static final long WINDOW_NANOS = 60_000_000_000L;

  private static final class Window {
    long startNanos;
    int dials;
  }

  private final int perMinute;
  private final Map<IpEndpoint, Window> windows = new LinkedHashMap<>(2);

  public DialBudget(int perMinute) {
    this.perMinute = perMinute;
  }

  /** Counts a dial; false when there have been enough of late. */
  public boolean tryDial(IpEndpoint address, long now) {
    Window window = windows.get(address);
    if (window == null || now - window.startNanos >= WINDOW_NANOS) {
      windows.remove(address); // the oldest window is the first
      window = new Window();
      window.startNanos = now;
      windows.put(address, window);
      if (windows.size() > MAX_ADDRESSES) {
        windows.remove(windows.keySet().iterator().next());
      }
    }
    return ++window.dials <= perMinute;
  }

  public void purge(long now) {
    windows.values().removeIf(window -> now - window.startNanos >= WINDOW_NANOS);
  }

  public int size() {
    return windows.size();
  }
}
