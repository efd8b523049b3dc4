package dev.parley.cli.output;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/**
 * Turns the snapshots of a node into lines for a terminal. It keeps what the lines need of the
 * past: five minutes of samples and the last failures. Not thread-safe.
 */
public final class TopFrame {
  private static final int MAX_SAMPLES = 300;
  private static final int MAX_FAILURES = 50;
  private static final int LINK_ROWS = 8;
  private static final int TALKER_ROWS = 3;
  private static final int BOUND_ROWS = 4;
  private static final int BAR = 20;
  private static final String SPARKS = "▁▂▃▄▅▆▇█";
  private static final String PLAIN_SPARKS = "_.,-=+*#";
  private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");

  private final Deque<JsonNode> samples = new ArrayDeque<>();
  private final Deque<JsonNode> failures = new ArrayDeque<>(); // newest first
  private final boolean unicode;
  private JsonNode last = MissingNode.getInstance();

  /**
   * @param unicode whether bars may be of block characters, which not every locale has
   */
  public TopFrame(boolean unicode) {
    this.unicode = unicode;
  }

  /** Takes the next snapshot. */
  public void add(JsonNode snapshot) {
    if (snapshot.path("full").asBoolean(false)) {
      samples.clear();
      failures.clear();
    }
    for (JsonNode sample : snapshot.path("history")) {
      samples.addLast(sample);
    }
    while (samples.size() > MAX_SAMPLES) {
      samples.removeFirst();
    }
    List<JsonNode> newer = new ArrayList<>();
    long known = failures.isEmpty() ? 0 : failures.getFirst().path("id").asLong(0);
    for (JsonNode failure : snapshot.path("failures")) {
      if (failure.path("id").asLong(0) > known) { // a full snapshot may tell what comes again
        newer.add(failure);
      }
    }
    for (int i = newer.size() - 1; i >= 0; i--) {
      failures.addFirst(newer.get(i));
    }
    while (failures.size() > MAX_FAILURES) {
      failures.removeLast();
    }
    last = snapshot;
  }

  /** One line for a snapshot, for a log or a pipe. */
  public static String line(JsonNode snapshot) {
    JsonNode now = newest(snapshot);
    return format(
        "%s %s  sent %s/s  received %s/s  failed %s/s  median %s ms  p99 %s ms  links %d",
        time(snapshot.path("at").asLong(0)),
        snapshot.path("health").path("state").asString("?"),
        rate(now, "sent"),
        rate(now, "received"),
        rate(now, "failed"),
        millis(now.path("p50")),
        millis(now.path("p99")),
        snapshot.path("links").path("total").asInt(0));
  }

  private static JsonNode newest(JsonNode snapshot) {
    JsonNode history = snapshot.path("history");
    return history.path(history.size() - 1);
  }

  /** The frame, at most {@code columns} wide; about {@code rows} high. */
  public List<String> lines(int columns, int rows) {
    List<String> lines = new ArrayList<>();
    head(lines);
    lines.add("");
    int width = Math.max(10, Math.min(MAX_SAMPLES, columns - 34));
    lines.add("sent      " + sparks("sent", width) + "  " + rate(sample(), "sent") + "/s");
    lines.add("received  " + sparks("received", width) + "  " + rate(sample(), "received") + "/s");
    lines.add(
        "median    "
            + sparks("p50", width)
            + "  "
            + millis(sample().path("p50"))
            + " ms, p99 "
            + millis(sample().path("p99")));
    links(lines);
    talkers(lines);
    bounds(lines);
    failures(lines, Math.max(3, rows - lines.size() - 2));
    return lines.stream().map(line -> fit(unicode ? line : Look.ascii(line), columns)).toList();
  }

  private void head(List<String> lines) {
    JsonNode node = last.path("node");
    JsonNode totals = last.path("totals");
    JsonNode health = last.path("health");
    lines.add(
        format(
            "%s  %s  network %s  watched for %d s",
            node.path("shortId").asString("?"),
            health.path("state").asString("?").toUpperCase(Locale.ROOT),
            node.path("network").asString("?"),
            node.path("upMillis").asLong(0) / 1000));
    for (JsonNode reason : health.path("reasons")) {
      lines.add("  " + text(reason));
    }
    lines.add(
        format(
            "sent %,d  received %,d  failed %,d  out %s/s  in %s/s  contacts %d",
            totals.path("sent").asLong(0),
            totals.path("received").asLong(0),
            totals.path("failed").asLong(0),
            bytes(sample().path("bytesOut").asDouble(0)),
            bytes(sample().path("bytesIn").asDouble(0)),
            last.path("table").path("contacts").size()));
  }

  private JsonNode sample() {
    JsonNode newest = samples.peekLast();
    return newest == null ? last.path("none") : newest;
  }

