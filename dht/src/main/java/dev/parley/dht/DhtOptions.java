package dev.parley.dht;

import dev.parley.dht.wire.AgentRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The bounds and choices of a node. Immutable; {@link #builder()} reports all problems at once.
 *
 * @param mode whether to serve others. Default {@link Mode#AUTO}.
 * @param bucketSize contacts in one bucket of the table, and in an answer (Kademlia's k). 4..64,
 *     default 20.
 * @param copies nodes that hold a record at least (r). 1..64, default 16.
 * @param slots places at which a record is held; two make an attacker win twice, and double the
 *     writes. 1..2, default 1.
 * @param parallelGet requests of a lookup under way that are not late. 1..32, default 4.
 * @param parallelPut the same for a write, and for joining. 1..32, default 20.
 * @param parallelMax requests of a lookup under way, late ones included; a write may have {@code
 *     parallelPut} at least. 1..64, default 8.
 * @param lookupRequests requests that a lookup may send; then it ends PARTIAL. 1..1000, default 64.
 * @param putRequests requests that a write may send. 1..1000, default 160.
 * @param maxCandidates nodes that a lookup keeps in view; the farthest are dropped. 20..4096,
 *     default 256.
 * @param lookupTimeout how long a lookup or write may take. 100 ms..5 min, default 10 s.
 * @param coldTimeout how long to wait for a node that has to be dialled. 100 ms..1 min, default 5
 *     s.
 * @param warmTimeout how long to wait for a node with an open link. 100 ms..1 min, default 3 s.
 * @param relayFanout open links over which a GET is relayed while the lookup runs; 0 turns relaying
 *     off. 0..8, default 3.
 * @param relaysPerSecond relayed GETs that this node passes on each second; more are answered as
 *     unknown. 0..100000, default 200.
 * @param maxLookups lookups under way at once; more fail with PARTIAL. 1..100000, default 256.
 * @param maxRecords records held for others; then the farthest give way. 1..10000000, default
 *     16384.
 * @param maxRecordBytes bytes of records held for others. 1024..2^40, default 8 MiB.
 * @param dialsPerMinute dials to one address a minute, so that nobody can aim this node's dials at
 *     a victim. 1..1000, default 5.
 * @param newKeysPerHour new records that one peer may bring an hour that are not its own.
 *     1..1000000, default 64.
 * @param networkSharePercent share of the store that one /24 or /48 may have brought, once 100
 *     records are held; not where all nodes share a network. 1..100, default 5.
 * @param verificationsPerSecond signatures checked a second; more PUTs are answered BUSY.
 *     1..1000000, default 200.
 * @param maxPeers peers whose use is counted against rates at once; of more, those of the network
 *     with the most of them are forgotten. 16..1000000, default 4096.
 * @param cacheSize records kept for ourselves and for relaying. 0..10000000, default 4096.
 * @param negativeCache how long bad news, that nobody has a record or that the agent has left, is
 *     repeated without asking; who asks later waits for the network, which is asked once a second
 *     for one agent. 0..10 min, default 500 ms.
 * @param tableLinks links to contacts of the table that are kept open; half of {@code maxLinks}, or
 *     of a client's {@code maxClientLinks}, at most. 0..512, default 96.
 * @param maxLinks links that only the DHT uses, of a node that serves; more close the ones unused
 *     for longest. 8..100000, default 512.
 * @param maxClientLinks the same of a client. 8..100000, default 64.
 * @param maxCandidatesToVerify strangers that wait to be dialled before they may enter the table.
 *     1..100000, default 256.
 * @param recordLifetime lifetime of our own record. 5 min..48 h, default 24 h.
 * @param republishInterval how often our record is published anew, give or take 20 %. 30 s..24 h,
 *     default 1 h.
 * @param refreshInterval after what time an untouched bucket is looked up, and records are offered
 *     to their nearest nodes. 30 s..24 h, default 1 h.
 * @param selfLookupInterval how often the own neighbourhood is looked up. 10 s..24 h, default 30
 *     min.
 * @param maintenanceInterval how often the node looks after its table, links and store, give or
 *     take 50 %. 1 s..10 min, default 30 s.
 * @param serverAfter with {@link Mode#AUTO}, how long a node that others can dial back waits before
 *     it serves. 0..24 h, default 10 min.
 * @param trustSavedTable whether saved contacts count as verified, and known for hours, without
 *     being dialled: for simulations that start with a network in place. Default false.
 */
public record DhtOptions(
    Mode mode,
    int bucketSize,
    int copies,
    int slots,
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
    int relaysPerSecond,
    int maxLookups,
    int maxRecords,
    long maxRecordBytes,
    int dialsPerMinute,
    int newKeysPerHour,
    int networkSharePercent,
    int verificationsPerSecond,
    int maxPeers,
    int cacheSize,
    Duration negativeCache,
    int tableLinks,
    int maxLinks,
    int maxClientLinks,
    int maxCandidatesToVerify,
    Duration recordLifetime,
    Duration republishInterval,
    Duration refreshInterval,
    Duration selfLookupInterval,
    Duration maintenanceInterval,
    Duration serverAfter,
    boolean trustSavedTable) {

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
   * @throws IllegalArgumentException with all problems, if there are any
   */
  public DhtOptions {
    List<String> problems = new ArrayList<>();
    check(problems, "bucketSize", bucketSize, 4L, 64L);
    check(problems, "copies", copies, 1L, 64L);
    check(problems, "slots", slots, 1L, 2L);
    check(problems, "parallelGet", parallelGet, 1L, 32L);
    check(problems, "parallelPut", parallelPut, 1L, 32L);
    check(problems, "parallelMax", parallelMax, 1L, 64L);
    check(problems, "lookupRequests", lookupRequests, 1L, 1000L);
    check(problems, "putRequests", putRequests, 1L, 1000L);
    check(problems, "maxCandidates", maxCandidates, 20L, 4096L);
    check(problems, "lookupTimeout", lookupTimeout, Duration.ofMillis(100), Duration.ofMinutes(5));
    check(problems, "coldTimeout", coldTimeout, Duration.ofMillis(100), Duration.ofMinutes(1));
    check(problems, "warmTimeout", warmTimeout, Duration.ofMillis(100), Duration.ofMinutes(1));
    check(problems, "relayFanout", relayFanout, 0L, 8L);
    check(problems, "relaysPerSecond", relaysPerSecond, 0L, 100000L);
    check(problems, "maxLookups", maxLookups, 1L, 100000L);
    check(problems, "maxRecords", maxRecords, 1L, 10000000L);
    check(problems, "maxRecordBytes", maxRecordBytes, 1024L, 1099511627776L);
    check(problems, "dialsPerMinute", dialsPerMinute, 1L, 1000L);
    check(problems, "newKeysPerHour", newKeysPerHour, 1L, 1000000L);
    check(problems, "networkSharePercent", networkSharePercent, 1L, 100L);
    check(problems, "verificationsPerSecond", verificationsPerSecond, 1L, 1000000L);
    check(problems, "maxPeers", maxPeers, 16L, 1000000L);
    check(problems, "cacheSize", cacheSize, 0L, 10000000L);
    check(problems, "negativeCache", negativeCache, Duration.ZERO, Duration.ofMinutes(10));
    check(problems, "tableLinks", tableLinks, 0L, 512L);
    check(problems, "maxLinks", maxLinks, 8L, 100000L);
    check(problems, "maxClientLinks", maxClientLinks, 8L, 100000L);
    check(problems, "maxCandidatesToVerify", maxCandidatesToVerify, 1L, 100000L);
    check(
        problems,
        "recordLifetime",
        recordLifetime,
        AgentRecord.MIN_LIFETIME,
        AgentRecord.MAX_LIFETIME);
    check(
        problems,
        "republishInterval",
        republishInterval,
        Duration.ofSeconds(30),
        Duration.ofDays(1));
    check(problems, "refreshInterval", refreshInterval, Duration.ofSeconds(30), Duration.ofDays(1));
    check(
        problems,
        "selfLookupInterval",
        selfLookupInterval,
        Duration.ofSeconds(10),
        Duration.ofDays(1));
    check(
        problems,
        "maintenanceInterval",
        maintenanceInterval,
        Duration.ofSeconds(1),
        Duration.ofMinutes(10));
    check(problems, "serverAfter", serverAfter, Duration.ZERO, Duration.ofDays(1));
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
  }

  private static void check(List<String> problems, String name, long value, long min, long max) {
    if (value < min || value > max) {
      problems.add(name + " is " + value + ", must be " + min + ".." + max);
    }
  }

  private static void check(
      List<String> problems, String name, Duration value, Duration min, Duration max) {
    if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
      problems.add(name + " is " + value + ", must be " + min + ".." + max);
    }
  }

  /** How many links that only the DHT uses there may be. */
  public int maxLinks(boolean server) {
    return server ? maxLinks : maxClientLinks;
  }

  /** The defaults. */
  public static DhtOptions defaults() {
    return builder().build();
  }

  /** A builder that starts with the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** A builder that starts with these options. */
  public Builder toBuilder() {
    Builder builder = new Builder();
    builder.mode = mode;
    builder.bucketSize = bucketSize;
    builder.copies = copies;
    builder.slots = slots;
    builder.parallelGet = parallelGet;
    builder.parallelPut = parallelPut;
    builder.parallelMax = parallelMax;
    builder.lookupRequests = lookupRequests;
    builder.putRequests = putRequests;
    builder.maxCandidates = maxCandidates;
    builder.lookupTimeout = lookupTimeout;
    builder.coldTimeout = coldTimeout;
    builder.warmTimeout = warmTimeout;
    builder.relayFanout = relayFanout;
    builder.relaysPerSecond = relaysPerSecond;
    builder.maxLookups = maxLookups;
    builder.maxRecords = maxRecords;
    builder.maxRecordBytes = maxRecordBytes;
    builder.dialsPerMinute = dialsPerMinute;
    builder.newKeysPerHour = newKeysPerHour;
    builder.networkSharePercent = networkSharePercent;
    builder.verificationsPerSecond = verificationsPerSecond;
    builder.maxPeers = maxPeers;
    builder.cacheSize = cacheSize;
    builder.negativeCache = negativeCache;
    builder.tableLinks = tableLinks;
    builder.maxLinks = maxLinks;
    builder.maxClientLinks = maxClientLinks;
    builder.maxCandidatesToVerify = maxCandidatesToVerify;
    builder.recordLifetime = recordLifetime;
    builder.republishInterval = republishInterval;
    builder.refreshInterval = refreshInterval;
    builder.selfLookupInterval = selfLookupInterval;
    builder.maintenanceInterval = maintenanceInterval;
    builder.serverAfter = serverAfter;
    builder.trustSavedTable = trustSavedTable;
    return builder;
  }

  /** Collects options; each method is named after the {@link DhtOptions} component that it sets. */
  public static final class Builder {
    private Mode mode = Mode.AUTO;
    private int bucketSize = 20;
    private int copies = 16;
    private int slots = 1;
    private int parallelGet = 4;
    private int parallelPut = 20;
    private int parallelMax = 8;
    private int lookupRequests = 64;
    private int putRequests = 160;
    private int maxCandidates = 256;
    private Duration lookupTimeout = Duration.ofSeconds(10);
    private Duration coldTimeout = Duration.ofSeconds(5);
    private Duration warmTimeout = Duration.ofSeconds(3);
    private int relayFanout = 3;
    private int relaysPerSecond = 200;
    private int maxLookups = 256;
    private int maxRecords = 16384;
    private long maxRecordBytes = 8L << 20;
    private int dialsPerMinute = 5;
    private int newKeysPerHour = 64;
    private int networkSharePercent = 5;
    private int verificationsPerSecond = 200;
    private int maxPeers = 4096;
    private int cacheSize = 4096;
    private Duration negativeCache = Duration.ofMillis(500);
    private int tableLinks = 96;
    private int maxLinks = 512;
    private int maxClientLinks = 64;
    private int maxCandidatesToVerify = 256;
    private Duration recordLifetime = Duration.ofHours(24);
    private Duration republishInterval = Duration.ofHours(1);
    private Duration refreshInterval = Duration.ofHours(1);
    private Duration selfLookupInterval = Duration.ofMinutes(30);
    private Duration maintenanceInterval = Duration.ofSeconds(30);
    private Duration serverAfter = Duration.ofMinutes(10);
    private boolean trustSavedTable = false;

    private Builder() {}

    /** Sets {@link DhtOptions#mode}. */
    public Builder mode(Mode value) {
      mode = value;
      return this;
    }

    /** Sets {@link DhtOptions#bucketSize}. */
    public Builder bucketSize(int value) {
      bucketSize = value;
      return this;
    }

    /** Sets {@link DhtOptions#copies}. */
    public Builder copies(int value) {
      copies = value;
      return this;
    }

    /** Sets {@link DhtOptions#slots}. */
    public Builder slots(int value) {
      slots = value;
      return this;
    }

    /** Sets {@link DhtOptions#parallelGet}. */
    public Builder parallelGet(int value) {
      parallelGet = value;
      return this;
    }

    /** Sets {@link DhtOptions#parallelPut}. */
    public Builder parallelPut(int value) {
      parallelPut = value;
      return this;
    }

    /** Sets {@link DhtOptions#parallelMax}. */
    public Builder parallelMax(int value) {
      parallelMax = value;
      return this;
    }

    /** Sets {@link DhtOptions#lookupRequests}. */
    public Builder lookupRequests(int value) {
      lookupRequests = value;
      return this;
    }

    /** Sets {@link DhtOptions#putRequests}. */
    public Builder putRequests(int value) {
      putRequests = value;
      return this;
    }

    /** Sets {@link DhtOptions#maxCandidates}. */
    public Builder maxCandidates(int value) {
      maxCandidates = value;
      return this;
    }

    /** Sets {@link DhtOptions#lookupTimeout}. */
    public Builder lookupTimeout(Duration value) {
      lookupTimeout = value;
      return this;
    }

    /** Sets {@link DhtOptions#coldTimeout}. */
    public Builder coldTimeout(Duration value) {
      coldTimeout = value;
      return this;
    }

    /** Sets {@link DhtOptions#warmTimeout}. */
    public Builder warmTimeout(Duration value) {
      warmTimeout = value;
      return this;
    }

    /** Sets {@link DhtOptions#relayFanout}. */
    public Builder relayFanout(int value) {
      relayFanout = value;
      return this;
    }

    /** Sets {@link DhtOptions#relaysPerSecond}. */
    public Builder relaysPerSecond(int value) {
      relaysPerSecond = value;
      return this;
    }

    /** Sets {@link DhtOptions#maxLookups}. */
    public Builder maxLookups(int value) {
      maxLookups = value;
      return this;
    }

    /** Sets {@link DhtOptions#maxRecords}. */
    public Builder maxRecords(int value) {
      maxRecords = value;
      return this;
    }

    /** Sets {@link DhtOptions#maxRecordBytes}. */
    public Builder maxRecordBytes(long value) {
      maxRecordBytes = value;
      return this;
    }

    /** Sets {@link DhtOptions#dialsPerMinute}. */
    public Builder dialsPerMinute(int value) {
      dialsPerMinute = value;
      return this;
    }

    /** Sets {@link DhtOptions#newKeysPerHour}. */
    public Builder newKeysPerHour(int value) {
      newKeysPerHour = value;
      return this;
    }

    /** Sets {@link DhtOptions#networkSharePercent}. */
    public Builder networkSharePercent(int value) {
      networkSharePercent = value;
      return this;
    }

    /** Sets {@link DhtOptions#verificationsPerSecond}. */
    public Builder verificationsPerSecond(int value) {
      verificationsPerSecond = value;
      return this;
    }

    /** Sets {@link DhtOptions#maxPeers}. */
    public Builder maxPeers(int value) {
      maxPeers = value;
      return this;
    }

    /** Sets {@link DhtOptions#cacheSize}. */
    public Builder cacheSize(int value) {
      cacheSize = value;
      return this;
    }

    /** Sets {@link DhtOptions#negativeCache}. */
    public Builder negativeCache(Duration value) {
      negativeCache = value;
      return this;
    }

    /** Sets {@link DhtOptions#tableLinks}. */
    public Builder tableLinks(int value) {
      tableLinks = value;
      return this;
    }

    /** Sets {@link DhtOptions#maxLinks}. */
    public Builder maxLinks(int value) {
      maxLinks = value;
      return this;
    }

    /** Sets {@link DhtOptions#maxClientLinks}. */
    public Builder maxClientLinks(int value) {
      maxClientLinks = value;
      return this;
    }

    /** Sets {@link DhtOptions#maxCandidatesToVerify}. */
    public Builder maxCandidatesToVerify(int value) {
      maxCandidatesToVerify = value;
      return this;
    }

    /** Sets {@link DhtOptions#recordLifetime}. */
    public Builder recordLifetime(Duration value) {
      recordLifetime = value;
      return this;
    }

    /** Sets {@link DhtOptions#republishInterval}. */
    public Builder republishInterval(Duration value) {
      republishInterval = value;
      return this;
    }

    /** Sets {@link DhtOptions#refreshInterval}. */
    public Builder refreshInterval(Duration value) {
      refreshInterval = value;
      return this;
    }

    /** Sets {@link DhtOptions#selfLookupInterval}. */
    public Builder selfLookupInterval(Duration value) {
      selfLookupInterval = value;
      return this;
    }

    /** Sets {@link DhtOptions#maintenanceInterval}. */
    public Builder maintenanceInterval(Duration value) {
      maintenanceInterval = value;
      return this;
    }

    /** Sets {@link DhtOptions#serverAfter}. */
    public Builder serverAfter(Duration value) {
      serverAfter = value;
      return this;
    }

    /** Sets {@link DhtOptions#trustSavedTable}. */
    public Builder trustSavedTable(boolean value) {
      trustSavedTable = value;
      return this;
    }

    /**
     * The options.
     *
     * @throws IllegalArgumentException with all problems, if there are any
     */
    public DhtOptions build() {
      return new DhtOptions(
          mode,
          bucketSize,
          copies,
          slots,
          parallelGet,
          parallelPut,
          parallelMax,
          lookupRequests,
          putRequests,
          maxCandidates,
          lookupTimeout,
          coldTimeout,
          warmTimeout,
          relayFanout,
          relaysPerSecond,
          maxLookups,
          maxRecords,
          maxRecordBytes,
          dialsPerMinute,
          newKeysPerHour,
          networkSharePercent,
          verificationsPerSecond,
          maxPeers,
          cacheSize,
          negativeCache,
          tableLinks,
          maxLinks,
          maxClientLinks,
          maxCandidatesToVerify,
          recordLifetime,
          republishInterval,
          refreshInterval,
          selfLookupInterval,
          maintenanceInterval,
          serverAfter,
          trustSavedTable);
    }
  }
}
