package dev.parley.benchmarks.compare;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** How figures grow with payload, requests in flight, streams and links: what is run and drawn. */
final class Scaling {
  private static final int[] PAYLOADS = {32, 256, 1024, 4096, 16_384, 65_536, 262_144};
  private static final int PAYLOADS_IN_FLIGHT = 64;
  private static final int[] IN_FLIGHT = {1, 4, 16, 64, 256, 1024};
  private static final int IN_FLIGHT_BYTES = 32;
  private static final int[] STREAMS = {1, 4, 16, 64};
  private static final int STREAM_BYTES = 1024;

  static final List<Cell> CELLS = cells();

  /** What the command for many links writes. */
  static final String LINKS = "links";

  private Scaling() {}

  private static List<Cell> cells() {
    Set<Cell> all = new LinkedHashSet<>();
    for (int bytes : PAYLOADS) {
      all.add(new Cell(Cell.Kind.CLOSED, bytes, PAYLOADS_IN_FLIGHT));
    }
    for (int load : IN_FLIGHT) {
      all.add(new Cell(Cell.Kind.CLOSED, IN_FLIGHT_BYTES, load));
    }
    for (int load : STREAMS) {
      all.add(new Cell(Cell.Kind.STREAM, STREAM_BYTES, load));
    }
    return List.copyOf(all);
  }

  /** A line of JSON that a run wrote. */
  private record Line(JsonNode json) {
    String peer() {
      return json.path("peer").asString();
    }

    boolean is(Cell.Kind kind) {
      return json.path("kind").asString().equalsIgnoreCase(kind.name());
    }

    double number(String field) {
      return json.path(field).asDouble();
    }
  }

  /** The charts for which there are lines, by the name of a file. */
  static Map<String, Chart> charts(Stream<String> text) {
    JsonMapper mapper = JsonMapper.builder().build();
    List<Line> lines = text.map(mapper::readTree).map(Line::new).toList();
    Predicate<Line> payloads =
        l -> l.is(Cell.Kind.CLOSED) && l.number("load") == PAYLOADS_IN_FLIGHT;
    Predicate<Line> inFlight = l -> l.is(Cell.Kind.CLOSED) && l.number("bytes") == IN_FLIGHT_BYTES;
    Predicate<Line> links = l -> l.json.path("kind").asString().equals(LINKS);
    Map<String, Chart> charts = new LinkedHashMap<>();
    charts.put(
        "payload",
        new Chart(
            "Answers a second, " + PAYLOADS_IN_FLIGHT + " requests in flight",
            "bytes in a message and its answer",
            curves(lines, payloads, "bytes", Map.of("", "ops_per_s"))));
    charts.put(
        "in-flight",
        new Chart(
            "Answers a second, " + IN_FLIGHT_BYTES + " bytes",
            "requests in flight",
            curves(lines, inFlight, "load", Map.of("", "ops_per_s"))));
    charts.put(
        "latency",
        new Chart(
            "Latency in µs, " + IN_FLIGHT_BYTES + " bytes",
            "requests in flight",
            curves(lines, inFlight, "load", Map.of(" p50", "p50_us", " p99", "p99_us"))));
    charts.put(
        "streams",
        new Chart(
            "Items a second, " + STREAM_BYTES + " bytes",
            "streams of one link",
            curves(lines, l -> l.is(Cell.Kind.STREAM), "load", Map.of("", "ops_per_s"))));
    charts.put(
        "links",
        new Chart(
            "Answers a second of one node",
            "links with 16 requests in flight each",
            curves(lines, links, "load", Map.of("", "ops_per_s"))));
    charts.values().removeIf(chart -> chart.curves().isEmpty());
    return charts;
  }

  private static List<Chart.Curve> curves(
      List<Line> lines, Predicate<Line> which, String x, Map<String, String> fields) {
    Map<String, TreeMap<Double, Double>> points = new TreeMap<>();
    for (Line line : lines) {
      if (which.test(line)) {
        fields.forEach(
            (suffix, field) ->
                points
                    .computeIfAbsent(line.peer() + suffix, p -> new TreeMap<>())
                    .put(line.number(x), line.number(field)));
      }
    }
    List<Chart.Curve> curves = new ArrayList<>();
    points.forEach((name, at) -> curves.add(new Chart.Curve(name, at)));
    return curves;
  }
}
