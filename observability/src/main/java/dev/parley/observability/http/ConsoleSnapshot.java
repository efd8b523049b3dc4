package dev.parley.observability.http;

import dev.parley.spi.Bound;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that the console shows, at one moment. Its JSON is what {@code /api/snapshot} and {@code
 * /events} send; peers are named by the short form of their ids.
 *
 * @param at when it was made, milliseconds since 1970
 * @param full whether {@code failures} and {@code history} hold all that is kept, or only what came
 *     since the snapshot before
 * @param table the routing table; null for a node that is in no DHT
 * @param failures newest first
 * @param talkers who used the node most in the last minute or two
 * @param bounds what is close to a limit, closest first
 * @param history the last seconds, oldest first
 */
record ConsoleSnapshot(
    long at,
    boolean full,
    NodeFacts node,
    Health health,
    Traffic.Totals totals,
    List<Traffic.ModelTotals> models,
    Files files,
    Links links,
    @Nullable Table table,
    long failureCount,
    List<FailureLog.View> failures,
    List<ConsoleListener.Refused> refusals,
    Talkers.Top talkers,
    List<Bound> bounds,
    List<Sample> history) {

  /**
   * Who the node is.
   *
   * @param id the whole id of its own agent, which is public
   * @param addresses where it listens
   * @param upMillis how long it runs
   * @param version the version of Parley
   * @param commit the commit that it was built from, or {@code unknown}
   */
  record NodeFacts(
      String id,
      String shortId,
      String network,
      List<String> addresses,
      long upMillis,
      String version,
      String commit) {}

  /** Files under way. */
  record Files(int sending, int receiving) {}

  /**
   * The busiest links.
   *
   * @param total how many there are, shown or not
   */
  record Links(int total, List<LinkBook.View> shown) {}

  /**
   * The routing table.
   *
   * @param server whether the node serves others
   * @param networkSize its guess of how many servers there are; 0 while it has none
   * @param listings the listings that it holds for others
   */
  record Table(boolean server, double networkSize, int listings, List<ContactView> contacts) {}

  /**
   * A contact of the routing table.
   *
   * @param peer the short form of its id
   * @param bits how many leading bits it shares with the node: its bucket
   * @param angle where in its bucket it is, 0 to 1
   * @param live whether it is told to others
   * @param linked whether a link is open
   */
  record ContactView(
      String peer,
      int bits,
      double angle,
      boolean live,
      boolean linked,
      @Nullable Double rttMillis) {}
}
