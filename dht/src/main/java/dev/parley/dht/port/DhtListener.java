package dev.parley.dht.port;

import dev.parley.dht.AgentDht;
import dev.parley.dht.DhtEvent;
import dev.parley.dht.LookupReport;
import dev.parley.dht.wire.AgentListing;
import dev.parley.dht.wire.DhtAnswer;
import dev.parley.dht.wire.DhtKey;
import dev.parley.dht.wire.DhtRequest;

/**
 * Hears what a node does, for metrics and tests. Called on the node's thread: be quick, do not
 * block, do not throw. Every method does nothing unless overridden. {@link AgentDht#events} tells
 * what is rare to whoever may be slow, and {@link AgentDht#stats} has the sums.
 */
public interface DhtListener {
  /**
   * A request of ours ended; {@code outcome} is {@code ok}, {@code refused} or a failure's kind.
   */
  default void called(DhtRequest.Op op, boolean warm, long nanos, String outcome) {}

  /** A contact that another node told of was asked for the first time. */
  default void toldContactAsked(boolean answered) {}

  /** A lookup of a listing ended, or was answered from the cache. */
  default void resolved(LookupReport report) {}

  /** A PUT was judged; {@code listing} is what was brought. */
  default void stored(DhtKey place, AgentListing listing, DhtAnswer.PutResult result) {}

  /** Something rare happened. */
  default void happened(DhtEvent event) {}

  /** Tells two, one after the other. */
  static DhtListener both(DhtListener first, DhtListener second) {
    return new BothDhtListeners(first, second);
  }

  /** Hears nothing. */
  static DhtListener none() {
    return new DhtListener() {};
  }
}
