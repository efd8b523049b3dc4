package dev.parley.simulator;

import dev.parley.dht.port.Caller;
import dev.parley.dht.wire.DhtAnswer;
import dev.parley.dht.wire.DhtRequest;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** What a hostile node answers; null leaves it to the honest node that runs beneath. */
interface Adversary {
  @Nullable Mono<DhtAnswer> answer(
      SimNode self, Caller from, DhtRequest request, int deadlineMillis);
}
