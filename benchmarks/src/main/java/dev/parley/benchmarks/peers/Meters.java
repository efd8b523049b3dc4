package dev.parley.benchmarks.peers;

import dev.parley.observability.CoarseClock;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import reactor.core.scheduler.Schedulers;

/** What Parley's meters are registered with. */
enum Meters {
  /** There are none. */
  NONE,
  /** A Prometheus registry with Micrometer's own clock. */
  EXACT,
  /** A Prometheus registry with the clock that Parley recommends. */
  COARSE;

  MeterRegistry registry() {
    Clock clock =
        this == COARSE ? CoarseClock.start(Clock.SYSTEM, Schedulers.parallel()) : Clock.SYSTEM;
    return new PrometheusMeterRegistry(PrometheusConfig.DEFAULT, new PrometheusRegistry(), clock);
  }
}
