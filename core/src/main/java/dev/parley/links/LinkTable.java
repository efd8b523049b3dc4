package dev.parley.links;

import dev.parley.AgentId;
import dev.parley.carrier.CarriedLink;
import dev.parley.carrier.InstanceId;
import dev.parley.spi.Link;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The links of a node, by agent and instance: for each process of a peer one that takes new
 * interactions, and any number up to a limit that only finish what runs on them. Thread-safe.
 *
 * <p>A newcomer always finds room: beyond {@link #MAX_LINKS_PER_AGENT} the oldest link of the same
 * agent that no longer takes interactions has to go, or else the oldest of all. A peer can so crowd
 * out nobody but itself, and links that died unnoticed never keep a live one out.
 */
final class LinkTable {
  /** Links of one agent, of all its processes, those that drain included. */
  static final int MAX_LINKS_PER_AGENT = 32;

  private final Map<AgentId, CarriedLink> preferred = new ConcurrentHashMap<>();
  private final Map<AgentId, Peer> peers = new HashMap<>(); // guarded by this

  /** The links of one agent. */
  private static final class Peer {
    final List<CarriedLink> all = new ArrayList<>(1);
    final Map<InstanceId, CarriedLink> active = new LinkedHashMap<>(1);
    final List<CarriedLink> suspects = new ArrayList<>(0);
  }

  /**
   * What a new link means for the others of its agent.
   *
   * @param rival the link of the same process that took interactions so far, if it still does
   * @param others the links of the agent's other processes that take interactions
   * @param excess a link that has to go to make room
   */
  record Added(
      @Nullable CarriedLink rival, List<CarriedLink> others, @Nullable CarriedLink excess) {}

  /** The link for new interactions with an agent, or null. */
  @Nullable CarriedLink open(AgentId agent) {
    CarriedLink link = preferred.get(agent);
    return link != null && link.isOpen() ? link : null;
  }

  /**
   * Adds a link, which takes new interactions from now on: whatever becomes of the others, the one
   * that has just shaken hands is alive.
   */
  synchronized Added add(CarriedLink link) {
    Peer peer = peers.computeIfAbsent(link.peer(), p -> new Peer());
    CarriedLink excess = peer.all.size() < MAX_LINKS_PER_AGENT ? null : excess(peer);
    List<CarriedLink> others = new ArrayList<>();
    for (CarriedLink other : peer.active.values()) {
      if (other.isOpen() && !other.instance().equals(link.instance())) {
        others.add(other);
      }
    }
    CarriedLink rival = peer.active.remove(link.instance());
    peer.all.add(link);
    peer.active.put(link.instance(), link);
    preferred.put(link.peer(), link);
    return new Added(rival != null && rival.isOpen() ? rival : null, others, excess);
  }

  /** Tracks a link that never takes interactions, so that it ends when the node does. */
  synchronized void track(CarriedLink link) {
    peers.computeIfAbsent(link.peer(), p -> new Peer()).all.add(link);
  }

  private static CarriedLink excess(Peer peer) {
    for (CarriedLink link : peer.all) {
      if (!link.isOpen()) {
        return link;
      }
    }
    return peer.all.get(0);
  }

  /**
   * Chooses between a link that was displaced by a newcomer and has turned out to be alive, and the
   * one that takes its process's interactions now.
   *
   * @return the one that has to go, or null where there is nothing to choose
   */
  synchronized @Nullable CarriedLink settle(AgentId self, CarriedLink alive) {
    Peer peer = peers.get(alive.peer());
    if (peer == null || !alive.isOpen() || !peer.all.contains(alive)) {
      return null;
    }
    CarriedLink present = peer.active.get(alive.instance());
    if (present == alive) {
      return null;
    }
    if (present != null && present.isOpen() && !stays(self, peer, alive, present)) {
      return alive;
    }
    peer.active.remove(alive.instance());
    peer.active.put(alive.instance(), alive);
    preferred.put(alive.peer(), alive);
    return present != null && present.isOpen() ? present : null;
  }

  /** Whether {@code one} stays rather than {@code other}; both are in the table. */
  private static boolean stays(AgentId self, Peer peer, CarriedLink one, CarriedLink other) {
    return peer.all.indexOf(one) > peer.all.indexOf(other)
        ? LinkChoice.newerStays(self, other, one)
        : !LinkChoice.newerStays(self, one, other);
  }

  /**
   * Takes a link out of the way of new interactions. Its place goes to an older link to the same
   * process that it had displaced and that is not known to be dead, and else to another process's.
   */
  synchronized void retire(CarriedLink link) {
    Peer peer = peers.get(link.peer());
    if (peer == null) {
      return;
    }
    peer.suspects.remove(link);
    if (peer.active.remove(link.instance(), link)) {
      restore(peer, link);
    }
    if (preferred.get(link.peer()) == link) {
      prefer(link.peer(), peer);
    }
  }

  /**
   * Where both sides dialled, the peer may have made its choice before the doubt here is settled.
   */
  private static void restore(Peer peer, CarriedLink gone) {
    for (CarriedLink other : peer.all) {
      if (other != gone && other.isOpen() && takes(other, gone.instance())) {
        peer.active.put(other.instance(), other); // the newest is last
      }
    }
  }

  private static boolean takes(CarriedLink link, InstanceId instance) {
    return link.instance().equals(instance) && !link.isCheck();
  }

  private void prefer(AgentId agent, Peer peer) {
    CarriedLink next = null;
    for (CarriedLink other : peer.active.values()) {
      next = other.isOpen() && !peer.suspects.contains(other) ? other : next; // the newest is last
    }
    if (next == null) {
      preferred.remove(agent);
    } else {
      preferred.put(agent, next);
    }
  }

  /**
   * Keeps new interactions from a link whose peer is silent, or lets them on it again.
   *
   * @return whether it takes the peer's interactions from now on, where no link did
   */
  synchronized boolean suspect(CarriedLink link, boolean silent) {
    Peer peer = peers.get(link.peer());
    if (peer == null || !peer.all.contains(link)) {
      return false;
    }
    peer.suspects.remove(link);
    if (silent) {
      peer.suspects.add(link);
    }
    if (peer.active.get(link.instance()) != link) {
      return false;
    }
    CarriedLink before = preferred.get(link.peer());
    if (before == null || before == link) {
      prefer(link.peer(), peer);
    }
    return before == null && preferred.get(link.peer()) == link;
  }

  /** Whether there is a link to an agent whose peer is silent. */
  synchronized boolean hasSuspects(AgentId agent) {
    Peer peer = peers.get(agent);
    return peer != null && !peer.suspects.isEmpty();
  }

  /** Forgets a link that is gone. */
  synchronized void remove(CarriedLink link) {
    retire(link);
    Peer peer = peers.get(link.peer());
    if (peer != null) {
      peer.all.remove(link);
      if (peer.all.isEmpty()) {
        peers.remove(link.peer());
      }
    }
  }

  /** Every link, those that drain included. */
  synchronized List<CarriedLink> all() {
    return peers.values().stream().flatMap(p -> p.all.stream()).toList();
  }

  /** The links that take new interactions, one for each process of a peer. */
  synchronized List<Link> openLinks() {
    return peers.values().stream()
        .flatMap(p -> p.active.values().stream())
        .filter(CarriedLink::isOpen)
        .map(l -> (Link) l)
        .toList();
  }
}
