package dev.parley.shares;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What one user has of {@link Shares}: a link, a connection, a transfer. Thread-safe.
 *
 * <p>Whoever takes gives back as much, whatever happens; {@link #close} says that nothing more will
 * be taken, and what is still out may come back later.
 */
public final class Share implements Shares.Part {
  private final Shares shares;
  final Origin origin;
  volatile @Nullable List<Shares.Node> path; // below the root; null before it has a place
  final AtomicLong used = new AtomicLong();
  private final @Nullable Object holder;
  private final @Nullable Share outer;
  volatile boolean closed;

  Share(Shares shares, Origin origin, @Nullable Object holder, @Nullable Share outer) {
    this.shares = shares;
    this.origin = origin;
    this.holder = holder;
    this.outer = outer;
  }

  /** Takes one; false where there is none for this user. */
  public boolean take() {
    return take(1);
  }

  /** Takes {@code amount}, or nothing where there is not as much for this user. */
  public boolean take(long amount) {
    if (outer != null && !outer.take(amount)) {
      return false;
    }
    if (shares.take(this, amount)) {
      return true;
    }
    if (outer != null) {
      outer.give(amount);
    }
    return false;
  }

  /**
   * Takes what another one has, of the same {@link Shares}, which then has it no more; whoever has
   * that one gives nothing of it back. Of one that has nothing it takes nothing, and is false. Not
   * for those within another share.
   */
  public boolean takeOver(Share other) {
    long amount = other.used.getAndSet(0);
    shares.add(this, amount);
    return amount > 0;
  }

  /** What it was opened with. */
  public @Nullable Object holder() {
    return holder;
  }

  /** Gives one back. */
  public void give() {
    give(1);
  }

  /** Gives {@code amount} back. */
  public void give(long amount) {
    shares.give(this, amount);
    if (outer != null) {
      outer.give(amount);
    }
  }

  /** How much this user has. */
  @Override
  public long used() {
    return used.get();
  }

  /** Whether most of what there is is taken, and its user has more than an equal part of it. */
  public boolean isCrowding() {
    return shares.isCrowding(this);
  }

  /** The same of what it is within. */
  public boolean isWithinCrowding() {
    return outer != null && outer.isCrowding();
  }

  /** Ends it, and not what it is within; idempotent. */
  public void close() {
    shares.close(this);
  }

  @Override
  public Object key() {
    return this;
  }

  boolean isWithin(Shares.Part part) {
    List<Shares.Node> above = path;
    return above != null && part instanceof Shares.Node node && above.contains(node);
  }
}
