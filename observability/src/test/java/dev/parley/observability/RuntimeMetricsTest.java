package dev.parley.observability;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicInteger;
import javax.management.NotificationEmitter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RuntimeMetricsTest {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jvm_memory_used_bytes",
        "jvm_gc_overhead",
        "jvm_gc_max_data_size_bytes",
        "jvm_threads_live_threads",
        "jvm_classes_loaded_classes",
        "jvm_info",
        "process_cpu_usage",
        "process_uptime_seconds",
        "process_start_time_seconds",
        "process_files_open_files",
        "process_files_max_files",
        "system_cpu_count",
        "parley_build_info"
      })
  void showsTheProcess(String name) {
    try (RuntimeMetrics ignored = RuntimeMetrics.bind(registry)) {
      assertThat(registry.scrape()).containsPattern("(?m)^" + name + "[ {]");
    }
  }

  @Test
  void tellsWhichBuildRuns() {
    try (RuntimeMetrics ignored = RuntimeMetrics.bind(registry)) {
      assertThat(registry.get("parley.build.info").gauge())
          .satisfies(info -> assertThat(info.value()).isEqualTo(1))
          .satisfies(
              info ->
                  assertThat(info.getId().getTag("version"))
                      .isEqualTo(BuildInfo.current().version())
                      .matches("\\d+\\.\\d+\\.\\d+.*"));
    }
  }

  /** The binders listen to the collectors; what is closed must listen no longer. */
  @Test
  void closingStopsListeningAndBindingAgainWorks() {
    for (int i = 0; i < 3; i++) {
      RuntimeMetrics.bind(registry).close();
    }
    AtomicInteger pauses = new AtomicInteger();
    NotificationEmitter collector =
        (NotificationEmitter) ManagementFactory.getGarbageCollectorMXBeans().get(0);
    collector.addNotificationListener((n, handback) -> pauses.incrementAndGet(), null, null);
    System.gc();

    assertThat(registry.find("jvm.gc.pause").timers()).isEmpty();
    try (RuntimeMetrics ignored = RuntimeMetrics.bind(registry)) {
      Nodes.until(
          "a pause is counted",
          () -> {
            System.gc();
            return !registry.find("jvm.gc.pause").timers().isEmpty();
          });
    }
  }
}
