package dev.parley.dht.lookup;

import dev.parley.dht.node.LookupCosts;
import dev.parley.dht.table.NetworkCount;
import dev.parley.dht.wire.Contact;
import dev.parley.dht.wire.DhtKey;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The nodes that a lookup knows of, by distance, and which of them count: the shortlist. Confined
 * to one thread.
 */
final class LookupShortlist {
  private final DhtKey target;
  private final LookupSettings settings;
  private final LookupCosts costs;
  private final List<LookupCandidate> sorted = new ArrayList<>();
  private @Nullable List<LookupCandidate> shortlist;
  private long shortlistUntil;
  private int nearest;

  LookupShortlist(DhtKey target, LookupSettings settings, LookupCosts costs) {
    this.target = target;
    this.settings = settings;
    this.costs = costs;
  }

  /** Everyone in view, nearest first. */
  List<LookupCandidate> all() {
    return sorted;
  }

  /** The nearest that answered, nearest first. */
  List<Contact> closest(int n) {
    List<Contact> list = new ArrayList<>(n);
    for (LookupCandidate c : sorted) {
      if (c.isAnswered() && list.size() < n) {
        list.add(c.contact());
      }
    }
    return list;
  }

  /** Has to be told when the state of a candidate has changed. */
  void changed() {
    shortlist = null;
  }

  /**
   * The nearest that count: as many as wanted, and with a write all of the region, and an extra one
   * for each that has just come. Of a network no more than an answer may tell of, as long as there
   * are enough others: whoever grinds keys next to a target has few networks, and must not be all
   * that is asked.
   */
  List<LookupCandidate> shortlist(long now) {
    List<LookupCandidate> known = shortlist;
    if (known == null || now - shortlistUntil >= 0) {
      known = select(now);
      shortlist = known;
    }
    return known;
  }

  private List<LookupCandidate> select(long now) {
    List<LookupCandidate> list = new ArrayList<>(settings.width());
    List<LookupCandidate> surplus = List.of();
    List<LookupCandidate> overdue = List.of();
    shortlistUntil = Long.MAX_VALUE;
    List<LookupCandidate> shares = List.of();
    int counted = 0;
    PathCount paths = new PathCount(settings);
    NetworkCount networks = new NetworkCount(settings.spread() ? settings.width() : 0);
    for (LookupCandidate c : sorted) {
      if (c.isFailed()) {
        continue;
      }
      if (c.isOverdue(now)) {
        overdue = overdue.isEmpty() ? new ArrayList<>() : overdue;
        overdue.add(c);
        continue;
      }
      boolean isEnough = counted >= settings.width() || list.size() >= settings.maxWidth();
      boolean isOutside = isEnough && !isInRegion(c, list.size());
      boolean hasShare = paths.tryAdd(c.path());
      if (isOutside && !hasShare) {
        if (paths.areAllFull()) {
          break;
        }
        continue;
      }
      if (c.state() == LookupCandidate.State.SENT) {
        shortlistUntil = Math.min(shortlistUntil, c.overdueNanos());
      }
      if (settings.spread() && !networks.tryAdd(c.group())) {
        surplus = surplus.isEmpty() ? new ArrayList<>() : surplus;
        surplus.add(c);
      } else if (isOutside) {
        shares = shares.isEmpty() ? new ArrayList<>() : shares;
        shares.add(c);
      } else {
        list.add(c);
        counted += c.isSettled() ? 1 : 0;
      }
    }
    fill(list, surplus);
    if (settings.goal() == LookupSettings.Goal.GET) {
      fill(list, overdue); // where few are known, each of them may be the one that has the listing
    }
    nearest = list.size();
    list.addAll(shares);
    return list;
  }

  /** Those of the shortlist who are to hold a listing; the others are asked the way only. */
  List<LookupCandidate> holders(long now) {
    List<LookupCandidate> all = shortlist(now);
    return all.subList(0, nearest);
  }

  /**
   * With disjoint paths each has a share of the shortlist besides the nearest of all: colluders who
   * tell of each other only fill one path, and whom the others lead to is asked all the same.
   */
  private static final class PathCount {
    /** A write asks all of the region besides, and has a budget. */
    private static final int PUT_SHARE = 4;

    private static final int GET_SHARE = 2;

    private final int[] counts;
    private final int most;
    private int full;

    PathCount(LookupSettings settings) {
      counts = new int[settings.paths()];
      int share = settings.goal() == LookupSettings.Goal.PUT ? PUT_SHARE : GET_SHARE;
      most = Math.max(1, settings.width() / share);
    }

    boolean areAllFull() {
      return counts.length == 1 || full == counts.length;
    }

    boolean tryAdd(int path) {
      if (counts.length == 1 || counts[path] == most) {
        return false;
      }
      full += ++counts[path] == most ? 1 : 0;
      return true;
    }
  }

  private void fill(List<LookupCandidate> list, List<LookupCandidate> from) {
    for (int i = 0; i < from.size() && list.size() < settings.width(); i++) {
      list.add(from.get(i));
    }
  }

  private boolean isInRegion(LookupCandidate c, int listed) {
    return listed < settings.maxWidth()
        && target.distance(c.contact().id()) <= settings.regionDistance();
  }

  /** Adds one, unless it is there or comes from who has misled; the farthest of too many leaves. */
  void insert(LookupCandidate candidate) {
    int low = 0;
    int high = sorted.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      int order =
          target.compareDistance(sorted.get(middle).contact().id(), candidate.contact().id());
      if (order == 0) {
        return;
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    LookupCandidate source = candidate.source();
    if (source != null && source.hasMisled()) {
      return;
    }
    shortlist = null;
    candidate.setSettled(!isForHolders() || costs.isSettled(candidate.contact()));
    sorted.add(low, candidate);
    if (sorted.size() > settings.maxCandidates()) {
      dropFarthestKnown();
    }
  }

  private boolean isForHolders() {
    return settings.goal() == LookupSettings.Goal.PUT;
  }

  private void dropFarthestKnown() {
    for (int i = sorted.size() - 1; i >= 0; i--) {
      if (sorted.get(i).isKnown() || sorted.get(i).isFailed()) {
        sorted.remove(i);
        return;
      }
    }
  }
}
