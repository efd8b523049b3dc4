package dev.parley.dht;

import dev.parley.spi.Setting;
import java.time.Duration;

/**
 * What a node holds and does for others, for its table and for its own listing: the groups {@link
 * DhtOptions#table}, {@link DhtOptions#storage}, {@link DhtOptions#serving} and {@link
 * DhtOptions#upkeep}. Immutable values, set through {@link DhtOptions#builder()}.
 */
public final class DhtLimits {
  private DhtLimits() {}

  /** The contacts that a node keeps, and its links to them. */
  public record Table(
      int bucketSize,
      int maxCandidatesToVerify,
      int tableLinks,
      int maxLinks,
      int maxClientLinks,
      boolean trustSavedTable) {
    /** Changes {@link Table}. */
    public interface Builder {
      @Setting(
          what = "Contacts in one bucket of the table, and in an answer (Kademlia's k)",
          byDefault = "20",
          range = "4 to 64")
      Builder bucketSize(int value);

      @Setting(
          what = "Strangers that wait to be dialled before they may enter the table",
          byDefault = "256",
          range = "1 to 100000",
          atLimit = "further ones are dropped, of the network with the most first")
      Builder maxCandidatesToVerify(int value);

      @Setting(
          what =
              "Links to contacts of the table that are kept open; half of maxLinks or"
                  + " maxClientLinks at most",
          byDefault = "96",
          range = "0 to 512")
      Builder tableLinks(int value);

      @Setting(
          what = "Links that only the DHT uses, of a node that serves",
          byDefault = "512",
          range = "8 to 100000",
          atLimit = "those unused for longest are closed")
      Builder maxLinks(int value);

      @Setting(
          what = "Links that only the DHT uses, of a client",
          byDefault = "64",
          range = "8 to 100000",
          atLimit = "those unused for longest are closed")
      Builder maxClientLinks(int value);

      @Setting(
          what =
              "Whether saved contacts count as verified, and known for hours, without being"
                  + " dialled: for simulations that start with a network in place",
          byDefault = "false")
      Builder trustSavedTable(boolean value);
    }
  }

  /** Where listings are held, and how many. */
  public record Storage(
      int copies,
      int slots,
      int maxListings,
      long maxListingBytes,
      int newKeysPerHour,
      int networkSharePercent,
      int cacheSize,
      Duration negativeCache) {
    /** Changes {@link Storage}. */
    public interface Builder {
      @Setting(what = "Nodes that hold a listing at least (r)", byDefault = "16", range = "1 to 64")
      Builder copies(int value);

      @Setting(
          what =
              "Places at which a listing is held; two make an attacker win twice, and double the"
                  + " writes",
          byDefault = "1",
          range = "1 to 2")
      Builder slots(int value);

      @Setting(
          what = "Listings held for others",
          byDefault = "16384",
          range = "1 to 10000000",
          atLimit = "the farthest give way")
      Builder maxListings(int value);

      @Setting(
          what = "Bytes of listings held for others",
          byDefault = "8MiB",
          range = "1KiB to 1TiB",
          atLimit = "the farthest give way")
      Builder maxListingBytes(long value);

      @Setting(
          what = "New listings that one peer may bring an hour that are not its own",
          byDefault = "64",
          range = "1 to 1000000",
          atLimit = "further ones are refused")
      Builder newKeysPerHour(int value);

      @Setting(
          what =
              "Share of the store that one /24 or /48 may have brought, once 100 listings are held;"
                  + " not where all nodes share a network",
          byDefault = "5",
          range = "1 to 100",
          atLimit = "further listings are refused")
      Builder networkSharePercent(int value);

      @Setting(
          what = "Listings kept for this node and for relaying",
          byDefault = "4096",
          range = "0 to 10000000",
          atLimit = "the oldest are forgotten")
      Builder cacheSize(int value);

      @Setting(
          what =
              "How long it is repeated without asking that nobody has a listing, or that the agent"
                  + " has left; the network is asked once a second for one agent",
          byDefault = "500ms",
          range = "0 to 10m")
      Builder negativeCache(Duration value);
    }
  }

  /** What others may make this node do. */
  public record Serving(
      int relaysPerSecond, int dialsPerMinute, int verificationsPerSecond, int maxPeers) {
    /** Changes {@link Serving}. */
    public interface Builder {
      @Setting(
          what = "Relayed GETs that this node passes on each second",
          byDefault = "200",
          range = "0 to 100000",
          atLimit = "further ones are answered as unknown")
      Builder relaysPerSecond(int value);

      @Setting(
          what =
              "Dials to one IP address a minute because somebody tells of it, at whatever port, so"
                  + " that nobody can aim this node's dials at a victim; 16 times as many in vain"
                  + " where a peer has proved its key",
          byDefault = "5",
          range = "1 to 1000",
          atLimit = "the address is not dialled")
      Builder dialsPerMinute(int value);

      @Setting(
          what = "Signatures checked a second",
          byDefault = "200",
          range = "1 to 1000000",
          atLimit = "further PUTs are answered BUSY")
      Builder verificationsPerSecond(int value);

      @Setting(
          what = "Peers whose use is counted against rates at once",
          byDefault = "4096",
          range = "16 to 1000000",
          atLimit = "those of the network with the most of them are forgotten")
      Builder maxPeers(int value);
    }
  }

  /** What is repeated to stay in the network, and to be found. */
  public record Upkeep(
      Duration listingLifetime,
      Duration republishInterval,
      Duration refreshInterval,
      Duration selfLookupInterval,
      Duration maintenanceInterval) {
    /** Changes {@link Upkeep}. */
    public interface Builder {
      @Setting(what = "Lifetime of our own listing", byDefault = "1d", range = "5m to 2d")
      Builder listingLifetime(Duration value);

      @Setting(
          what = "How often our listing is published anew, give or take 20 %",
          byDefault = "1h",
          range = "30s to 1d")
      Builder republishInterval(Duration value);

      @Setting(
          what =
              "After what time an untouched bucket is looked up, and listings are offered to their"
                  + " nearest nodes",
          byDefault = "1h",
          range = "30s to 1d")
      Builder refreshInterval(Duration value);

      @Setting(
          what = "How often the own neighbourhood is looked up",
          byDefault = "30m",
          range = "10s to 1d")
      Builder selfLookupInterval(Duration value);

      @Setting(
          what = "How often the node looks after its table, links and store, give or take 50 %",
          byDefault = "30s",
          range = "1s to 10m")
      Builder maintenanceInterval(Duration value);
    }
  }
}
