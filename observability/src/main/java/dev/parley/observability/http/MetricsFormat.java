package dev.parley.observability.http;

import org.jspecify.annotations.Nullable;

/**
 * The two exposition formats, and the choice between them by an {@code Accept} header (RFC 9110,
 * section 12.5.1). The text format wins where both are as welcome, since every scraper reads it.
 */
enum MetricsFormat {
  /** Prometheus text, 0.0.4. */
  TEXT("text", "plain", "text/plain; version=0.0.4; charset=utf-8"),
  /** OpenMetrics text, 1.0.0. */
  OPEN_METRICS(
      "application",
      "openmetrics-text",
      "application/openmetrics-text; version=1.0.0; charset=utf-8");

  private static final int MAX_RANGES = 32;

  private final String type;
  private final String subtype;
  private final String contentType;

  MetricsFormat(String type, String subtype, String contentType) {
    this.type = type;
    this.subtype = subtype;
    this.contentType = contentType;
  }

  String contentType() {
    return contentType;
  }

  /** The format that {@code accept} prefers; text where it says nothing or nothing fits. */
  static MetricsFormat of(@Nullable String accept) {
    if (accept == null) {
      return TEXT;
    }
    double text = TEXT.quality(accept);
    return OPEN_METRICS.quality(accept) > Math.max(text, 0) ? OPEN_METRICS : TEXT;
  }

  /** The weight of the most specific range that has this format. */
  private double quality(String accept) {
    double weight = 0;
    int best = 0;
    String[] ranges = accept.split(",", MAX_RANGES + 1);
    for (int i = 0; i < Math.min(ranges.length, MAX_RANGES); i++) {
      String[] parts = ranges[i].split(";", -1);
      int specific = specificity(parts[0].strip());
      if (specific > best || (specific == best && specific > 0)) {
        weight = specific > best ? q(parts) : Math.max(weight, q(parts));
        best = specific;
      }
    }
    return weight;
  }

  private int specificity(String range) {
    if (range.equalsIgnoreCase(type + "/" + subtype)) {
      return 3;
    }
    if (range.equalsIgnoreCase(type + "/*")) {
      return 2;
    }
    return range.equals("*/*") ? 1 : 0;
  }

  private static double q(String[] parts) {
    for (int i = 1; i < parts.length; i++) {
      String parameter = parts[i].strip();
      if (parameter.startsWith("q=") || parameter.startsWith("Q=")) {
        try {
          double q = Double.parseDouble(parameter.substring(2).strip());
          return q >= 0 && q <= 1 ? q : 0;
        } catch (NumberFormatException e) {
          return 0;
        }
      }
    }
    return 1;
  }
}
