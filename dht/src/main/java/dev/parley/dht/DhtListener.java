package dev.parley.dht;

import dev.parley.dht.wire.AgentRecord;
import dev.parley.dht.wire.DhtAnswer;
import dev.parley.dht.wire.DhtKey;
import dev.parley.dht.wire.DhtRequest;
import dev.parley.dht.wire.IpEndpoint;

/**
 * Hears what a node does, for metrics and tests. Called on the node's thread: be quick, do not
 * block, do not throw. Every method does nothing unless overridden.
 */
public interface DhtListener {
  /**
   * A request of ours ended; {@code outcome} is {@code ok}, {@code refused} or a failure's kind.
   */
  default void called(DhtRequest.Op op, boolean warm, long nanos, String outcome) {}

  /** A contact that another node told of was asked for the first time. */
  default void toldContactAsked(boolean answered) {}

  /** A lookup of a record ended. */
  default void resolved(LookupReport report) {}

  /** A PUT was judged; {@code record} is what was brought. */
  default void stored(DhtKey place, AgentRecord record, DhtAnswer.PutResult result) {}

  /** The node began to serve others, or stopped. */
  default void modeChanged(boolean server) {}

  /** Others agree on this address of ours and could dial it, with {@link DhtOptions.Mode#AUTO}. */
  default void reachableAt(IpEndpoint address) {}

  /** The neighbourhood of a key is far too dense: somebody may be trying to surround it. */
  default void suspicious(DhtKey target) {}

  /** Tells two, one after the other. */
  static DhtListener both(DhtListener first, DhtListener second) {
    return new DhtListener() {
      @Override
      public void called(DhtRequest.Op op, boolean warm, long nanos, String outcome) {
        first.called(op, warm, nanos, outcome);
        second.called(op, warm, nanos, outcome);
      }

      @Override
      public void toldContactAsked(boolean answered) {
        first.toldContactAsked(answered);
        second.toldContactAsked(answered);
      }

      @Override
      public void resolved(LookupReport report) {
        first.resolved(report);
        second.resolved(report);
      }

      @Override
      public void stored(DhtKey place, AgentRecord record, DhtAnswer.PutResult result) {
        first.stored(place, record, result);
        second.stored(place, record, result);
      }

      @Override
      public void modeChanged(boolean server) {
        first.modeChanged(server);
        second.modeChanged(server);
      }

      @Override
      public void reachableAt(IpEndpoint address) {
        first.reachableAt(address);
        second.reachableAt(address);
      }

      @Override
      public void suspicious(DhtKey target) {
        first.suspicious(target);
        second.suspicious(target);
      }
    };
  }

  /** Hears nothing. */
  static DhtListener none() {
    return new DhtListener() {};
  }
}
