package dev.parley.observability;

import dev.parley.AgentId;
import dev.parley.FailureCode;
import dev.parley.Phase;
import dev.parley.TraceContext;
import dev.parley.spi.InteractionModel;
import dev.parley.spi.NodeListener.Outcome;
import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.ReceiverContext;
import io.micrometer.observation.transport.SenderContext;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is known of a message while it is observed; for conventions and handlers. */
public sealed interface ExchangeContext {
  /** The interaction model. */
  InteractionModel model();

  /** The other agent. */
  AgentId peer();

  /** The route; empty for the default route. */
  String route();

  /** How it ended; null while it runs. */
  @Nullable Outcome end();

  /** How it failed; null while it runs, when it went well, and when it was cancelled. */
  default @Nullable FailureCode failure() {
    return end() instanceof Outcome.Failure f ? f.code() : null;
  }

  /** The phase that failed or was cancelled; null while it runs and when it went well. */
  default @Nullable Phase phase() {
    Outcome how = end();
    if (how instanceof Outcome.Failure f) {
      return f.phase();
    }
    return how instanceof Outcome.Cancelled c ? c.phase() : null;
  }

  /** {@code ok}, {@code failed} or {@code cancelled}; {@code ok} also while it runs. */
  default String outcome() {
    Outcome how = end();
    return how == null ? "ok" : how.word();
  }

  /** A message of ours, whose carrier takes the trace to the peer. */
  final class Sending extends SenderContext<Map<String, String>>
      implements ExchangeContext, ParleyTracing.Ended {
    private final InteractionModel model;
    private final AgentId peer;
    private final String route;
    private volatile @Nullable Outcome end;

    Sending(InteractionModel model, AgentId peer, String route) {
      super(
          (carrier, key, value) -> {
            if (carrier != null) {
              carrier.put(key.toLowerCase(Locale.ROOT), value);
            }
          },
          model == InteractionModel.SIGNAL ? Kind.PRODUCER : Kind.CLIENT);
      this.model = model;
      this.peer = peer;
      this.route = route;
      setCarrier(new HashMap<>(4));
    }

    /** What the handlers of the registry have put into the carrier. */
    @Nullable TraceContext trace() {
      Map<String, String> carrier = getCarrier();
      return carrier == null
          ? null
          : TraceContext.parse(carrier.get("traceparent"), carrier.get("tracestate"));
    }

    @Override
    public InteractionModel model() {
      return model;
    }

    @Override
    public AgentId peer() {
      return peer;
    }

    @Override
    public String route() {
      return route;
    }

    @Override
    public @Nullable Outcome end() {
      return end;
    }

    @Override
    public void ended(Outcome how) {
      end = how;
    }
  }

  /** A message to us, whose carrier holds the trace that the peer told. */
  final class Receiving extends ReceiverContext<Map<String, String>>
      implements ExchangeContext, ParleyTracing.Ended {
    private final InteractionModel model;
    private final AgentId peer;
    private final String route;
    private volatile @Nullable Outcome end;

    Receiving(InteractionModel model, AgentId peer, String route, @Nullable TraceContext trace) {
      super(
          (carrier, key) -> carrier.get(key.toLowerCase(Locale.ROOT)),
          model == InteractionModel.SIGNAL ? Kind.CONSUMER : Kind.SERVER);
      this.model = model;
      this.peer = peer;
      this.route = route;
      setCarrier(headers(trace));
    }

    private static Map<String, String> headers(@Nullable TraceContext trace) {
      if (trace == null) {
        return Map.of();
      }
      return trace.tracestate().isEmpty()
          ? Map.of("traceparent", trace.traceparent())
          : Map.of("traceparent", trace.traceparent(), "tracestate", trace.tracestate());
    }

    @Override
    public InteractionModel model() {
      return model;
    }

    @Override
    public AgentId peer() {
      return peer;
    }

    @Override
    public String route() {
      return route;
    }

    @Override
    public @Nullable Outcome end() {
      return end;
    }

    @Override
    public void ended(Outcome how) {
      end = how;
    }
  }
}
