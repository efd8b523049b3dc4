package dev.parley.observability;

import java.util.List;

/**
 * Every meter of a node: its name, kind, unit, tags and meaning. {@code docs/metrics.md} is made
 * from this, and a test checks that what is registered is here and what is here is registered.
 *
 * <p>A tag has few values, and none is an agent's id or an address.
 */
public enum ParleyMeter {
  /** Which build runs. */
  BUILD_INFO(
      "parley.build.info",
      Kind.GAUGE,
      "",
      "Always 1; the tags tell which build of Parley runs, with commit unknown if it was not told",
      "version",
      "commit"),
  /** Messages of ours. */
  SEND(
      "parley.send",
      Kind.TIMER,
      "",
      "Messages of ours, from the subscription to the answer; of a signal, to the hand-over",
      "model",
      "outcome"),
  /** Messages of ours that failed. */
  SEND_FAILURES(
      "parley.send.failures",
      Kind.COUNTER,
      "",
      "Messages of ours that failed, by the failure's code and phase",
      "model",
      "code",
      "phase"),
  /** Messages to us. */
  RECEIVE(
      "parley.receive",
      Kind.TIMER,
      "",
      "Messages to us, from their arrival to the handler's answer",
      "model",
      "outcome"),
  /** Messages to us that failed. */
  RECEIVE_FAILURES(
      "parley.receive.failures",
      Kind.COUNTER,
      "",
      "Messages to us that failed, by the code that the peer was told",
      "model",
      "code"),
  /** Searches for addresses. */
  RESOLVE(
      "parley.resolve",
      Kind.TIMER,
      "",
      "Searches for addresses of a peer without a link, until the first address",
      "outcome"),
  /** Dials. */
  DIAL("parley.dial", Kind.TIMER, "", "Dials of one address, until it is connected", "outcome"),
  /** Handshakes. */
  HANDSHAKE(
      "parley.handshake",
      Kind.TIMER,
      "",
      "Handshakes, as the side that dialled or the one that accepted",
      "role",
      "outcome"),
  /** Handshakes that failed. */
  HANDSHAKE_FAILURES(
      "parley.handshake.failures", Kind.COUNTER, "", "Handshakes that failed", "role", "reason"),
  /** Lookups. */
  DHT_LOOKUP(
      "parley.dht.lookup",
      Kind.TIMER,
      "",
      "Lookups of an agent's listing; why a lookup ended is its reason",
      "outcome",
      "reason"),
  /** Hops of lookups. */
  DHT_HOPS(
      "parley.dht.lookup.hops",
      Kind.SUMMARY,
      "",
      "Nodes that a lookup had to ask one after the other; cached answers are left out"),
  /** Requests to other nodes. */
  DHT_RPC(
      "parley.dht.rpc",
      Kind.TIMER,
      "",
      "Requests to other nodes of the DHT; link is warm where it was open already",
      "op",
      "link",
      "outcome"),
  /** Requests to other nodes that were not answered. */
  DHT_RPC_FAILURES(
      "parley.dht.rpc.failures",
      Kind.COUNTER,
      "",
      "Requests to other nodes of the DHT that were refused or not answered",
      "op",
      "reason"),
  /** Listings brought to this node. */
  DHT_PUTS("parley.dht.puts", Kind.COUNTER, "", "Listings that others brought to keep", "result"),
  /** Attempts to surround a key. */
  DHT_SUSPICIOUS(
      "parley.dht.suspicious",
      Kind.COUNTER,
      "",
      "Lookups in which far too many nodes crowd around a key"),
  /** Refusals. */
  REFUSALS(
      "parley.refusals",
      Kind.COUNTER,
      "",
      "Connections, handshakes and messages of others that were refused",
      "reason"),
  /** Retries. */
  RETRIES(
      "parley.retries",
      Kind.COUNTER,
      "",
      "Messages of ours that went to a second link, since the first was gone before anything of"
          + " them had left",
      "model"),
  /** Dropped signals. */
  SIGNALS_DROPPED(
      "parley.signals.dropped",
      Kind.COUNTER,
      "",
      "Signals to us that no handler has seen",
      "reason"),
  /** Messages on links. */
  MESSAGES(
      "parley.messages",
      Kind.COUNTER,
      "",
      "Messages on links: requests, answers, items and signals, the DHT's included",
      "direction"),
  /** Bytes on links. */
  BYTES(
      "parley.bytes",
      Kind.COUNTER,
      "bytes",
      "Bytes on links as sent over the network, handshakes included",
      "direction"),
  /** Records on links. */
  RECORDS(
      "parley.records",
      Kind.COUNTER,
      "",
      "Encrypted records sealed (out) and opened (in)",
      "direction"),
  /** Links that closed. */
  LINKS_CLOSED("parley.links.closed", Kind.COUNTER, "", "Links that are gone, and why", "reason"),
  /** Links. */
  LINKS(
      "parley.links",
      Kind.GAUGE,
      "",
      "Open links; pq tells whether the key agreement is post-quantum",
      "kind",
      "role",
      "suite",
      "pq"),
  /** What is used of a limit. */
  BOUND_USED(
      "parley.bound.used",
      Kind.GAUGE,
      "",
      "What is used of a limit now; the limit is named after its option, and one whose name ends"
          + " in Bytes counts bytes",
      "option"),
  /** Limits. */
  BOUND_LIMIT("parley.bound.limit", Kind.GAUGE, "", "The limit of parley.bound.used", "option"),
  /** Bytes that wait to be written. */
  OUTBOUND(
      "parley.outbound.pending",
      Kind.GAUGE,
      "bytes",
      "Bytes that wait to be written, on all links together"),
  /** Files. */
  FILES(
      "parley.files",
      Kind.GAUGE,
      "",
      "Files that are sent (out) and received (in) now",
      "direction"),
  /** Tasks of event loops. */
  EVENT_LOOP_TASKS(
      "parley.event.loop.pending", Kind.GAUGE, "tasks", "Tasks that wait for the event loops"),
  /** Direct memory. */
  DIRECT_MEMORY(
      "parley.direct.memory", Kind.GAUGE, "bytes", "Direct memory that Netty's allocator holds"),
  /** Limit of direct memory. */
  DIRECT_MEMORY_LIMIT(
      "parley.direct.memory.limit", Kind.GAUGE, "bytes", "The most that Netty may allocate"),
  /** State. */
  DHT_STATE(
      "parley.dht.state",
      Kind.GAUGE,
      "",
      "1 for the state that the node's part in the DHT is in, 0 for the others",
      "state"),
  /** Whether it serves. */
  DHT_SERVER("parley.dht.server", Kind.GAUGE, "", "1 while the node serves others, 0 otherwise"),
  /** Contacts. */
  DHT_CONTACTS("parley.dht.contacts", Kind.GAUGE, "", "Contacts in the routing table"),
  /** Network size. */
  DHT_NETWORK(
      "parley.dht.network.size", Kind.GAUGE, "", "How many servers the network has, as guessed"),
  /** Held listings. */
  DHT_RECORDS("parley.dht.records", Kind.GAUGE, "", "Listings kept for others"),
  /** Their bytes. */
  DHT_RECORD_BYTES("parley.dht.records.size", Kind.GAUGE, "bytes", "Bytes of listings kept"),
  /** Running lookups. */
  DHT_ACTIVE("parley.dht.active", Kind.GAUGE, "", "Lookups and requests under way", "what");

