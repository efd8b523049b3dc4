package dev.parley.dht;

/**
 * How an agent is looked up.
 *
 * @param cached whether a listing from the cache will do; it is refreshed in the background
 * @param confirmations how many holders have to give the same listing, 1..16
 * @param secure whether to walk four disjoint paths from the start
 * @param recent whether what the network said a moment ago will do where {@code cached} is not set:
 *     for those who ask again and again
 */
public record ResolveOptions(boolean cached, int confirmations, boolean secure, boolean recent) {
  private static final ResolveOptions DEFAULTS = new ResolveOptions(true, 1, false);

  /** Checks the range. */
  public ResolveOptions {
    if (confirmations < 1 || confirmations > 16) {
      throw new IllegalArgumentException("confirmations is " + confirmations + ", must be 1..16");
    }
  }

  /** From the cache, or from the network now. */
  public ResolveOptions(boolean cached, int confirmations, boolean secure) {
    this(cached, confirmations, secure, false);
  }

  /**
   * From the cache or the first holder. Only good news is taken from the cache: that an agent has
   * left, or that nobody has a listing of it, is asked of the network unless it has said so within
   * {@link DhtLimits.Storage#negativeCache}.
   */
  public static ResolveOptions defaults() {
    return DEFAULTS;
  }

  /** From the network, whatever the cache says, and from holders, not from others' caches. */
  public static ResolveOptions fresh() {
    return new ResolveOptions(false, 1, false);
  }

  /** As {@link #fresh}, but asks at most once a second for one agent, whoever calls. */
  public static ResolveOptions freshEnough() {
    return new ResolveOptions(false, 1, false, true);
  }
}
