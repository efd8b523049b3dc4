package dev.parley.observability;

import dev.parley.dht.DhtEvent;
import dev.parley.dht.LookupReport;
import dev.parley.dht.Outcome;
import dev.parley.dht.port.DhtListener;
import dev.parley.dht.wire.AgentListing;
import dev.parley.dht.wire.DhtAnswer;
import dev.parley.dht.wire.DhtKey;
import dev.parley.dht.wire.DhtRequest;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a node does in the DHT. Its maps are used on the DHT's thread, or are read only. */
final class DhtMeters implements DhtListener {
  private static final String OK = "ok";
  private static final String FAILED = "failed";

  private final Map<Outcome, FewValues<Timer>> lookups = new EnumMap<>(Outcome.class);
  private final Map<DhtRequest.Op, FewValues<Timer>> warm = new EnumMap<>(DhtRequest.Op.class);
  private final Map<DhtRequest.Op, FewValues<Timer>> cold = new EnumMap<>(DhtRequest.Op.class);
  private final Map<DhtRequest.Op, FewValues<Counter>> failures =
      new EnumMap<>(DhtRequest.Op.class);
  private final FewValues<Counter> puts;
  private final DistributionSummary hops;
  private final Counter suspicious;

  DhtMeters(Meters meters) {
    for (Outcome outcome : Outcome.values()) {
      String word = MessageTimers.word(outcome);
      lookups.put(
          outcome,
          new FewValues<>(v -> meters.timer(ParleyMeter.DHT_LOOKUP, word, v))
              .with(reasons(outcome)));
    }
    for (DhtRequest.Op op : DhtRequest.Op.values()) {
      String word = MessageTimers.word(op);
      warm.put(op, calls(meters, word, "warm"));
      cold.put(op, calls(meters, word, "cold"));
      failures.put(
          op,
          new FewValues<>(v -> meters.counter(ParleyMeter.DHT_RPC_FAILURES, word, v))
              .with(Words.CALL_FAILURES));
    }
    puts = new FewValues<>(v -> meters.counter(ParleyMeter.DHT_PUTS, v));
    for (DhtAnswer.PutResult result : DhtAnswer.PutResult.values()) {
      var unused = puts.get(MessageTimers.word(result));
    }
    hops = meters.hops(ParleyMeter.DHT_HOPS);
    suspicious = meters.counter(ParleyMeter.DHT_SUSPICIOUS);
  }

  private static FewValues<Timer> calls(Meters meters, String op, String link) {
    return new FewValues<>(v -> meters.timer(ParleyMeter.DHT_RPC, op, link, v))
        .with(List.of(OK, FAILED));
  }

  private static List<String> reasons(Outcome outcome) {
    return switch (outcome) {
      case FOUND -> Words.FOUND;
      case NOT_FOUND -> Words.NOT_FOUND;
      case PARTIAL -> Words.PARTIAL;
    };
  }

  @Override
  public void called(DhtRequest.Op op, boolean wasWarm, long nanos, String outcome) {
    FewValues<Timer> timers = (wasWarm ? warm : cold).get(op);
    FewValues<Counter> reasons = failures.get(op);
    if (timers == null || reasons == null) {
      return;
    }
    boolean ok = outcome.equals(OK);
    FewValues.record(timers, ok ? OK : FAILED, nanos);
    if (!ok) {
      reasons.get(outcome.toLowerCase(Locale.ROOT)).increment();
    }
  }

  @Override
  public void resolved(LookupReport report) {
    FewValues<Timer> timers = lookups.get(report.outcome());
    if (timers != null) {
      FewValues.record(timers, report.reason(), report.took().toNanos());
    }
    if (!report.isFromCache()) {
      hops.record(report.hops());
    }
  }

  @Override
  public void stored(DhtKey place, AgentListing listing, DhtAnswer.PutResult result) {
    puts.get(MessageTimers.word(result)).increment();
  }

  @Override
  public void happened(DhtEvent event) {
    if (event instanceof DhtEvent.Suspicious) {
      suspicious.increment();
    }
  }
}
