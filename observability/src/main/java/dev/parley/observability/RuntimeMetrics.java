package dev.parley.observability;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmHeapPressureMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmInfoMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import java.time.Duration;
import java.util.List;

/**
 * What the process needs, in a Micrometer registry: {@code jvm.*} (memory, garbage collection,
 * threads, classes), {@code process.*} and {@code system.*} (processor, uptime, open files), and
 * {@code parley.build.info}. The names are those of Micrometer's own binders.
 *
 * <pre>{@code
 * RuntimeMetrics runtime = RuntimeMetrics.bind(registry);
 * // at the end
 * runtime.close();
 * }</pre>
 *
 * <p>Thread-safe. Once for a process and registry, however many nodes there are: two would count
 * each pause of the collector twice. A Spring Boot application has all but the last already.
 */
public final class RuntimeMetrics implements AutoCloseable {
  private static final Duration LOOKBACK = Duration.ofMinutes(5);
  private static final Duration TEST_EVERY = Duration.ofMinutes(1);

  private final JvmGcMetrics collector;
  private final JvmHeapPressureMetrics pressure;

  private RuntimeMetrics(MeterRegistry registry, Tags tags) {
    collector = new JvmGcMetrics(tags);
    pressure = new JvmHeapPressureMetrics(tags, LOOKBACK, TEST_EVERY);
    List<MeterBinder> binders =
        List.of(
            new JvmInfoMetrics(),
            new JvmMemoryMetrics(tags),
            collector,
            pressure,
            new JvmThreadMetrics(tags),
            new ClassLoaderMetrics(tags),
            new ProcessorMetrics(tags),
            new UptimeMetrics(tags),
            new FileDescriptorMetrics(tags));
    binders.forEach(binder -> binder.bindTo(registry));
    BuildInfo build = BuildInfo.current();
    var unused =
        new Meters(registry, tags)
            .gauge(ParleyMeter.BUILD_INFO, build, b -> 1, build.version(), build.commit());
  }

  /** Binds them to a registry. */
  public static RuntimeMetrics bind(MeterRegistry registry) {
    return bind(registry, Tags.empty());
  }

  /** Binds them to a registry, each with {@code tags}. */
  public static RuntimeMetrics bind(MeterRegistry registry, Tags tags) {
    return new RuntimeMetrics(registry, tags);
  }

  /** Listens to the collector no longer; the gauges stay in the registry. Idempotent. */
  @Override
  public void close() {
    collector.close();
    pressure.close();
  }
}
