package dev.parley.observability;

import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import java.util.function.Function;

/**
 * How observations are named and tagged. Immutable.
 *
 * @param sending of messages of ours
 * @param receiving of messages to us
 * @param lookup of lookups
 */
public record ParleyConvention(
    ObservationConvention<ExchangeContext.Sending> sending,
    ObservationConvention<ExchangeContext.Receiving> receiving,
    ObservationConvention<LookupContext> lookup) {
  /** Parley's own names; {@link ParleyObservation} lists them. */
  public static final ParleyConvention PARLEY =
      new ParleyConvention(
          new Named<>(
              ExchangeContext.Sending.class,
              ParleyObservation.SEND.observationName(),
              c -> "send " + name(c),
              ParleyConvention::few,
              ParleyConvention::many),
          new Named<>(
              ExchangeContext.Receiving.class,
              ParleyObservation.RECEIVE.observationName(),
              c -> "receive " + name(c),
              ParleyConvention::few,
              ParleyConvention::many),
          new Named<>(
              LookupContext.class,
              ParleyObservation.LOOKUP.observationName(),
              c -> "lookup",
              c -> KeyValues.of(ParleyObservation.Lookup.OUTCOME.withValue(c.outcome())),
              c ->
                  KeyValues.of(
                      ParleyObservation.Detail.PEER.withValue(c.agent().toShortString()))));

  /**
   * OpenTelemetry's names for remote procedure calls; a lookup is no such call and keeps ours.
   *
   * @see <a href="https://opentelemetry.io/docs/specs/semconv/rpc/rpc-spans/">RPC spans</a>
   */
  public static final ParleyConvention OPEN_TELEMETRY =
      new ParleyConvention(
          new Named<>(
              ExchangeContext.Sending.class,
              "rpc.client.duration",
              ParleyConvention::name,
              ParleyConvention::rpcFew,
              ParleyConvention::rpcMany),
          new Named<>(
              ExchangeContext.Receiving.class,
              "rpc.server.duration",
              ParleyConvention::name,
              ParleyConvention::rpcFew,
              ParleyConvention::rpcMany),
          PARLEY.lookup);

  private static String name(ExchangeContext c) {
    return c.route().isEmpty() ? "default" : c.route();
  }

  private static KeyValues few(ExchangeContext c) {
    return KeyValues.of(
        ParleyObservation.Exchange.MODEL.withValue(MessageTimers.word(c.model())),
        ParleyObservation.Exchange.OUTCOME.withValue(c.outcome()),
        ParleyObservation.Exchange.CODE.withValue(MessageTimers.word(c.failure())),
        ParleyObservation.Exchange.PHASE.withValue(MessageTimers.word(c.phase())));
  }

  private static KeyValues many(ExchangeContext c) {
    return KeyValues.of(
        ParleyObservation.Detail.PEER.withValue(c.peer().toShortString()),
        ParleyObservation.Detail.ROUTE.withValue(c.route()));
  }

  private static KeyValues rpcFew(ExchangeContext c) {
    return KeyValues.of("rpc.system", "parley", "error.type", MessageTimers.word(c.failure()));
  }

  private static KeyValues rpcMany(ExchangeContext c) {
    return KeyValues.of("rpc.method", name(c), "server.address", c.peer().toShortString());
  }

  private record Named<C extends Observation.Context>(
      Class<C> type,
      String named,
      Function<C, String> contextual,
      Function<C, KeyValues> few,
      Function<C, KeyValues> many)
      implements ObservationConvention<C> {
    @Override
    public String getName() {
      return named;
    }

    @Override
    public String getContextualName(C context) {
      return contextual.apply(context);
    }

    @Override
    public KeyValues getLowCardinalityKeyValues(C context) {
      return few.apply(context);
    }

    @Override
    public KeyValues getHighCardinalityKeyValues(C context) {
      return many.apply(context);
    }

    @Override
    public boolean supportsContext(Observation.Context context) {
      return type.isInstance(context);
    }
  }
}
