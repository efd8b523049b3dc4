package dev.parley.simulator;

import java.util.List;
import java.util.Locale;

/**
 * What a simulation measured.
 *
 * @param options what was simulated
 * @param lookups how many lookups ended
 * @param lookupMillis times of lookups that found the listing
 * @param hopsMean how many nodes had to be asked one after the other
 * @param rpcsMean requests of a lookup, relayed ones included
 * @param success share of lookups that found the current listing, 0..1
 * @param relayed share of found listings that came over a relay first
 * @param partial share of lookups that ended without knowing whether there is a listing
 * @param putMillis times until three quarters of the copies of a listing were stored
 * @param putStoredMean copies stored by then
 * @param putRpcsMean requests of a write until everyone who should hold the listing was asked
 * @param joinMillis times until a newcomer was ready
 * @param joinRpcsMean requests of a newcomer until then
 * @param deadInAnswers share of contacts told by others that did not answer when first asked
 * @param bytesPerNodePerSecond sent by a node on average while measuring, link keepalives excluded
 * @param rpcs requests altogether
 * @param events tasks that ran altogether
 * @param tableMean contacts in a table
 * @param linksMean open links of a node
 * @param sizeErrorMean mean relative error of the nodes' guesses of how many they are
 * @param heapBytes heap in use at the end
 * @param wallSeconds how long the run took
 * @param traceHash SHA-256 over all events; equal for equal runs
 * @param brokenInvariants what should have held and did not; at most 20
 */
public record SimulationReport(
    SimulationOptions options,
    int lookups,
    Percentiles lookupMillis,
    double hopsMean,
    double rpcsMean,
    double success,
    double relayed,
    double partial,
    Percentiles putMillis,
    double putStoredMean,
    double putRpcsMean,
    Percentiles joinMillis,
    double joinRpcsMean,
    double deadInAnswers,
    double bytesPerNodePerSecond,
    long rpcs,
    long events,
    double tableMean,
    double linksMean,
    double sizeErrorMean,
    long heapBytes,
    double wallSeconds,
    String traceHash,
    List<String> brokenInvariants) {
  /** Copies the list. */
  public SimulationReport {
    brokenInvariants = List.copyOf(brokenInvariants);
  }

  /** Three percentiles; NaN without samples. */
  public record Percentiles(double p50, double p95, double p99) {}

  /** One JSON object on one line. */
  public String toJson() {
    return String.format(
        Locale.ROOT,
        "{\"nodes\":%d,\"seed\":%d,\"churn\":\"%s\",\"adversary\":\"%s\",\"lookups\":%d,"
            + "\"lookup_ms\":%s,\"hops_mean\":%s,\"rpcs_mean\":%s,\"success\":%s,"
            + "\"relayed\":%s,\"partial\":%s,\"put_ms\":%s,\"put_stored_mean\":%s,"
            + "\"put_rpcs_mean\":%s,\"join_ms\":%s,\"join_rpcs_mean\":%s,"
            + "\"dead_in_answers\":%s,\"bytes_per_node_per_s\":%s,\"rpcs\":%d,\"events\":%d,"
            + "\"table_mean\":%s,\"links_mean\":%s,\"size_error_mean\":%s,\"heap_bytes\":%d,"
            + "\"wall_s\":%s,\"trace_hash\":\"%s\",\"broken_invariants\":%s}",
        options.nodes(),
        options.seed(),
        options.churn(),
        options.adversary(),
        lookups,
        json(lookupMillis),
        number(hopsMean),
        number(rpcsMean),
        number(success),
        number(relayed),
        number(partial),
        json(putMillis),
        number(putStoredMean),
        number(putRpcsMean),
        json(joinMillis),
        number(joinRpcsMean),
        number(deadInAnswers),
        number(bytesPerNodePerSecond),
        rpcs,
        events,
        number(tableMean),
        number(linksMean),
        number(sizeErrorMean),
        heapBytes,
        number(wallSeconds),
        traceHash,
        json(brokenInvariants));
  }

  private static String number(double value) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%.5g", value) : "null";
  }

  private static String json(Percentiles p) {
    return "{\"p50\":"
        + number(p.p50)
        + ",\"p95\":"
        + number(p.p95)
        + ",\"p99\":"
        + number(p.p99)
        + "}";
  }

  private static String json(List<String> texts) {
    StringBuilder out = new StringBuilder("[");
    for (String text : texts) {
      out.append(out.length() > 1 ? "," : "").append('"');
      out.append(text.replace("\\", "\\\\").replace("\"", "\\\"")).append('"');
    }
    return out.append(']').toString();
  }
}
