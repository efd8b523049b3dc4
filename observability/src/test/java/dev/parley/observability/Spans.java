package dev.parley.observability;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.transport.ReceiverContext;
import io.micrometer.observation.transport.SenderContext;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Makes spans of observations, and crosses processes as W3C Trace Context does. */
final class Spans implements ObservationHandler<Observation.Context> {
  private static final AtomicLong IDS = new AtomicLong(0x1000);

  /** A span; {@code parent} is empty for a root. */
  record Span(String name, String traceId, String id, String parent) {}

  final List<Span> ended = new CopyOnWriteArrayList<>();

  static ObservationRegistry registry(Spans spans) {
    ObservationRegistry registry = ObservationRegistry.create();
    registry.observationConfig().observationHandler(spans);
    return registry;
  }

  @Override
  public void onStart(Observation.Context context) {
    String id = "%016x".formatted(IDS.incrementAndGet());
    Span parent = parent(context);
    Span span =
        parent == null
            ? new Span("", "%032x".formatted(IDS.incrementAndGet()), id, "")
            : new Span("", parent.traceId, id, parent.id);
    context.put(Span.class, span);
    if (context instanceof SenderContext<?> sender) {
      inject(sender, "00-" + span.traceId + "-" + id + "-01");
    }
  }

  private static @Nullable Span parent(Observation.Context context) {
    if (context instanceof ReceiverContext<?> receiver) {
      String header = extract(receiver);
      if (header != null) {
        String[] parts = header.split("-", -1);
        return new Span("", parts[1], parts[2], "");
      }
    }
    return context.getParentObservation() == null
        ? null
        : context.getParentObservation().getContextView().get(Span.class);
  }

  private static <C> void inject(SenderContext<C> sender, String header) {
    sender.getSetter().set(sender.getCarrier(), "traceparent", header);
  }

  private static <C> @Nullable String extract(ReceiverContext<C> receiver) {
    return receiver.getGetter().get(Objects.requireNonNull(receiver.getCarrier()), "traceparent");
  }

  @Override
  public void onStop(Observation.Context context) {
    Span span = context.getRequired(Span.class);
    ended.add(
        new Span(String.valueOf(context.getContextualName()), span.traceId, span.id, span.parent));
  }

  @Override
  public boolean supportsContext(Observation.Context context) {
    return true;
  }

  Span span(String name) {
    Nodes.until(name, () -> ended.stream().anyMatch(s -> s.name.equals(name)));
    return ended.stream().filter(s -> s.name.equals(name)).findFirst().orElseThrow();
  }
}
