package dev.parley.dht;

import dev.parley.Address;
import dev.parley.PeerAddress;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The story of a lookup.
 *
 * @param outcome how it ended
 * @param reason why, in a word: {@code found}, {@code complete}, {@code nobody}, {@code timeout},
 *     {@code requests}, {@code relay}, {@code cache}, {@code suspicious}, {@code overload}, {@code
 *     node} (no listing, but its own node answered), {@code stopped} (the asking node was)
 * @param took how long it took
 * @param hops how many nodes had to be asked one after the other
 * @param rpcs how many requests were sent, relayed ones included
 * @param asked whom, nearest first; at most 64
 */
public record LookupReport(
    Outcome outcome, String reason, Duration took, int hops, int rpcs, List<Asked> asked) {
  /** Most nodes of a report. */
  public static final int MAX_ASKED = 64;

  /** Copies the list. */
  public LookupReport {
    asked = List.copyOf(asked);
  }

  /** Whether nobody was asked, since the answer was known. */
  public boolean isFromCache() {
    return reason.equals("cache");
  }

  /** Whether it ended because the node that was to do it has stopped. */
  public boolean isStopped() {
    return reason.equals("stopped");
  }

  /** A node that was asked. */
  public interface Asked {
    /** Who was asked, and where first; null if what another node told of is no agent's key. */
    @Nullable PeerAddress peer();

    /** Where it can be dialled, as was told, the best first. */
    List<Address> addresses();

    /** How many leading bits it shares with the point that was looked for: how near it is. */
    int sharedBits();

    /** How many nodes led to it, itself included. */
    int depth();

    /** How that went: {@code answered}, {@code failed} or {@code waiting}. */
    String outcome();

    /** When it was asked, from the start of the lookup on. */
    Duration at();

    /** How long it took, or has taken so far. */
    Duration took();
  }
}
