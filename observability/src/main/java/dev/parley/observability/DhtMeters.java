package dev.parley.observability;

import dev.parley.dht.DhtEvent;
import dev.parley.dht.DhtListener;
import dev.parley.dht.LookupReport;
import dev.parley.dht.Outcome;
import dev.parley.dht.wire.AgentRecord;
import dev.parley.dht.wire.DhtAnswer;
import dev.parley.dht.wire.DhtKey;
import dev.parley.dht.wire.DhtRequest;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** What a node does in the DHT. Its maps are used on the DHT's thread, or are read only. */
final class DhtMeters implements DhtListener {
  private final Map<Outcome, FewValues<Timer>> lookups = new EnumMap<>(Outcome.class);
  private final Map<DhtRequest.Op, FewValues<Timer>> warm = new EnumMap<>(DhtRequest.Op.class);
  private final Map<DhtRequest.Op, FewValues<Timer>> cold = new EnumMap<>(DhtRequest.Op.class);
  private final FewValues<Counter> puts;
  private final DistributionSummary hops;
  private final Counter suspicious;

  DhtMeters(Meters meters) {
    for (Outcome outcome : Outcome.values()) {
      String word = MessageTimers.word(outcome);
      lookups.put(outcome, new FewValues<>(v -> meters.timer(ParleyMeter.DHT_LOOKUP, word, v)));
    }
    for (DhtRequest.Op op : DhtRequest.Op.values()) {
      String word = MessageTimers.word(op);
      warm.put(op, new FewValues<>(v -> meters.timer(ParleyMeter.DHT_RPC, word, "warm", v)));
      cold.put(op, new FewValues<>(v -> meters.timer(ParleyMeter.DHT_RPC, word, "cold", v)));
    }
    puts = new FewValues<>(v -> meters.counter(ParleyMeter.DHT_PUTS, v));
    hops = meters.hops(ParleyMeter.DHT_HOPS);
    suspicious = meters.counter(ParleyMeter.DHT_SUSPICIOUS);
  }

  @Override
  public void called(DhtRequest.Op op, boolean wasWarm, long nanos, String outcome) {
    FewValues<Timer> timers = (wasWarm ? warm : cold).get(op);
    if (timers != null) {
      FewValues.record(timers, outcome.toLowerCase(Locale.ROOT), nanos);
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
  public void stored(DhtKey place, AgentRecord record, DhtAnswer.PutResult result) {
    puts.get(MessageTimers.word(result)).increment();
  }

  @Override
  public void happened(DhtEvent event) {
    if (event instanceof DhtEvent.Suspicious) {
      suspicious.increment();
    }
  }
}
