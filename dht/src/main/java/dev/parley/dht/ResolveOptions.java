package dev.parley.dht;

/**
 * How an agent is looked up.
 *
 * @param cached whether a record from the cache will do; it is refreshed in the background
 * @param confirmations how many holders have to give the same record, 1..16
 * @param secure whether to walk four disjoint paths from the start
 */
public record ResolveOptions(boolean cached, int confirmations, boolean secure) {
  private static final ResolveOptions DEFAULTS = new ResolveOptions(true, 1, false);

  /** Checks the range. */
  public ResolveOptions {
    if (confirmations < 1 || confirmations > 16) {
      throw new IllegalArgumentException("confirmations is " + confirmations + ", must be 1..16");
    }
  }

  /** From the cache or the first holder. */
  public static ResolveOptions defaults() {
    return DEFAULTS;
  }

  /** From the network, whatever the cache says. */
  public static ResolveOptions fresh() {
    return new ResolveOptions(false, 1, false);
  }
}
