package dev.parley.spi;

import dev.parley.spi.Link.Admission;
import reactor.core.publisher.Mono;

/** Accepts everybody. */
enum Everybody implements Admission {
  INSTANCE;

  private static final Mono<Verdict> ACCEPTED = Mono.just(Verdict.ACCEPT);

  @Override
  public Mono<Verdict> arriving(Arrival arrival) {
    return ACCEPTED;
  }
}
