package dev.parley.observability.http;

/**
 * Where {@code /metrics} comes from; {@code PrometheusMeterRegistry::scrape} is one. Called on a
 * thread that may block, by several at once.
 */
@FunctionalInterface
public interface MetricsSource {
  /**
   * All metrics as of now.
   *
   * @param contentType the exposition format: {@code text/plain; version=0.0.4; charset=utf-8} or
   *     {@code application/openmetrics-text; version=1.0.0; charset=utf-8}
   */
  String scrape(String contentType);
}
