package dev.parley.benchmarks.compare;

import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/** What came out, for people as Markdown and for programs as lines of JSON. */
final class Report {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Turns turns;
  private final int jdk;

  Report(Turns turns, int jdk) {
    this.turns = turns;
    this.jdk = jdk;
  }

  /** A table for each cell. */
  void cells(PrintStream out) {
    for (Cell cell : turns.cells()) {
      out.printf("%n**%s**%n%n", cell.label());
      out.println("| peer | a second | p50 µs | p99 µs | CPU µs | Parley is × |");
      out.println("|---|---:|---:|---:|---:|---:|");
      for (String peer : turns.peers(cell)) {
        out.printf(
            Locale.ROOT,
            "| %s | %,.0f | %s | %s | %.2f | %s |%n",
            peer,
            turns.perSecond(cell, peer),
            latency(cell, peer, 50),
            latency(cell, peer, 99),
            turns.cpuMicros(cell, peer),
            peer.equals(Budget.US)
                ? ""
                : turns
                    .ratio(cell, Budget.US, peer)
                    .map(ratio -> String.format(Locale.ROOT, "%.2f", ratio))
                    .orElse(""));
      }
    }
  }

  /** What a stream costs the requests beside it, where both were measured. */
  void beside(PrintStream out) {
    for (Cell cell : turns.cells()) {
      Cell alone = new Cell(Cell.Kind.CLOSED, cell.bytes(), cell.load());
      if (cell.kind() == Cell.Kind.BESIDE && turns.cells().contains(alone)) {
        out.printf("%n| latency of %s by %s | p50 | p99 |%n", cell.label(), alone.label());
        out.println("|---|---:|---:|");
        for (String peer : turns.peers(cell)) {
          out.printf(
              Locale.ROOT,
              "| %s | %.1f | %.1f |%n",
              peer,
              turns.slowdown(peer, cell, alone, 50).orElse(Double.NaN),
              turns.slowdown(peer, cell, alone, 99).orElse(Double.NaN));
        }
      }
    }
  }

  private String latency(Cell cell, String peer, double percentile) {
    return cell.kind() == Cell.Kind.STREAM
        ? ""
        : String.format(Locale.ROOT, "%,.0f", turns.micros(cell, peer, percentile));
  }

  /**
   * The budgets and what was reached.
   *
   * @param part of each budget that is asked for: 1, or less for a floor
   * @return whether all that could be compared reach it
   */
  boolean budgets(PrintStream out, double part) {
    boolean all = true;
    out.printf("%n| cell | figure | against | bar | reached | |%n|---|---|---|---:|---:|---|%n");
    for (Budget budget : Budget.ALL) {
      Optional<Double> reached = budget.reached(turns);
      if (reached.isEmpty()) {
        continue;
      }
      boolean met = budget.isMet(reached.get(), part);
      all &= met;
      double bar = budget.most() ? budget.bar() / part : budget.bar() * part;
      out.printf(
          Locale.ROOT,
          "| %s | %s | %s | %s %.2f | %.2f | %s |%n",
          budget.cell().label(),
          budget.figure().name().toLowerCase(Locale.ROOT),
          budget.against(),
          budget.most() ? "≤" : "≥",
          bar,
          reached.get(),
          met ? "met" : "missed");
    }
    return all;
  }

  /** A line for each cell and peer; for ours one for each peer that it is compared with. */
  Stream<String> json() {
    return turns.cells().stream()
        .flatMap(cell -> turns.peers(cell).stream().flatMap(peer -> lines(cell, peer)));
  }

  private Stream<String> lines(Cell cell, String peer) {
    List<String> others =
        peer.equals(Budget.US)
            ? turns.peers(cell).stream().filter(p -> !p.equals(Budget.US)).toList()
            : List.of(Budget.US);
    return others.stream().map(other -> line(cell, peer, other));
  }

  private String line(Cell cell, String peer, String other) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("peer", peer);
    line.put("cell", cell.label());
    line.put("kind", cell.kind().name().toLowerCase(Locale.ROOT));
    line.put("bytes", cell.bytes());
    line.put("load", cell.load());
    line.put("jdk", jdk);
    line.put("ops_per_s", rounded(turns.perSecond(cell, peer)));
    line.put("p50_us", rounded(turns.micros(cell, peer, 50)));
    line.put("p99_us", rounded(turns.micros(cell, peer, 99)));
    line.put("cpu_us_per_op", rounded(turns.cpuMicros(cell, peer)));
    turns
        .ratio(cell, peer, other)
        .ifPresent(
            ratio -> {
              line.put("ratio_to", other);
              line.put("ratio", rounded(ratio));
            });
    return JSON.writeValueAsString(line);
  }

  private static double rounded(double value) {
    return Math.round(value * 1e3) / 1e3;
  }
}
