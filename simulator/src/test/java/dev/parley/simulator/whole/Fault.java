package dev.parley.simulator.whole;

import java.time.Duration;
import java.util.SplittableRandom;

/**
 * Something that goes wrong.
 *
 * @param number tells it from others of the run
 * @param at when, from the beginning of the storm
 * @param one the host that it happens to, modulo how many there are
 * @param other the other host, where there is one
 * @param length for how long
 * @param amount how much of it, in parts of a thousand
 */
record Fault(int number, Duration at, Kind kind, int one, int other, Duration length, int amount) {
  /** What goes wrong. */
  enum Kind {
    /** The connections of two hosts are reset on both sides. */
    RESET,
    /** The connections of two hosts carry nothing any more, and nobody is told. */
    SILENCE,
    /** One side of the connections of two hosts is told that the other has closed. */
    HALF_CLOSE,
    /** Nothing passes to and from a host for a while. */
    FREEZE,
    /** Nothing passes between some of the hosts and the others for a while. */
    ISLANDS,
    /** Two hosts do not reach each other for a while, and reach all others. */
    CUT,
    /** A host's line carries 20 kB/s. */
    SLOW,
    /** A process ends without a word, and starts again. */
    CRASH,
    /** A process ends in order, and starts again. */
    RESTART,
    /** A process ends without waiting for anything, and starts again. */
    CLOSE,
    /** A wall clock jumps, forwards or back. */
    CLOCK,
    /** A bit of what two hosts send each other flips. */
    CORRUPT,
    /** Strangers connect and stay silent, or send nonsense. */
    STRANGERS
  }

  private static final Kind[] KINDS = Kind.values();

  static Fault draw(int number, SplittableRandom random, Duration storm) {
    return new Fault(
        number,
        Duration.ofMillis(random.nextLong(storm.toMillis())),
        KINDS[random.nextInt(KINDS.length)],
        random.nextInt(1000),
        random.nextInt(1000),
        Duration.ofMillis(random.nextInt(4) == 0 ? random.nextInt(20_000) : random.nextInt(3000)),
        random.nextInt(1000));
  }

  @Override
  public String toString() {
    return "fault " + number + ", " + kind;
  }
}
