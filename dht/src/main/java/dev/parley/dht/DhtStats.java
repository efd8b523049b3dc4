package dev.parley.dht;

import java.util.Map;

/**
 * Sums and sizes of a node, cheap enough to be read every second from any thread. Sums count from
 * the node's creation on. Sizes are as of the last request that ended or tick of maintenance; parts
 * of one reading may be a moment apart.
 *
 * @param health whether the node knows enough others
 * @param server whether it serves others
 * @param contacts how many contacts the table has
 * @param unreached how many nodes others told of, or made themselves known, that could not be
 *     reached in the last ten minutes; at most 64
 * @param failing whether most of the last requests failed, whomever they were for
 * @param listings how many listings it holds for others
 * @param listingBytes their bytes
 * @param listingsEvicted how many gave way to nearer ones
 * @param equivocations how often an owner's two listings with one sequence number were seen
 * @param networkSize its guess of how many servers there are; 0 while it has none
 * @param lookupsRunning lookups of listings under way
 * @param callsInFlight requests of ours under way
 * @param peersCounted peers that use up rates
 * @param ownCopies how many nodes took our own listing when it was last brought
 * @param eventsDropped events that slow subscribers of {@link AgentDht#events} did not get
 * @param lookups lookups of listings that ended, by outcome
 * @param lookupsFromCache how many of them asked nobody
 * @param toldAlive contacts that others told of and that answered when first asked
 * @param toldDead the same that did not answer: the share of both is how stale answers are
 * @param puts listings that were brought to us, by what we said: {@code stored}, {@code refreshed},
 *     {@code older}, {@code not_responsible}, {@code limit}
 * @param calls our requests that ended, by operation: {@code hello}, {@code ping}, {@code find},
 *     {@code get}, {@code put}, {@code have}, {@code dialback}
 */
public record DhtStats(
    Health health,
    boolean server,
    int contacts,
    int unreached,
    boolean failing,
    int listings,
    long listingBytes,
    long listingsEvicted,
    long equivocations,
    long networkSize,
    int lookupsRunning,
    int callsInFlight,
    int peersCounted,
    int ownCopies,
    long eventsDropped,
    Map<Outcome, Long> lookups,
    long lookupsFromCache,
    long toldAlive,
    long toldDead,
    Map<String, Long> puts,
    Map<String, Calls> calls) {
  /** A node that knows so many others knows enough of them, however large its network is. */
  public static final int SAFE_CONTACTS = 8;

  /** Whether a node knows enough others. */
  public enum Health {
    /** It has not joined yet: none of its seeds and saved contacts has answered. */
    BOOTSTRAPPING,
    /**
     * It knows of no other node that serves, and was given none to ask: the first of its network,
     * which is as it should be, or the last.
     */
    ALONE,
    /**
     * Little has to go wrong for it to lose its network. It has seeds or saved contacts and none
     * answers any more; or it knows fewer than {@link #SAFE_CONTACTS} others, though its network
     * has more: at least as many could not be reached, or it measures a far larger network; or most
     * of its last requests failed.
     */
    WEAK,
    /** It knows others, and they answer; of a small network, all of them. */
    GOOD
  }

  /** Copies the maps. */
  public DhtStats {
    lookups = Map.copyOf(lookups);
    puts = Map.copyOf(puts);
    calls = Map.copyOf(calls);
  }

  /**
   * Requests of one operation.
   *
   * @param answered those that were answered, refusals not included
   * @param refused those that were refused
   * @param failed those that were not answered
   * @param nanos how long all of them took together
   */
  public record Calls(long answered, long refused, long failed, long nanos) {}
}
