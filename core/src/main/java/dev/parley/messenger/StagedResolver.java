package dev.parley.messenger;

import dev.parley.AgentId;
import dev.parley.AgentResolver;
import dev.parley.AgentResolver.Candidate;
import dev.parley.Trail;
import java.time.Duration;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/**
 * Asks those who know at once what they know, and searches the network only when they know nothing
 * or what they know has not led to the peer after a moment.
 */
final class StagedResolver implements AgentResolver {
  /** The head start of what is known, as in RFC 8305. */
  static final Duration HEAD_START = Duration.ofMillis(250);

  private final AgentResolver known;
  private final AgentResolver search;
  private final Scheduler timer;

  StagedResolver(AgentResolver known, AgentResolver search, Scheduler timer) {
    this.known = known;
    this.search = search;
    this.timer = timer;
  }

  @Override
  public Flux<Candidate> resolve(AgentId agent, Trail.Recorder trail) {
    return Flux.defer(
        () -> {
          Sinks.Empty<Void> knownNothing = Sinks.empty();
          Flux<Candidate> first =
              known
                  .resolve(agent, trail)
                  .switchIfEmpty(
                      Flux.<Candidate>empty().doOnSubscribe(s -> knownNothing.tryEmitEmpty()))
                  .doOnError(e -> knownNothing.tryEmitEmpty());
          Mono<Void> begin =
              Mono.firstWithSignal(knownNothing.asMono(), Mono.delay(HEAD_START, timer).then());
          Flux<Candidate> then = begin.thenMany(Flux.defer(() -> search.resolve(agent, trail)));
          return Flux.mergeDelayError(2, first, then).distinct(Candidate::address);
        });
  }
}
