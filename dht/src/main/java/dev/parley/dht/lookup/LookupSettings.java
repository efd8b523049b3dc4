package dev.parley.dht.lookup;

import dev.parley.dht.DhtOptions;

/**
 * What a lookup is after, and its bounds.
 *
 * @param goal what it is after
 * @param width how many of the nearest have to answer
 * @param maxWidth how many at most when a region holds more
 * @param regionDistance everyone this near is on the shortlist; 0 for none
 * @param putDistance nodes this near are sent a write at once
 * @param nearDistance contacts this near are taken from nodes that are nearer themselves
 * @param parallel requests under way that are not late
 * @param maxParallel requests under way
 * @param maxRpcs requests altogether
 * @param timeoutNanos time altogether
 * @param maxCandidates nodes in view
 * @param enough how many answers of the nearest end a REFRESH
 * @param confirmations how many have to give the same listing
 * @param paths disjoint paths
 * @param spread whether the first requests go to different networks
 */
public record LookupSettings(
    Goal goal,
    int width,
    int maxWidth,
    double regionDistance,
    double putDistance,
    double nearDistance,
    int parallel,
    int maxParallel,
    int maxRpcs,
    long timeoutNanos,
    int maxCandidates,
    int enough,
    int confirmations,
    int paths,
    boolean spread) {
  /** What a lookup is after. */
  public enum Goal {
    /** The nearest nodes. */
    FIND,
    /** The nearest nodes, by one that joins and has little else to do. */
    JOIN,
    /** A look at the nearest nodes, ended early. */
    REFRESH,
    /** A listing. */
    GET,
    /** Holders for a listing. */
    PUT
  }

  private static final int REFRESH_ENOUGH = 3;

  /** A write that sees colluders only would leave the listing with nobody else. */
  private static final int PUT_PATHS = 4;

  public static final int COPIES_PER_REGION = 4;

  /** Around the target every contact helps; so does any while the size is unknown. */
  private static double near(double region) {
    return region <= 0 ? 1 : Math.min(1, 4 * region);
  }

  /** The nearest nodes; {@code parallel} is lower than with a GET where nobody waits. */
  static LookupSettings find(DhtOptions o, Goal goal, double region, boolean spread) {
    return new LookupSettings(
        goal,
        o.table().bucketSize(),
        o.table().bucketSize(),
        0,
        0,
        near(region),
        goal == Goal.JOIN ? o.lookups().parallelPut() : 4,
        goal == Goal.JOIN ? o.lookups().parallelPut() + 4 : 6,
        o.lookups().lookupRequests(),
        o.lookups().lookupTimeout().toNanos(),
        o.lookups().maxCandidates(),
        REFRESH_ENOUGH,
        1,
        1,
        spread);
  }

  /** A listing. */
  static LookupSettings get(
      DhtOptions o, int confirmations, int paths, double region, boolean spread) {
    return new LookupSettings(
        Goal.GET,
        o.storage().copies(),
        o.storage().copies(),
        0,
        0,
        near(region),
        paths > 1 ? 2 * o.lookups().parallelGet() : o.lookups().parallelGet(),
        Math.max(o.lookups().parallelMax(), paths > 1 ? 2 * o.lookups().parallelGet() : 1),
        o.lookups().lookupRequests() * (paths > 1 ? 2 : 1),
        o.lookups().lookupTimeout().toNanos(),
        o.lookups().maxCandidates(),
        0,
        confirmations,
        paths,
        spread);
  }

  /** Holders: everyone in the region, at least {@code copies} and at most four times that. */
  public static LookupSettings put(DhtOptions o, double region, boolean spread) {
    return new LookupSettings(
        Goal.PUT,
        o.storage().copies(),
        COPIES_PER_REGION * o.storage().copies(),
        region,
        1.5 * region,
        near(region),
        o.lookups().parallelPut(),
        Math.max(o.lookups().parallelMax(), o.lookups().parallelPut() + 4),
        o.lookups().putRequests(),
        o.lookups().lookupTimeout().toNanos(),
        o.lookups().maxCandidates(),
        0,
        1,
        PUT_PATHS,
        spread);
  }
}
