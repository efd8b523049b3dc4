package dev.parley.observability;

import dev.parley.AgentId;
import dev.parley.FailureCode;
import dev.parley.Inbound;
import dev.parley.TraceContext;
import dev.parley.spi.InteractionModel;
import dev.parley.spi.NodeListener;
import dev.parley.spi.NodeListener.Activity;
import dev.parley.spi.NodeListener.Outcome;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * Observes messages and lookups with Micrometer's Observation API, so that a trace shows a send,
 * the lookup in it and the peer's handler; {@link ParleyObservation} lists what is observed.
 * Immutable and thread-safe. The trace crosses to the peer as W3C Trace Context where the
 * registry's handlers write it, as those of Micrometer Tracing do with its W3C propagator.
 *
 * <p>The parent of a send is the observation in its Reactor context, under Micrometer's own key,
 * else the thread's current one; a handler finds the observation of its message in the same place.
 * Where the registry has no handlers, a message costs one test.
 *
 * <p>Combine it with meters by {@code NodeListener.both(metrics, tracing)}.
 */
public final class ParleyTracing implements NodeListener {
  private final ObservationRegistry registry;
  private final ParleyConvention convention;
  private final Predicate<AgentId> trusted;

  private ParleyTracing(
      ObservationRegistry registry, ParleyConvention convention, Predicate<AgentId> trusted) {
    this.registry = registry;
    this.convention = convention;
    this.trusted = trusted;
  }

  /** Observes with Parley's own names. */
  public static ParleyTracing bind(ObservationRegistry registry) {
    return new ParleyTracing(
        Objects.requireNonNull(registry, "registry"), ParleyConvention.PARLEY, peer -> true);
  }

  /** A copy that names things otherwise, as {@link ParleyConvention#OPEN_TELEMETRY} does. */
  public ParleyTracing convention(ParleyConvention value) {
    return new ParleyTracing(registry, Objects.requireNonNull(value, "convention"), trusted);
  }

  /**
   * A copy that joins the traces of these peers only, and tells no others of ours; all unless set.
   * A trace that goes to a peer tells it which of our messages belong together.
   */
  public ParleyTracing shareWith(Predicate<AgentId> peers) {
    return new ParleyTracing(registry, convention, Objects.requireNonNull(peers, "peers"));
  }

  @Override
  public @Nullable Activity sending(
      InteractionModel model, AgentId peer, String route, ContextView context) {
    if (registry.isNoop()) {
      return null;
    }
    ExchangeContext.Sending sending = new ExchangeContext.Sending(model, peer, route);
    return start(
        Observation.createNotStarted(
                ParleyObservation.SEND.observationName(), () -> sending, registry)
            .observationConvention(convention.sending()),
        sending,
        context,
        trusted.test(peer) ? sending : null);
  }

  @Override
  public @Nullable Activity receiving(InteractionModel model, Inbound inbound) {
    if (registry.isNoop()) {
      return null;
    }
    TraceContext trace = trusted.test(inbound.from()) ? inbound.trace() : null;
    ExchangeContext.Receiving receiving =
        new ExchangeContext.Receiving(model, inbound.from(), inbound.route(), trace);
    return start(
        Observation.createNotStarted(
                ParleyObservation.RECEIVE.observationName(), () -> receiving, registry)
            .observationConvention(convention.receiving()),
        receiving,
        Context.empty(),
        null);
  }

  @Override
  public @Nullable Activity lookingUp(AgentId agent, ContextView context) {
    if (registry.isNoop()) {
      return null;
    }
    LookupContext lookup = new LookupContext(agent);
    return start(
        Observation.createNotStarted(
                ParleyObservation.LOOKUP.observationName(), () -> lookup, registry)
            .observationConvention(convention.lookup()),
        lookup,
        context,
        null);
  }

  private Activity start(
      Observation observation,
      Ended ended,
      ContextView context,
      ExchangeContext.@Nullable Sending told) {
    Observation parent = context.getOrDefault(ObservationThreadLocalAccessor.KEY, null);
    if (parent != null) {
      observation.parentObservation(parent);
    }
    observation.start();
    return new Observed(observation, ended, told == null ? null : told.trace());
  }

  /** Is told how an observed thing ended, for its tags. */
  interface Ended {
    void ended(Outcome outcome);
  }

  private record Observed(Observation observation, Ended context, @Nullable TraceContext trace)
      implements Activity {
    @Override
    public Context addTo(Context to) {
      return to.put(ObservationThreadLocalAccessor.KEY, observation);
    }

    @Override
    public void ended(Outcome outcome) {
      context.ended(outcome);
      if (outcome instanceof Outcome.Failure failure) {
        observation.error(new FailedException(failure.code()));
      }
      observation.stop();
    }
  }

  /** What a span shows of a failure: its code, without the stack and the peer. */
  private static final class FailedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    FailedException(FailureCode code) {
      super(code.name(), null, false, false);
    }
  }
}
