package dev.parley.delegation;

/**
 * How often a grant or delegation was used. Uses are reserved ahead, some at a time: what was
 * reserved and not used is lost with the process, and no use is ever given twice.
 *
 * <p>Guarded by its {@link GrantEntry}.
 */
final class UseCount {
  private final long max;
  private long reserved;
  private long used;

  /**
   * @param reserved what an earlier process reserved, all of which counts as used
   */
  UseCount(long max, long reserved) {
    this.max = max;
    this.reserved = reserved;
    this.used = reserved;
  }

  boolean isExhausted() {
    return used >= max;
  }

  /** Whether the next use is reserved. */
  boolean isReady() {
    return used < reserved;
  }

  /** How many are to be reserved in all, so that more can be used. */
  long nextReservation() {
    long ahead = Math.min(64, Math.max(1, max / 16));
    return Math.min(max, reserved + ahead);
  }

  void reserved(long all) {
    reserved = Math.max(reserved, all);
  }

  void use() {
    used++;
  }

  long used() {
    return used;
  }
}
