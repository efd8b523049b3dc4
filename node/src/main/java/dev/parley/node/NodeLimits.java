package dev.parley.node;

import dev.parley.messenger.MessengerBuilder;
import dev.parley.settings.SettingGroup;
import dev.parley.spi.Setting;

/**
 * How much a node does at a time, over all its links. An immutable value; {@link #toBuilder()} is
 * the way back.
 *
 * <p>The settings are declared at the methods of the builder; {@link Builder#build()} reports all
 * problems at once.
 *
 * @param maxConcurrentSends messages and streams of this node's own that are under way
 * @param maxConcurrentHandlers messages and streams of others that are with handlers
 * @param maxWatchedPeers peers whose presence is watched
 * @param maxPeerBytes bytes that are held for peers: requests with handlers, incomplete messages,
 *     and what waits to be written
 */
public record NodeLimits(
    int maxConcurrentSends, int maxConcurrentHandlers, int maxWatchedPeers, long maxPeerBytes) {
  private static final String SENDS = "" + MessengerBuilder.DEFAULT_MAX_CONCURRENT_SENDS;
  private static final String HANDLERS = "" + MessengerBuilder.DEFAULT_MAX_CONCURRENT_HANDLERS;
  private static final String WATCHED = "" + MessengerBuilder.DEFAULT_MAX_WATCHED_PEERS;
  private static final SettingGroup<NodeLimits, Builder> SETTINGS =
      SettingGroup.of("node", NodeLimits.class, Builder.class);
  private static final NodeLimits DEFAULTS = SETTINGS.defaults();

  /**
   * Checks every range.
   *
   * @throws IllegalArgumentException naming every setting that is out of its range
   */
  public NodeLimits {
    SETTINGS.check(maxConcurrentSends, maxConcurrentHandlers, maxWatchedPeers, maxPeerBytes);
  }

  /** Every limit at its default. */
  public static NodeLimits defaults() {
    return DEFAULTS;
  }

  /** Starts from the defaults. */
  public static Builder builder() {
    return SETTINGS.builder();
  }

  /** Starts from these limits. */
  public Builder toBuilder() {
    return SETTINGS.builder(this);
  }

  /** Configures {@link NodeLimits}. Not thread-safe. */
  public interface Builder {
    @Setting(
        what = "Messages and streams of this node's own that are under way",
        byDefault = SENDS,
        range = "1 to 10000000",
        atLimit = "further ones fail as OVERLOADED")
    Builder maxConcurrentSends(int value);

    @Setting(
        what = "Messages and streams of others that are with handlers",
        byDefault = HANDLERS,
        range = "1 to 10000000",
        atLimit = "further ones are refused as OVERLOADED")
    Builder maxConcurrentHandlers(int value);

    @Setting(
        what = "Peers whose presence is watched by heartbeats",
        byDefault = WATCHED,
        range = "1 to 1000000",
        atLimit = "watching one more fails as OVERLOADED")
    Builder maxWatchedPeers(int value);

    @Setting(
        what =
            "Bytes held for peers: requests over 4 KiB that handlers have, incomplete messages,"
                + " and what waits to be written",
        byDefault = "half of the heap, 64MiB or more",
        range = "16MiB or more",
        atLimit = "at 80 % who has most is read slowly, at 95 % the largest link is closed")
    Builder maxPeerBytes(long value);

    /**
     * The limits.
     *
     * @throws IllegalArgumentException naming every setting that is out of its range
     */
    NodeLimits build();
  }
}