  /** The last samples of a field, each as a bar of eight heights against the highest of them. */
  private String sparks(String field, int width) {
    List<JsonNode> shown = samples.stream().skip(Math.max(0, samples.size() - width)).toList();
    double max = shown.stream().mapToDouble(s -> s.path(field).asDouble(0)).max().orElse(0);
    StringBuilder bars = new StringBuilder(" ".repeat(width - shown.size()));
    for (JsonNode sample : shown) {
      JsonNode value = sample.path(field);
      if (!value.isNumber()) {
        bars.append(' ');
      } else {
        int height = max == 0 ? 0 : (int) Math.round(7 * value.asDouble() / max);
        bars.append((unicode ? SPARKS : PLAIN_SPARKS).charAt(height));
      }
    }
    return bars.toString();
  }

  private void links(List<String> lines) {
    JsonNode links = last.path("links");
    lines.add("");
    lines.add(format("LINKS %d", links.path("total").asInt(0)));
    int rows = 0;
    for (JsonNode link : links.path("shown")) {
      if (rows++ == LINK_ROWS) {
        break;
      }
      JsonNode path = link.path("path");
      lines.add(
          format(
              "  %-14s %-24s %-3s %10s  out %10s/s  in %10s/s  waiting %s",
              text(link.path("peer")),
              text(path.path("remote")),
              path.path("postQuantum").asBoolean(false) ? "pq" : "-",
              millis(link.path("rttMillis")) + " ms",
              bytes(link.path("outPerSecond").asDouble(0)),
              bytes(link.path("inPerSecond").asDouble(0)),
              bytes(link.path("pendingBytes").asDouble(0))));
    }
  }

  private void talkers(List<String> lines) {
    JsonNode talkers = last.path("talkers");
    if (talkers.path("networks").isEmpty() && talkers.path("agents").isEmpty()) {
      return;
    }
    lines.add("");
    lines.add("LARGEST USERS of the last minute or two");
    for (String kind : List.of("networks", "agents")) {
      int rows = 0;
      for (JsonNode user : talkers.path(kind)) {
        if (rows++ == TALKER_ROWS) {
          break;
        }
        lines.add(
            format(
                "  %-24s %10s  messages %,d  connections %,d  turned away %,d",
                text(user.path("name")),
                bytes(user.path("bytes").asDouble(0)),
                user.path("messages").asLong(0),
                user.path("connections").asLong(0),
                user.path("refusals").asLong(0)));
      }
    }
  }

  private void bounds(List<String> lines) {
    lines.add("");
    lines.add("LIMITS, closest first");
    int rows = 0;
    for (JsonNode bound : last.path("bounds")) {
      if (rows++ == BOUND_ROWS) {
        break;
      }
      String option = text(bound.path("option"));
      double used = bound.path("used").asDouble(0);
      double limit = Math.max(1, bound.path("limit").asDouble(1));
      int filled = (int) Math.min(BAR, Math.ceil(BAR * used / limit));
      boolean isBytes = option.endsWith("Bytes");
      lines.add(
          format(
              "  %-24s %s%s  %s of %s",
              option,
              (unicode ? "█" : "#").repeat(filled),
              (unicode ? "░" : ".").repeat(BAR - filled),
              isBytes ? bytes(used) : format("%,.0f", used),
              isBytes ? bytes(limit) : format("%,.0f", limit)));
    }
  }

  private void failures(List<String> lines, int rows) {
    lines.add("");
    lines.add(format("FAILURES %,d", last.path("failureCount").asLong(0)));
    failures.stream()
        .limit(rows)
        .forEach(
            f ->
                lines.add(
                    format(
                        "  %s  %-18s %-9s %-14s %s ms",
                        time(f.path("at").asLong(0)),
                        text(f.path("code")),
                        text(f.path("phase")),
                        text(f.path("peer")),
                        millis(f.path("millis")))));
  }

  /** The text of a value, safe for a terminal: some of it was chosen by peers. */
  private static String text(JsonNode value) {
    return FailureReport.printable(value.asString(""));
  }

  private String fit(String line, int columns) {
    String cut = unicode ? "…" : "~";
    return line.length() <= columns ? line : line.substring(0, columns - 1) + cut;
  }

  private static String time(long epochMillis) {
    return TIME.format(Instant.ofEpochMilli(epochMillis).atZone(ZoneId.systemDefault()));
  }

  private static String rate(JsonNode sample, String field) {
    double value = sample.path(field).asDouble(0);
    return value < 10 ? format("%.1f", value) : format("%,.0f", value);
  }

  private static String millis(JsonNode value) {
    return value.isNumber() ? format("%.2f", value.asDouble()) : "-";
  }

  private static String bytes(double count) {
    int unit = 0;
    double value = count;
    while (value >= 1024 && unit < UNITS.length - 1) {
      value /= 1024;
      unit++;
    }
    return format(unit == 0 ? "%.0f %s" : "%.1f %s", value, UNITS[unit]);
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
