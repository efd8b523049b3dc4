package dev.parley.observability;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** Registers meters as {@link ParleyMeter} documents them. */
record Meters(MeterRegistry registry, Tags common) {
  /** From what a local answer takes to what a caller waits by default. */
  private static final Duration[] BUCKETS = {
    Duration.ofNanos(100_000),
    Duration.ofNanos(250_000),
    Duration.ofNanos(500_000),
    Duration.ofMillis(1),
    Duration.ofNanos(2_500_000),
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(25),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofMillis(2_500),
    Duration.ofSeconds(5),
    Duration.ofSeconds(10),
    Duration.ofSeconds(60)
  };

  /** Of what happens less often: half of the time series. */
  private static final Duration[] FEW_BUCKETS = {
    Duration.ofMillis(1),
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofSeconds(5),
    Duration.ofSeconds(10)
  };

  private static final double[] HOPS = {1, 2, 3, 4, 5, 6, 8, 10, 15, 20};

  Timer timer(ParleyMeter meter, String... values) {
    return Timer.builder(meter.meterName())
        .description(meter.description())
        .tags(tags(meter, values))
        .serviceLevelObjectives(isOfMessages(meter) ? BUCKETS : FEW_BUCKETS)
        .register(registry);
  }

  private static boolean isOfMessages(ParleyMeter meter) {
    return meter == ParleyMeter.SEND || meter == ParleyMeter.RECEIVE;
  }

  DistributionSummary hops(ParleyMeter meter) {
    return DistributionSummary.builder(meter.meterName())
        .description(meter.description())
        .tags(tags(meter))
        .serviceLevelObjectives(HOPS)
        .register(registry);
  }

  Counter counter(ParleyMeter meter, String... values) {
    return Counter.builder(meter.meterName())
        .description(meter.description())
        .baseUnit(unit(meter))
        .tags(tags(meter, values))
        .register(registry);
  }

  <T> FunctionCounter counter(
      ParleyMeter meter, T source, ToDoubleFunction<T> value, String... values) {
    return FunctionCounter.builder(meter.meterName(), source, value)
        .description(meter.description())
        .baseUnit(unit(meter))
        .tags(tags(meter, values))
        .register(registry);
  }

  <T> Gauge gauge(ParleyMeter meter, T source, ToDoubleFunction<T> value, String... values) {
    return Gauge.builder(meter.meterName(), source, value)
        .description(meter.description())
        .baseUnit(unit(meter))
        .tags(tags(meter, values))
        .strongReference(true)
        .register(registry);
  }

  void remove(Meter meter) {
    registry.remove(meter);
  }

  private static @Nullable String unit(ParleyMeter meter) {
    return meter.unit().isEmpty() ? null : meter.unit();
  }

  private Tags tags(ParleyMeter meter, String... values) {
    if (values.length != meter.tags().size()) {
      throw new IllegalArgumentException(
          meter + " has tags " + meter.tags() + ", not " + values.length + " values");
    }
    Tags all = common;
    for (int i = 0; i < values.length; i++) {
      all = all.and(meter.tags().get(i), values[i]);
    }
    return all;
  }
}
