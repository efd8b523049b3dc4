package dev.parley.benchmarks.compare;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;

/**
 * Curves over a common x, both axes logarithmic.
 *
 * @param title what y is
 * @param xLabel what x is
 * @param curves with positive coordinates
 */
record Chart(String title, String xLabel, List<Curve> curves) {
  private static final int WIDTH = 640;
  private static final int HEIGHT = 360;
  private static final int LEFT = 70;
  private static final int RIGHT = 150;
  private static final int TOP = 40;
  private static final int BOTTOM = 50;
  private static final int DOT = 3;
  private static final double MARGIN = 1.15;

  /** The values of y at each x, and what they are of. */
  record Curve(String name, SortedMap<Double, Double> points) {}

  Chart {
    curves = List.copyOf(curves);
  }

  /** An SVG document. */
  String svg() {
    double minX = Double.MAX_VALUE;
    double maxX = 0;
    double minY = Double.MAX_VALUE;
    double maxY = 0;
    for (Curve curve : curves) {
      minX = Math.min(minX, curve.points().firstKey());
      maxX = Math.max(maxX, curve.points().lastKey());
      for (double y : curve.points().values()) {
        minY = Math.min(minY, y);
        maxY = Math.max(maxY, y);
      }
    }
    Axis x = new Axis(minX, Math.max(maxX, minX * 2), LEFT, WIDTH - RIGHT);
    Axis y = new Axis(minY / MARGIN, maxY * MARGIN, HEIGHT - BOTTOM, TOP);
    StringBuilder body = new StringBuilder();
    text(body, "title", LEFT, TOP - 18, title);
    text(body, "x", (LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 10, xLabel);
    grid(body, x, y);
    for (int i = 0; i < curves.size(); i++) {
      draw(body, curves.get(i), x, y, i);
    }
    return """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img">
        <style>
        text { font: 12px system-ui, sans-serif; fill: #333 }
        .title { font-weight: 600 }
        .x { text-anchor: middle }
        .y { text-anchor: end }
        .grid { stroke: #d5dae0 }
        polyline { fill: none; stroke-width: 2 }
        .c0 { stroke: #1f6feb } .c1 { stroke: #d1570a } .c2 { stroke: #1a7f37 } .c3 { stroke: #8250df }
        circle { stroke-width: 2; fill: #fff }
        @media (prefers-color-scheme: dark) {
          text { fill: #ccc } .grid { stroke: #3a424b } circle { fill: #0d1117 }
        }
        </style>
        %s</svg>
        """
        .formatted(WIDTH, HEIGHT, body);
  }

  private void grid(StringBuilder body, Axis x, Axis y) {
    curves.stream()
        .flatMap(curve -> curve.points().keySet().stream())
        .distinct()
        .sorted()
        .forEach(at -> text(body, "x", x.at(at), HEIGHT - BOTTOM + 18, shortened(at)));
    for (double power = 1e-3; power < 1e12; power *= 10) {
      for (int step : new int[] {1, 2, 5}) {
        double value = power * step;
        if (value >= y.from() && value <= y.to()) {
          body.append(
              String.format(
                  Locale.ROOT,
                  "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>%n",
                  LEFT,
                  WIDTH - RIGHT,
                  y.at(value),
                  y.at(value)));
          text(body, "y", LEFT - 8, y.at(value) + 4, shortened(value));
        }
      }
    }
  }

  private static void draw(StringBuilder body, Curve curve, Axis x, Axis y, int number) {
    StringBuilder line = new StringBuilder();
    StringBuilder dots = new StringBuilder();
    double lastX = 0;
    double lastY = 0;
    for (Map.Entry<Double, Double> point : curve.points().entrySet()) {
      lastX = x.at(point.getKey());
      lastY = y.at(point.getValue());
      line.append(String.format(Locale.ROOT, "%.1f,%.1f ", lastX, lastY));
      dots.append(
          String.format(
              Locale.ROOT,
              "<circle class=\"c%d\" cx=\"%.1f\" cy=\"%.1f\" r=\"%d\"><title>%s: %s</title></circle>%n",
              number,
              lastX,
              lastY,
              DOT,
              shortened(point.getKey()),
              shortened(point.getValue())));
    }
    body.append(String.format("<polyline class=\"c%d\" points=\"%s\"/>%n%s", number, line, dots));
    text(body, "name", lastX + 10, lastY + 4, curve.name());
  }

  private static void text(StringBuilder body, String type, double x, double y, String text) {
    body.append(
        String.format(
            Locale.ROOT,
            "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\">%s</text>%n",
            type,
            x,
            y,
            Plot.escape(text)));
  }

  private static String shortened(double value) {
    if (value >= 1_000_000) {
      return plain(value / 1_000_000) + " M";
    }
    return value >= 10_000 ? plain(value / 1000) + " k" : plain(value);
  }

  private static String plain(double value) {
    return String.format(Locale.ROOT, value == Math.rint(value) ? "%.0f" : "%.1f", value);
  }

  private record Axis(double from, double to, double start, double end) {
    double at(double value) {
      return start + (end - start) * Math.log(value / from) / Math.log(to / from);
    }
  }
}
