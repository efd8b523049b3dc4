package dev.parley.shares;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Something of which there is only so much, and its fair shares: places, or bytes.
 *
 * <p>Each user has a {@link Share}, in a tree by its {@link Origin}: networks, in them hosts, in
 * them identities. A network that has more than {@value #WEIGHT} times what would be left free gets
 * no more. So one network alone gets 16 parts of 17, and the rest is left for others; the more
 * there are, the lower is what each may have, and what a large one gives back goes to those that
 * have less, until all that want more have as much (dynamic thresholds: Choudhury and Hahne 1998).
 * The same holds within a network for its hosts, and within a host for its identities, of what that
 * one may have. So a newcomer finds room, however many identities one network makes up; the very
 * last place goes to none but somebody who has nothing.
 *
 * <p>What is taken is not taken away; {@link #largest} says whose it would have to be, for what can
 * be.
 *
 * <p>Thread-safe. Opening a share costs next to nothing, since it has no place in the tree before
 * something is taken: of what a link has shares of, most is never taken. Taking costs two atomic
 * additions while a quarter is free, and a look at the tree beyond.
 */
public final class Shares {
  /** How many times what is free one network may have, and so on within it. */
  public static final int WEIGHT = 16;

  private final long capacity;
  private final long plenty; // up to here no threshold can bite
  private final long crowded;
  private final long shedding;
  private final long full;
  private final AtomicLong taken = new AtomicLong();
  private final Node root = new Node("all");

  /**
   * Of {@code capacity} places or bytes.
   *
   * @throws IllegalArgumentException if {@code capacity} is not positive
   */
  public Shares(long capacity) {
    if (capacity <= 0) {
      throw new IllegalArgumentException("capacity is " + capacity + ", must be positive");
    }
    this.capacity = capacity;
    this.crowded = Math.max(1, (long) (0.8 * capacity));
    this.shedding = Math.max(1, (long) (0.9 * capacity));
    this.full = Math.max(1, (long) (0.95 * capacity));
    this.plenty = (long) (capacity * Math.pow(WEIGHT / (WEIGHT + 1.0), Origin.MAX_LEVELS));
  }

  /** How much there is. */
  public long capacity() {
    return capacity;
  }

  /** How much is taken now. */
  public long taken() {
    return taken.get();
  }

  /**
   * How many shares have had something, and networks, hosts and identities of which they are parts.
   */
  public int size() {
    synchronized (root) {
      return root.count();
    }
  }

  /** A share for one user, with nothing taken. {@link Share#close} gives it back. */
  public Share open(Origin origin) {
    return open(origin, null);
  }

  /** The same with what {@link Share#holder} is to be: what {@link #largest} is asked for. */
  public Share open(Origin origin, @Nullable Object holder) {
    return open(origin, holder, null);
  }

  /** The same within another share, of which all that it takes is taken too. */
  public Share openWithin(Share outer, Origin origin) {
    return open(origin, null, Objects.requireNonNull(outer, "outer"));
  }

  private Share open(Origin origin, @Nullable Object holder, @Nullable Share outer) {
    return new Share(this, Objects.requireNonNull(origin, "origin"), holder, outer);
  }

  /** Whether so much is taken that who has most is to have no more: four fifths. */
  public boolean isCrowded() {
    return taken.get() >= crowded;
  }

  /** Whether who has most is to have nothing new begun: nine tenths are taken. */
  public boolean isShedding() {
    return taken.get() >= shedding;
  }

  /** Whether so little is left that the largest user is to be cut off: a twentieth. */
  public boolean isFull() {
    return taken.get() >= full;
  }

  boolean isCrowding(Share share) {
    if (!isCrowded()) {
      return false;
    }
    synchronized (root) {
      Node above = root;
      for (Node node : place(share)) {
        int users = above.users();
        if (users > 1) {
          return users * node.used() > above.used();
        }
        above = node;
      }
      return above.used() > 0;
    }
  }

  /** The largest user's part, or null where nothing is taken. */
  public @Nullable Share largest() {
    return largest(null);
  }

  /**
   * Whose part is to give way to {@code newcomer}: the largest user's, at each level; of equals the
   * one that came first. Null where that is the newcomer alone.
   */
  public @Nullable Share largest(@Nullable Share newcomer) {
    synchronized (root) {
      if (newcomer != null) {
        place(newcomer);
      }
      Part part = root;
      while (part instanceof Node node) {
        part = node.largest(newcomer);
        if (part == null) {
          return null;
        }
      }
      return (Share) part;
    }
  }

  Node root() {
    return root;
  }

  boolean take(Share share, long amount) {
    long all = taken.addAndGet(amount);
    if (all > plenty && (all > capacity || !isFair(share, amount, capacity - all))) {
      taken.addAndGet(-amount);
      return false;
    }
    add(share, amount);
    return true;
  }

  void add(Share share, long amount) {
    share.used.addAndGet(amount);
    if (share.path == null) {
      synchronized (root) {
        place(share);
      }
    }
  }

  /** Gives a share its place in the tree, of which the root is locked; what it is part of. */
  private List<Node> place(Share share) {
    List<Node> known = share.path;
    if (known != null) {
      return known;
    }
    Node node = root;
    Node[] path = new Node[share.origin.levels().size()];
    for (int i = 0; i < path.length; i++) {
      node = node.child(share.origin.levels().get(i));
      path[i] = node;
    }
    node.parts.put(share, share);
    List<Node> placed = List.of(path);
    share.path = placed;
    return placed;
  }

  private boolean isFair(Share share, long amount, long free) {
    double left = free; // what this part of the tree may still take
    synchronized (root) {
      for (Node node : place(share)) {
        double rest = WEIGHT * left - node.used() - (amount - 1);
        if (rest < 0) {
          return false;
        }
        left = rest / (WEIGHT + 1);
      }
      return true;
    }
  }

  void give(Share share, long amount) {
    taken.addAndGet(-amount);
    if (share.used.addAndGet(-amount) == 0 && share.closed) {
      remove(share);
    }
  }

  void close(Share share) {
    share.closed = true;
    if (share.used.get() == 0) {
      remove(share);
    }
  }

  private void remove(Share share) {
    synchronized (root) {
      List<Node> path = share.path;
      if (path == null) {
        return;
      }
      Part gone = share;
      for (int i = path.size(); i >= 0; i--) {
        Node node = i == 0 ? root : path.get(i - 1);
        if (!node.parts.remove(gone.key(), gone) || !node.parts.isEmpty()) {
          return; // it was removed before, or has others
        }
        gone = node;
      }
    }
  }

  /** A share, or all that are parts of one network, host or identity. */
  sealed interface Part permits Node, Share {
    Object key();

    long used();

    /** Whether {@code share} is this or part of it. */
    default boolean holds(Share share) {
      return share == this || share.isWithin(this);
    }
  }

  static final class Node implements Part {
    final Object key;
    final Map<Object, Part> parts = new LinkedHashMap<>(2);

    Node(Object key) {
      this.key = key;
    }

    @Override
    public Object key() {
      return key;
    }

    Node child(Object level) {
      return (Node) parts.computeIfAbsent(level, Node::new);
    }

    @Override
    public long used() {
      long sum = 0;
      for (Part part : parts.values()) {
        sum += part.used();
      }
      return sum;
    }

    /** How many parts have anything. */
    int users() {
      int users = 0;
      for (Part part : parts.values()) {
        users += part.used() > 0 ? 1 : 0;
      }
      return users;
    }

    int count() {
      int count = 0;
      for (Part part : parts.values()) {
        count += part instanceof Node node ? 1 + node.count() : 1;
      }
      return count;
    }

    /** The part that is the largest once {@code newcomer} has come; of equals not its own. */
    @Nullable Part largest(@Nullable Share newcomer) {
      Part largest = null;
      long most = 0;
      for (Part part : parts.values()) {
        long used = part == newcomer ? 0 : part.used();
        if (used > 0 && newcomer != null && part.holds(newcomer)) {
          used++; // and as large as others it has had its part
          if (used >= most) {
            largest = part;
            most = used;
          }
        } else if (used > most) {
          largest = part;
          most = used;
        }
      }
      return largest;
    }
  }
}
