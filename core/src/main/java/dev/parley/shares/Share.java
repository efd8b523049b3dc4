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
  final Shares.Node parent;
  final List<Shares.Node> path; // from the root's part to the parent
  final AtomicLong used = new AtomicLong();
  private final @Nullable Object holder;
  volatile boolean closed;

  Share(Shares shares, Shares.Node parent, List<Shares.Node> path, @Nullable Object holder) {
    this.shares = shares;
    this.parent = parent;
    this.path = path;
    this.holder = holder;
  }

  /** Takes one; false where there is none for this user. */
  public boolean take() {
    return shares.take(this, 1);
  }

  /** Takes {@code amount}, or nothing where there is not as much for this user. */
  public boolean take(long amount) {
    return shares.take(this, amount);
  }

  /**
   * Takes what another one has, of the same {@link Shares}, which then has it no more; whoever has
   * that one gives nothing of it back. Of one that has nothing it takes nothing, and is false.
   */
  public boolean takeOver(Share other) {
    long amount = other.used.getAndSet(0);
    used.addAndGet(amount);
    return amount > 0;
  }

  /** What it was opened with. */
  public @Nullable Object holder() {
    return holder;
  }

  /** Gives one back. */
  public void give() {
    shares.give(this, 1);
  }

  /** Gives {@code amount} back. */
  public void give(long amount) {
    shares.give(this, amount);
  }

  /** How much this user has. */
  @Override
  public long used() {
    return used.get();
  }

  /** Ends it; idempotent. */
  public void close() {
    shares.close(this);
  }

  @Override
  public Object key() {
    return this;
  }

  boolean isWithin(Shares.Part part) {
    for (Shares.Node node = parent; node != null; node = node.parent) {
      if (node == part) {
        return true;
      }
    }
    return false;
  }
}
