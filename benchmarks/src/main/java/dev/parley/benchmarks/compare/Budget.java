package dev.parley.benchmarks.compare;

import java.util.List;
import java.util.Optional;

/**
 * What Parley has to reach in a cell: a ratio to a peer, or a figure of its own.
 *
 * @param against the peer; empty where the figure stands by itself
 * @param most whether less is better
 * @param jdk17 the bar on JDK 17 up to 24
 * @param jdk25 the bar from JDK 25 on
 */
record Budget(Cell cell, Figure figure, String against, boolean most, double jdk17, double jdk25) {
  static final String US = "parley";

  /** The part of a budget that the gate holds fast. */
  static final double FLOOR = 0.8;

  private static final int WITH_NEW_AES = 25;

  /** What is looked at. */
  enum Figure {
    /** Operations a second. */
    THROUGHPUT,
    /** The median latency, in milliseconds. */
    P50,
    /** The 99th percentile, in milliseconds. */
    P99,
    /** Processor time for an operation, in microseconds. */
    CPU
  }

  private static final Cell SMALL_1 = new Cell(Cell.Kind.CLOSED, 32, 1);
  private static final Cell SMALL_64 = new Cell(Cell.Kind.CLOSED, 32, 64);
  private static final Cell SMALL = new Cell(Cell.Kind.CLOSED, 32, 256);
  private static final Cell MIDDLE = new Cell(Cell.Kind.CLOSED, 1024, 256);
  private static final Cell LARGE = new Cell(Cell.Kind.CLOSED, 65_536, 64);
  private static final Cell STREAM = new Cell(Cell.Kind.STREAM, 1024, 1);
  private static final Cell MIDDLE_1 = new Cell(Cell.Kind.CLOSED, 1024, 1);
  private static final Cell BESIDE = new Cell(Cell.Kind.BESIDE, 1024, 1);
  private static final Cell FIRST = new Cell(Cell.Kind.FIRST, 32, 1);
  private static final Cell FIRSTS = new Cell(Cell.Kind.FIRST, 32, 8);
  private static final Cell OUTSIDE = new Cell(Cell.Kind.OUTSIDE, 32, 64);
  private static final Cell OPEN = new Cell(Cell.Kind.OPEN, 32, 20_000);

  /** The cells that budgets speak of. */
  static final List<Cell> CELLS =
      List.of(SMALL_1, SMALL_64, SMALL, MIDDLE, LARGE, STREAM, FIRST, FIRSTS);

  /** Those of a full run. */
  static final List<Cell> ALL_CELLS =
      List.of(
          SMALL_1, SMALL_64, SMALL, MIDDLE_1, BESIDE, MIDDLE, LARGE, STREAM, FIRST, FIRSTS, OUTSIDE,
          OPEN);

  static final List<Budget> ALL =
      List.of(
          least(SMALL, "rsocket", 1.9, 2.1),
          least(SMALL, "rsocket-defaults", 1.9, 2.1),
          least(SMALL_64, "rsocket", 1.4, 1.5),
          least(MIDDLE, "rsocket", 1.25, 1.6),
          least(MIDDLE, "rsocket-defaults", 1.25, 1.6),
          least(LARGE, "rsocket-tls-tcnative", 1.0, 1.2),
          least(SMALL, "grpc-tls", 5, 5),
          least(MIDDLE, "grpc-tls", 5, 5),
          least(LARGE, "grpc-tls", 1.6, 1.6),
          least(SMALL, "netty", 0.5, 0.5),
          new Budget(SMALL_1, Figure.P50, "rsocket", true, 1.05, 1.05),
          new Budget(SMALL, Figure.CPU, "rsocket", true, 0.5, 0.45),
          new Budget(SMALL, Figure.CPU, "rsocket-defaults", true, 0.5, 0.45),
          least(STREAM, "rsocket", 1.2, 1.2),
          new Budget(FIRST, Figure.P50, "", true, 3, 3),
          new Budget(FIRST, Figure.P99, "", true, 6, 6),
          new Budget(FIRSTS, Figure.THROUGHPUT, "", false, 1_000, 1_000));

  private static Budget least(Cell cell, String against, double jdk17, double jdk25) {
    return new Budget(cell, Figure.THROUGHPUT, against, false, jdk17, jdk25);
  }

  double bar() {
    return Runtime.version().feature() < WITH_NEW_AES ? jdk17 : jdk25;
  }

  /** What Parley has reached; empty where it or the peer was not measured. */
  Optional<Double> reached(Turns turns) {
    if (!turns.peers(cell).contains(US)) {
      return Optional.empty();
    }
    if (against.isEmpty()) {
      return Optional.of(of(turns, US));
    }
    if (figure == Figure.THROUGHPUT) {
      return turns.ratio(cell, US, against);
    }
    return turns.peers(cell).contains(against)
        ? Optional.of(of(turns, US) / of(turns, against))
        : Optional.empty();
  }

  private double of(Turns turns, String peer) {
    return switch (figure) {
      case THROUGHPUT -> turns.perSecond(cell, peer);
      case P50 -> turns.micros(cell, peer, 50) / 1e3;
      case P99 -> turns.micros(cell, peer, 99) / 1e3;
      case CPU -> turns.cpuMicros(cell, peer);
    };
  }

  /** Whether a figure is within the budget, or within a part of it. */
  boolean isMet(double value, double part) {
    return most ? value <= bar() / part : value >= bar() * part;
  }
}
