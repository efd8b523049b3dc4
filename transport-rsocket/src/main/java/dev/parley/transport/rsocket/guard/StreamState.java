package dev.parley.transport.rsocket.guard;

import org.jspecify.annotations.Nullable;

/**
 * What the guard remembers of one open stream. Confined to one event loop.
 *
 * <p>A stream is over when both directions are done. An interaction in which one side sends no
 * items starts with that direction done. The two constants stand for every unfragmented
 * request/response, so that the most frequent interaction allocates nothing; they are never written
 * to.
 */
final class StreamState {
  /** A request/response the peer opened. */
  static final StreamState PEER_RESPONSE =
      new StreamState(0, FrameLayout.REQUEST_RESPONSE, true, false);

  /** A request/response we opened. */
  static final StreamState OWN_RESPONSE =
      new StreamState(0, FrameLayout.REQUEST_RESPONSE, false, true);

  private static final long UNBOUNDED = Long.MAX_VALUE;

  final int id;
  final int type; // of the frame that opened it
  boolean inDone; // the peer sends no more items, or we want no more
  boolean outDone; // we send no more items, or the peer wants no more
  boolean over;
  boolean requestPending; // the request itself is still being reassembled
  boolean itemSent; // the handler is known to be subscribed
  boolean grantWaiting; // queued for a grant
  @Nullable Reassembly reassembly;

  private int outstanding; // granted to our side, not yet sent
  private long banked; // asked for by the peer, not yet granted to our side
  private long granted; // asked for by our side, not yet received

  private StreamState(int id, int type, boolean inDone, boolean outDone) {
    this.id = id;
    this.type = type;
    this.inDone = inDone;
    this.outDone = outDone;
  }

  static StreamState ofPeer(int id, int type) {
    return new StreamState(id, type, type != FrameLayout.REQUEST_CHANNEL, false);
  }

  static StreamState ofOwn(int id, int type) {
    StreamState state = new StreamState(id, type, false, type != FrameLayout.REQUEST_CHANNEL);
    state.itemSent = true; // rsocket-core subscribes to the source before it sends the request
    return state;
  }

  /** Adds what the peer asks for; {@code Integer.MAX_VALUE} means without bound. */
  void bank(int n) {
    long sum = banked + n;
    banked = n == Integer.MAX_VALUE || sum < 0 ? UNBOUNDED : sum;
  }

  /** Returns whether a grant is due: demand is banked and a quarter of the window is left. */
  boolean isGrantDue(int window) {
    return banked != 0 && itemSent && outstanding <= window >> 2;
  }

  /** Moves banked demand into the window; returns how much, 0 for none. */
  int grant(int window) {
    int n = (int) Math.min(window - outstanding, banked);
    outstanding += n;
    if (banked != UNBOUNDED) {
      banked -= n;
    }
    return n;
  }

  /** Grants {@code n} at once if nothing is banked and all of it fits into the window. */
  boolean grantWhole(int n, int window) {
    if (banked != 0 || !itemSent || n > window - outstanding) {
      return false;
    }
    outstanding += n;
    return true;
  }

  /** Records that our side sent an item. */
  void sentItem() {
    itemSent = true;
    if (outstanding > 0) {
      outstanding--;
    }
  }

  /** Records that our side asked the peer for {@code n} items. */
  void asked(int n) {
    long sum = granted + n;
    granted = n == Integer.MAX_VALUE || sum < 0 ? UNBOUNDED : sum;
  }

  /** Returns whether the peer may send an item. */
  boolean mayReceive() {
    return granted != 0 || type == FrameLayout.REQUEST_RESPONSE;
  }

  /** Records that the peer sent an item. */
  void receivedItem() {
    if (type != FrameLayout.REQUEST_RESPONSE && granted != UNBOUNDED) {
      granted--;
    }
  }
}
