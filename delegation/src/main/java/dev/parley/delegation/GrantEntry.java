package dev.parley.delegation;

import dev.parley.delegation.chain.Chain;
import dev.parley.delegation.chain.ChainPart;
import dev.parley.delegation.chain.Condition;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A grant as its grantor keeps it. Thread-safe. */
final class GrantEntry {
  /** How many delegations of one grant can be revoked one by one. */
  static final int MAX_BANNED = 256;

  /** How many counts a grant and delegations of it may have: holders make delegations freely. */
  static final int MAX_COUNTS = 4096;

  private final ChainPart.Grant part;
  private final ByteBuffer digest;
  private final String tag;
  private final long grantedMillis;
  private final Map<ByteBuffer, UseCount> uses = new HashMap<>(); // guarded by this, like all below
  private final Map<ByteBuffer, Long> reservedBefore = new HashMap<>();
  private final Set<ByteBuffer> banned = new HashSet<>();
  private final Set<Running> running = new HashSet<>();
  private long calls;
  private long lastUsedMillis;
  private long revokedMillis;

  GrantEntry(ChainPart.Grant part, String tag, long grantedMillis) {
    this.part = part;
    this.digest = ByteBuffer.wrap(part.digest());
    this.tag = tag;
    this.grantedMillis = grantedMillis;
  }

  /** A stream that runs by a chain of this grant. */
  record Running(List<ByteBuffer> digests, Runnable end) {
    @Override
    public boolean equals(Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(this);
    }
  }

  ChainPart.Grant part() {
    return part;
  }

  String tag() {
    return tag;
  }

  /** Whether a chain begins with this very grant: what was signed by the grantor, it keeps. */
  boolean isRootOf(Chain chain) {
    return ByteBuffer.wrap(chain.parts().get(0).digest()).equals(digest);
  }

  synchronized boolean isRevoked() {
    return revokedMillis != 0;
  }

  /** Whether the grant or a delegation of the chain was revoked. */
  synchronized boolean isRevoked(Chain chain) {
    return revokedMillis != 0
        || (!banned.isEmpty() && digests(chain).stream().anyMatch(banned::contains));
  }

  static List<ByteBuffer> digests(Chain chain) {
    return chain.parts().stream().map(part -> ByteBuffer.wrap(part.digest())).toList();
  }

  /** False if it was revoked before. */
  boolean revoke(long nowMillis) {
    List<Running> ended;
    synchronized (this) {
      if (revokedMillis != 0) {
        return false;
      }
      revokedMillis = nowMillis;
      ended = List.copyOf(running);
    }
    ended.forEach(one -> one.end().run());
    return true;
  }

  synchronized boolean mayBan(byte[] delegation) {
    return banned.size() < MAX_BANNED && !banned.contains(ByteBuffer.wrap(delegation));
  }

  void ban(byte[] delegation) {
    ByteBuffer gone = ByteBuffer.wrap(delegation);
    List<Running> ended;
    synchronized (this) {
      banned.add(gone);
      ended = running.stream().filter(one -> one.digests().contains(gone)).toList();
    }
    ended.forEach(one -> one.end().run());
  }

  /** Remembers a stream, which hears when its right ends; false if it has ended already. */
  synchronized boolean run(Running one) {
    if (revokedMillis != 0 || one.digests().stream().anyMatch(banned::contains)) {
      return false;
    }
    running.add(one);
    return true;
  }

  synchronized void ended(Running one) {
    running.remove(one);
  }

  synchronized int running() {
    return running.size();
  }

  /** Counted by an earlier process. */
  synchronized void reservedBefore(ByteBuffer part, long all) {
    reservedBefore.merge(part, all, Math::max);
  }

  /** A reservation that a use waits for. */
  record Reservation(ByteBuffer part, long all) {}

  /**
   * Counts a use by a chain if each of its counts has one reserved; else changes nothing.
   *
   * @return what is to be reserved first; empty if it was counted
   * @throws Exhausted if a count is used up
   */
  synchronized List<Reservation> use(Chain chain, long nowMillis) throws Exhausted {
    List<UseCount> counts = new ArrayList<>();
    List<Reservation> missing = new ArrayList<>();
    for (Limit limit : limits(chain)) {
      UseCount count = count(limit);
      if (count.isExhausted()) {
        throw new Exhausted();
      }
      counts.add(count);
      if (!count.isReady()) {
        missing.add(new Reservation(limit.part(), count.nextReservation()));
      }
    }
    if (missing.isEmpty()) {
      counts.forEach(UseCount::use);
      calls++;
      lastUsedMillis = nowMillis;
    }
    return missing;
  }

  private UseCount count(Limit limit) throws Exhausted {
    UseCount count = uses.get(limit.part());
    if (count == null) {
      if (uses.size() >= MAX_COUNTS) {
        throw new Exhausted();
      }
      count = new UseCount(limit.max(), reservedBefore.getOrDefault(limit.part(), 0L));
      uses.put(limit.part(), count);
    }
    return count;
  }

  /** Whether a count of the chain is used up. */
  synchronized boolean isExhausted(Chain chain) {
    for (Limit limit : limits(chain)) {
      UseCount count = uses.get(limit.part());
      if (count == null
          ? reservedBefore.getOrDefault(limit.part(), 0L) >= limit.max()
          : count.isExhausted()) {
        return true;
      }
    }
    return false;
  }

  /** How often a part may be used. */
  private record Limit(ByteBuffer part, long max) {}

  private static List<Limit> limits(Chain chain) {
    List<Limit> limits = new ArrayList<>();
    for (ChainPart part : chain.parts()) {
      part.scope().conditions().stream()
          .filter(Condition.MaxUses.class::isInstance)
          .mapToLong(condition -> ((Condition.MaxUses) condition).uses())
          .min()
          .ifPresent(max -> limits.add(new Limit(ByteBuffer.wrap(part.digest()), max)));
    }
    return limits;
  }

  synchronized void reserved(Reservation reservation) {
    UseCount count = uses.get(reservation.part());
    if (count != null) {
      count.reserved(reservation.all());
    }
  }

  synchronized GrantInfo info() {
    return new GrantInfo(
        part.id(), part.scope(), tag, grantedMillis, calls, lastUsedMillis, revokedMillis);
  }

  /** A grant that was used as often as it may be. */
  static final class Exhausted extends Exception {
    private static final long serialVersionUID = 1L;

    Exhausted() {
      super("used up", null, false, false);
    }
  }
}
