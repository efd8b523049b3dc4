package dev.parley.links;

import dev.parley.AgentId;
import dev.parley.carrier.CarriedLink;

/**
 * Which of two live links to one process of a peer stays for new interactions.
 *
 * <p>Both sides come to the same choice without talking, since both know what it depends on: a
 * direct link stays before a relayed one; of links in opposite directions the one whose initiator
 * has the smaller agent id; of two in one direction the newer one. Whether a link is live at all is
 * found out before, by {@link LinkDoubts}.
 */
final class LinkChoice {
  private LinkChoice() {}

  /** Whether {@code newer} takes the place of {@code present}. */
  static boolean newerStays(AgentId self, CarriedLink present, CarriedLink newer) {
    return newerStays(
        self.compareTo(newer.peer()) < 0,
        new Rank(present.isRelayed(), present.path().dialled()),
        new Rank(newer.isRelayed(), newer.path().dialled()));
  }

  /** What counts of a link. */
  record Rank(boolean relayed, boolean dialled) {}

  static boolean newerStays(boolean selfIsSmaller, Rank present, Rank newer) {
    if (present.relayed() != newer.relayed()) {
      return present.relayed();
    }
    if (present.dialled() == newer.dialled()) {
      return true;
    }
    return newer.dialled() == selfIsSmaller;
  }
}
