package dev.parley.dht;

import dev.parley.settings.SettingGroup;
import dev.parley.spi.Setting;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * The bounds and choices of a node. An immutable value; {@link #toBuilder()} is the way back.
 *
 * <p>The settings are declared at the methods of the builders; {@link Builder#build()} reports all
 * problems at once.
 *
 * @param mode whether to serve others
 * @param serverAfter with {@link Mode#AUTO}, how long a node that others can dial back waits before
 *     it serves
 * @param lookups how agents are looked up, and listings written
 * @param table the contacts that a node keeps, and its links to them
 * @param storage where listings are held, and how many
 * @param serving what others may make this node do
 * @param upkeep what is repeated to stay in the network, and to be found
 */
public record DhtOptions(
    Mode mode,
    Duration serverAfter,
    Lookups lookups,
    DhtLimits.Table table,
    DhtLimits.Storage storage,
    DhtLimits.Serving serving,
    DhtLimits.Upkeep upkeep) {
  private static final SettingGroup<DhtOptions, Builder> SETTINGS =
      SettingGroup.of("dht", DhtOptions.class, Builder.class);
  private static final DhtOptions DEFAULTS = SETTINGS.defaults();

  /** Whether a node serves others. */
  public enum Mode {
    /** Asks only. */
    CLIENT,
    /** Serves from the start: for nodes that are known to be reachable. */
    SERVER,
    /** Starts as a client and serves once others could dial it back. */
    AUTO
  }

  /**
   * Checks every range.
   *
   * @throws IllegalArgumentException naming every setting that is out of its range
   */
  public DhtOptions {
    SETTINGS.check(mode, serverAfter, lookups, table, storage, serving, upkeep);
  }

  /** The defaults. */
  public static DhtOptions defaults() {
    return DEFAULTS;
  }

  /** Starts from the defaults. */
  public static Builder builder() {
    return SETTINGS.builder();
  }

  /** Starts from these options. */
  public Builder toBuilder() {
    return SETTINGS.builder(this);
  }

  /** How many links that only the DHT uses there may be. */
  public int maxLinks(boolean server) {
    return server ? table.maxLinks() : table.maxClientLinks();
  }

  /** Configures {@link DhtOptions}. Not thread-safe. */
  public interface Builder {
    @Setting(
        what =
            "Whether to serve others: as a CLIENT not, as a SERVER from the start, with AUTO once"
                + " others could dial it back",
        byDefault = "AUTO")
    Builder mode(Mode value);

    @Setting(
        what = "With AUTO, how long a node that others can dial back waits before it serves",
        byDefault = "10m",
        range = "0 to 1d")
    Builder serverAfter(Duration value);

    /** Changes {@link DhtOptions#lookups}. */
    @Setting(what = "How agents are looked up, and listings written")
    Builder lookups(Consumer<Lookups.Builder> change);

    /** Changes {@link DhtOptions#table}. */
    @Setting(what = "The contacts that a node keeps, and its links to them")
    Builder table(Consumer<DhtLimits.Table.Builder> change);

    /** Changes {@link DhtOptions#storage}. */
    @Setting(what = "Where listings are held, and how many")
    Builder storage(Consumer<DhtLimits.Storage.Builder> change);

    /** Changes {@link DhtOptions#serving}. */
    @Setting(what = "What others may make this node do")
    Builder serving(Consumer<DhtLimits.Serving.Builder> change);

    /** Changes {@link DhtOptions#upkeep}. */
    @Setting(what = "What is repeated to stay in the network, and to be found")
    Builder upkeep(Consumer<DhtLimits.Upkeep.Builder> change);

    /**
     * The options.
     *
     * @throws IllegalArgumentException naming every setting that is out of its range
     */
    DhtOptions build();
  }

  /** How agents are looked up, and listings written. */
  public record Lookups(
      int parallelGet,
      int parallelPut,
      int parallelMax,
      int lookupRequests,
      int putRequests,
      int maxCandidates,
      Duration lookupTimeout,
      Duration coldTimeout,
      Duration warmTimeout,
      int relayFanout,
      int maxLookups) {
    /** Changes {@link Lookups}. */
    public interface Builder {
      @Setting(
          what = "Requests of a lookup under way that are not late",
          byDefault = "4",
          range = "1 to 32")
      Builder parallelGet(int value);

      @Setting(what = "The same for a write, and for joining", byDefault = "20", range = "1 to 32")
      Builder parallelPut(int value);

      @Setting(
          what =
              "Requests of a lookup under way, late ones included; a write may have parallelPut at"
                  + " least",
          byDefault = "8",
          range = "1 to 64")
      Builder parallelMax(int value);

      @Setting(
          what = "Requests that a lookup may send",
          byDefault = "64",
          range = "1 to 1000",
          atLimit = "it ends PARTIAL")
      Builder lookupRequests(int value);

      @Setting(
          what = "Requests that a write may send",
          byDefault = "160",
          range = "1 to 1000",
          atLimit = "it ends PARTIAL")
      Builder putRequests(int value);

      @Setting(
          what = "Nodes that a lookup keeps in view",
          byDefault = "256",
          range = "20 to 4096",
          atLimit = "the farthest are dropped")
      Builder maxCandidates(int value);

      @Setting(
          what = "How long a lookup or write may take",
          byDefault = "10s",
          range = "100ms to 5m",
          atLimit = "it ends PARTIAL")
      Builder lookupTimeout(Duration value);

      @Setting(
          what = "How long to wait for a node that has to be dialled",
          byDefault = "5s",
          range = "100ms to 1m")
      Builder coldTimeout(Duration value);

      @Setting(
          what = "How long to wait for a node with an open link",
          byDefault = "3s",
          range = "100ms to 1m")
      Builder warmTimeout(Duration value);

      @Setting(
          what = "Open links over which a GET is relayed while the lookup runs; 0 turns it off",
          byDefault = "3",
          range = "0 to 8")
      Builder relayFanout(int value);

      @Setting(
          what = "Lookups under way at once",
          byDefault = "256",
          range = "1 to 100000",
          atLimit = "further ones fail with PARTIAL")
      Builder maxLookups(int value);
    }
  }
}
