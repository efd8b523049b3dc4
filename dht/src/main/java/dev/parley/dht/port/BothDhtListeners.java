package dev.parley.dht.port;

import dev.parley.dht.DhtEvent;
import dev.parley.dht.LookupReport;
import dev.parley.dht.wire.AgentListing;
import dev.parley.dht.wire.DhtAnswer;
import dev.parley.dht.wire.DhtKey;
import dev.parley.dht.wire.DhtRequest;

/** Tells two, one after the other. */
record BothDhtListeners(DhtListener first, DhtListener second) implements DhtListener {
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
  public void stored(DhtKey place, AgentListing listing, DhtAnswer.PutResult result) {
    first.stored(place, listing, result);
    second.stored(place, listing, result);
  }

  @Override
  public void happened(DhtEvent event) {
    first.happened(event);
    second.happened(event);
  }
}
