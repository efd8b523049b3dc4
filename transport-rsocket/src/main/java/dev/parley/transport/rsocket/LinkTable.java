package dev.parley.transport.rsocket;

import dev.parley.AgentId;
import dev.parley.spi.Link;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The links of a node: at most one a peer for new messages, whoever dialled it. Thread-safe.
 *
 * <p>Both sides of a simultaneous dial come to the same choice: of links in opposite directions the
 * one whose initiator has the smaller agent id stays, of links in the same direction the newer one.
 * The other one is left alone until what runs on it has ended. Its size is bounded by the accepted
 * connections and the dials.
 */
final class LinkTable {
  /** Links of one peer, draining ones included, above which a new one is refused. */
  static final int MAX_LINKS_PER_PEER = 4;

  private final AgentId self;
  private final Map<AgentId, RSocketLink> active = new ConcurrentHashMap<>();
  private final Map<AgentId, List<RSocketLink>> all = new HashMap<>();

  LinkTable(AgentId self) {
    this.self = self;
  }

  /** The link for new messages to a peer, or null. */
  @Nullable RSocketLink open(AgentId peer) {
    RSocketLink link = active.get(peer);
    return link != null && link.isOpen() ? link : null;
  }

  /** What became of a link that was added, and which other one has to go, if any. */
  record Added(boolean refused, @Nullable RSocketLink loser) {}

  /** Adds a link that is set up. */
  synchronized Added add(RSocketLink link) {
    List<RSocketLink> links = all.computeIfAbsent(link.peer(), p -> new ArrayList<>(1));
    if (links.size() >= MAX_LINKS_PER_PEER) {
      return new Added(true, null);
    }
    links.add(link);
    RSocketLink present = active.get(link.peer());
    if (present == null || !present.isOpen()) {
      active.put(link.peer(), link);
      return new Added(false, null);
    }
    if (isPreferred(link, present)) {
      active.put(link.peer(), link);
      return new Added(false, present);
    }
    return new Added(false, link);
  }

  private boolean isPreferred(RSocketLink newer, RSocketLink present) {
    if (newer.isInitiator() == present.isInitiator()) {
      return true;
    }
    boolean oursStays = self.compareTo(newer.peer()) < 0;
    return newer.isInitiator() == oursStays;
  }

  /** Takes a link out of the way of new messages. */
  synchronized void retire(RSocketLink link) {
    active.remove(link.peer(), link);
  }

  /** Forgets a link that is gone. */
  synchronized void remove(RSocketLink link) {
    active.remove(link.peer(), link);
    List<RSocketLink> links = all.get(link.peer());
    if (links != null) {
      links.remove(link);
      if (links.isEmpty()) {
        all.remove(link.peer());
      }
    }
  }

  /** Every link, draining ones included. */
  synchronized List<RSocketLink> all() {
    return all.values().stream().flatMap(List::stream).toList();
  }

  /** The links that take new messages. */
  List<Link> openLinks() {
    return active.values().stream().filter(RSocketLink::isOpen).map(l -> (Link) l).toList();
  }
}
