package dev.parley.dht.node;

import dev.parley.dht.wire.IpEndpoint;
import dev.parley.dht.wire.NodeKey;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What peers say our IP address is. One is believed after three votes from three networks within
 * ten minutes; each peer has one vote, and at most 50 are kept. IPv4 and IPv6 are voted on
 * separately. Confined to one thread.
 */
public final class AddressVotes {
  public static final int MAX_VOTES = 50;
  static final int NEEDED = 3;
  static final long WINDOW_NANOS = 600_000_000_000L;

  private record Vote(NodeKey peer, long network, IpEndpoint seen, long atNanos) {}

  private final List<Vote> votes = new ArrayList<>(NEEDED);
  private final boolean countsNetworks;

  public AddressVotes(boolean countsNetworks) {
    this.countsNetworks = countsNetworks;
  }

  /**
   * Counts what {@code peer}, which we reached at {@code at}, sees.
   *
   * @return an IP address that has now enough votes, with no meaningful port, or null
   */
  public @Nullable IpEndpoint vote(NodeKey peer, IpEndpoint at, IpEndpoint seen, long nowNanos) {
    votes.removeIf(v -> nowNanos - v.atNanos > WINDOW_NANOS || isSameVoter(v, peer, seen));
    if (votes.size() >= MAX_VOTES) {
      votes.remove(0);
    }
    votes.add(new Vote(peer, at.wideGroup(), seen, nowNanos));
    long agreed =
        countsNetworks
            ? votes.stream()
                .filter(v -> v.seen.sameIp(seen))
                .mapToLong(Vote::network)
                .distinct()
                .count()
            : votes.stream().filter(v -> v.seen.sameIp(seen)).count();
    return agreed >= NEEDED ? seen : null;
  }

  private static boolean isSameVoter(Vote vote, NodeKey peer, IpEndpoint seen) {
    return vote.peer.equals(peer) && vote.seen.isV6() == seen.isV6();
  }

  public int size() {
    return votes.size();
  }
}