  /** What kind of meter it is. */
  public enum Kind {
    /** Counts and times, with a histogram. */
    TIMER,
    /** Counts and sums, with a histogram. */
    SUMMARY,
    /** Goes up only. */
    COUNTER,
    /** Goes up and down. */
    GAUGE
  }

  private final String meterName;
  private final Kind kind;
  private final String unit;
  private final String description;

  @SuppressWarnings("ImmutableEnumChecker") // List.of
  private final List<String> tags;

  ParleyMeter(String meterName, Kind kind, String unit, String description, String... tags) {
    this.meterName = meterName;
    this.kind = kind;
    this.unit = unit;
    this.description = description;
    this.tags = List.of(tags);
  }

  /** The name, in Micrometer's dotted form. */
  public String meterName() {
    return meterName;
  }

  /** What kind of meter it is. */
  public Kind kind() {
    return kind;
  }

  /** The unit; empty for a plain number, and for timers, which each registry converts. */
  public String unit() {
    return unit;
  }

  /** What it measures. */
  public String description() {
    return description;
  }

  /** The keys of its tags. */
  public List<String> tags() {
    return tags;
  }

  /** The name that a Prometheus registry exports, without {@code _bucket} and the like. */
  public String prometheusName() {
    String base = meterName.replace('.', '_');
    return switch (kind) {
      case TIMER -> base + "_seconds";
      case SUMMARY -> base;
      case COUNTER -> withUnit(base) + "_total";
      case GAUGE -> withUnit(base);
    };
  }

  private String withUnit(String base) {
    return unit.isEmpty() || base.endsWith("_" + unit) ? base : base + "_" + unit;
  }
}
