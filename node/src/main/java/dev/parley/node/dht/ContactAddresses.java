package dev.parley.node.dht;

import dev.parley.AgentResolver.Candidate;
import dev.parley.Trail;
import dev.parley.dht.wire.IpEndpoint;
import java.util.List;
import java.util.function.Function;
import reactor.core.publisher.Flux;

/**
 * The addresses of a contact as candidates, equal for equal addresses, so that dials are shared.
 */
record ContactAddresses(List<IpEndpoint> endpoints)
    implements Function<Trail.Recorder, Flux<Candidate>> {
  @Override
  public Flux<Candidate> apply(Trail.Recorder trail) {
    return Flux.fromIterable(endpoints).map(e -> new Candidate(e.toAddress(), "dht-contact"));
  }
}
