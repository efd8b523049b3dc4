package dev.parley.benchmarks.compare;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Draws what {@link Compare} wrote: a group of bars for each cell, a bar for each peer. */
@Command(
    name = "benchmarks/run plot",
    mixinStandardHelpOptions = true,
    description = "Draws the JSON lines of a run as an SVG picture.")
public final class Plot implements Callable<Integer> {
  private static final int WIDTH = 760;
  private static final int LABELS = 170;
  private static final int BARS = 420;
  private static final int ROW = 18;
  private static final int BAR = 12;
  private static final int GAP = 34;

  @Parameters(arity = "1", paramLabel = "FILE", description = "The file that a run has named.")
  private Path file = Path.of("");

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Where the picture goes. Default: beside the file, as .svg")
  private Path out = Path.of("");

  @Option(
      names = "--scaling",
      description =
          "Draws curves instead, of runs of scale and links: FILE.payload.svg and others, or in"
              + " the directory that --out names.")
  private boolean scaling;

  /** A peer's figures in a cell. */
  record Bar(String peer, double perSecond) {}

  private Plot() {}

  /** Runs it, and ends the process. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new Plot()).execute(args));
  }

  @Override
  public Integer call() throws IOException {
    try (Stream<String> lines = Files.lines(file, StandardCharsets.UTF_8)) {
      if (scaling) {
        for (Map.Entry<String, Chart> chart : Scaling.charts(lines).entrySet()) {
          String end = chart.getKey() + ".svg";
          Path to =
              out.toString().isEmpty() ? Path.of(file + "." + end) : out.resolve("scaling-" + end);
          Files.writeString(to, chart.getValue().svg(), StandardCharsets.UTF_8);
          System.out.println(to);
        }
        return 0;
      }
      Path to = out.toString().isEmpty() ? Path.of(file + ".svg") : out;
      Files.writeString(to, svg(read(lines)), StandardCharsets.UTF_8);
      System.out.println(to);
    }
    return 0;
  }

  /** The bars of each cell, in the order of the lines. */
  static Map<String, List<Bar>> read(Stream<String> lines) {
    JsonMapper json = JsonMapper.builder().build();
    Map<String, Map<String, Bar>> cells = new LinkedHashMap<>();
    lines
        .map(json::readTree)
        .forEach(
            line -> {
              String peer = text(line, "peer");
              cells
                  .computeIfAbsent(
                      text(line, "cell") + ", JDK " + line.path("jdk").asInt(),
                      c -> new LinkedHashMap<>())
                  .put(peer, new Bar(peer, line.path("ops_per_s").asDouble()));
            });
    Map<String, List<Bar>> bars = new LinkedHashMap<>();
    cells.forEach((cell, peers) -> bars.put(cell, new ArrayList<>(peers.values())));
    return bars;
  }

  private static String text(JsonNode line, String field) {
    return line.path(field).asString();
  }

  static String svg(Map<String, List<Bar>> cells) {
    StringBuilder body = new StringBuilder();
    int y = 0;
    for (Map.Entry<String, List<Bar>> cell : cells.entrySet()) {
      y += GAP;
      body.append(String.format("<text class=\"cell\" x=\"0\" y=\"%d\">", y - 10))
          .append(escape(cell.getKey()))
          .append(" – operations a second</text>\n");
      double most = cell.getValue().stream().mapToDouble(Bar::perSecond).max().orElse(1);
      for (Bar bar : cell.getValue()) {
        y += row(body, y, bar, most);
      }
    }
    return """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img">
        <style>
        text { font: 12px system-ui, sans-serif; fill: #333 }
        .cell { font-weight: 600 }
        .peer { text-anchor: end }
        rect { fill: #9aa7b5 }
        .ours { fill: #1f6feb }
        @media (prefers-color-scheme: dark) { text { fill: #ccc } rect { fill: #56616d } }
        </style>
        %s</svg>
        """
        .formatted(WIDTH, y + GAP / 2, body);
  }

  private static int row(StringBuilder body, int y, Bar bar, double most) {
    double width = most == 0 ? 0 : Math.max(1, BARS * bar.perSecond() / most);
    body.append(
        String.format(
            Locale.ROOT,
            "<text class=\"peer\" x=\"%d\" y=\"%d\">%s</text>"
                + "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\"/>"
                + "<text x=\"%.1f\" y=\"%d\">%,.0f</text>%n",
            LABELS - 8,
            y + BAR - 2,
            escape(bar.peer()),
            bar.peer().equals(Budget.US) ? "ours" : "other",
            LABELS,
            y,
            width,
            BAR,
            LABELS + width + 6,
            y + BAR - 2,
            bar.perSecond()));
    return ROW;
  }

  static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
  }
}
