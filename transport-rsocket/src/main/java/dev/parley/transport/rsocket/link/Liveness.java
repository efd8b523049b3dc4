package dev.parley.transport.rsocket.link;

import java.time.Duration;

/**
 * Decides when a link is asked for a sign of life, and when it is given up: a state machine over
 * times that are told to it. Confined to the event loop.
 *
 * <p>Any byte that arrives is life, so that answers behind bulk data do not count as silence. A
 * peer is given up only after it was asked and had the time to answer, so that a pause of this
 * process, or of the whole machine, does not end every link. A link whose writes do not move for
 * the stall limit is given up too, as is one on which a record has begun and not ended.
 */
final class Liveness {
  /** What is to be done. */
  enum Action {
    /** Nothing. */
    NONE,
    /** Send a PING. */
    PING,
    /** Nothing came for too long. */
    DEAD,
    /** What was written did not leave for too long. */
    WRITE_STALLED,
    /** A record began and did not end. */
    READ_STALLED
  }

  private final long idleNanos;
  private final long deadNanos;
  private final long stallNanos;
  private long lastInboundNanos;
  private long lastPingNanos;
  private long askedNanos; // the first PING of this silence
  private boolean asked;
  private long progressNanos;
  private long lastWrittenMark;

  Liveness(Duration pingIdle, Duration pingDead, Duration stall, long nowNanos) {
    this.idleNanos = pingIdle.toNanos();
    this.deadNanos = pingDead.toNanos();
    this.stallNanos = stall.toNanos();
    this.lastInboundNanos = nowNanos;
    this.lastPingNanos = nowNanos;
    this.progressNanos = nowNanos;
  }

  /** Something came in since it was last looked at, lastly then. */
  void inbound(long nowNanos) {
    lastInboundNanos = nowNanos;
    asked = false;
  }

  /** When something last came in. */
  long lastInboundNanos() {
    return lastInboundNanos;
  }

  /**
   * Looks at the link.
   *
   * @param waiting bytes that wait to be written
   * @param writtenMark any number that changes when bytes leave
   * @param partialSinceNanos since when a record is incomplete, or {@link Long#MIN_VALUE}
   */
  Action check(long nowNanos, long waiting, long writtenMark, long partialSinceNanos) {
    if (waiting == 0 || writtenMark != lastWrittenMark) {
      progressNanos = nowNanos;
    }
    lastWrittenMark = writtenMark;
    if (nowNanos - progressNanos >= stallNanos) {
      return Action.WRITE_STALLED;
    }
    if (partialSinceNanos != Long.MIN_VALUE && nowNanos - partialSinceNanos >= stallNanos) {
      return Action.READ_STALLED;
    }
    long silent = nowNanos - lastInboundNanos;
    if (silent >= deadNanos && asked && nowNanos - askedNanos >= deadNanos - idleNanos) {
      return Action.DEAD;
    }
    if (silent >= idleNanos && (!asked || nowNanos - lastPingNanos >= idleNanos)) {
      if (!asked) {
        askedNanos = nowNanos;
        asked = true;
      }
      lastPingNanos = nowNanos;
      return Action.PING;
    }
    return Action.NONE;
  }

  /** How often to look, so that every limit is kept to within a quarter. */
  long intervalNanos() {
    return Math.max(1_000_000, Math.min(Math.min(idleNanos, stallNanos), deadNanos) / 4);
  }
}
