package dev.parley.dht;

import dev.parley.PeerAddress;
import dev.parley.dht.wire.Contact;
import dev.parley.dht.wire.DhtKey;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The story of a lookup.
 *
 * @param target the point that was looked for; for our own modules
 * @param outcome how it ended
 * @param reason why, in a word: {@code found}, {@code complete}, {@code nobody}, {@code timeout},
 *     {@code requests}, {@code relay}, {@code cache}, {@code suspicious}, {@code overload}, {@code
 *     node} (no record, but its own node answered), {@code stopped} (the asking node was)
 * @param took how long it took
 * @param hops how many nodes had to be asked one after the other
 * @param rpcs how many requests were sent, relayed ones included
 * @param asked whom, nearest first; at most 64
 */
@SuppressWarnings("exports") // points and contacts are for our own modules
public record LookupReport(
    DhtKey target,
    Outcome outcome,
    String reason,
    Duration took,
    int hops,
    int rpcs,
    List<Asked> asked) {
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

  /**
   * A node that was asked.
   *
   * @param contact the node; for our own modules, as {@link #peer} is for users
   * @param depth how many nodes led to it, itself included
   * @param outcome {@code answered}, {@code failed} or {@code waiting}
   * @param at when it was asked, from the start on
   * @param took how long it took, or has taken so far
   */
  public record Asked(Contact contact, int depth, String outcome, Duration at, Duration took) {
    /** Who was asked, and where; null if what another node told of is no agent's key. */
    public @Nullable PeerAddress peer() {
      return contact.peer();
    }
  }
}
