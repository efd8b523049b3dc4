package dev.parley.messenger;

import dev.parley.AgentId;
import dev.parley.AgentResolver;
import dev.parley.AgentResolver.Candidate;
import dev.parley.FailureCode;
import dev.parley.MessagingException;
import dev.parley.PeerAddress;
import dev.parley.Phase;
import dev.parley.Trail;
import dev.parley.spi.NodeListener.ResolveOutcome;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.util.context.ContextView;

/**
 * Asks the resolvers for a peer, and tells the listener how long the first address took. Equal for
 * all who send to a peer, so that they share one resolution, in the context of the first.
 */
final class Resolving implements Function<Trail.Recorder, Flux<Candidate>> {
  private final Messenger messenger;
  private final AgentId peer;
  private final ContextView context;

  Resolving(Messenger messenger, AgentId peer, ContextView context) {
    this.messenger = messenger;
    this.peer = peer;
    this.context = context;
  }

  @Override
  public Flux<Candidate> apply(Trail.Recorder trail) {
    return Flux.defer(
        () -> {
          Clock clock = new Clock();
          return messenger
              .resolver()
              .resolve(peer, trail)
              .doOnNext(candidate -> clock.stop(ResolveOutcome.FOUND))
              .doOnComplete(() -> clock.stop(ResolveOutcome.UNKNOWN))
              .doOnError(e -> clock.stop(ResolveOutcome.FAILED))
              .doOnCancel(() -> clock.stop(ResolveOutcome.CANCELLED))
              .contextWrite(context);
        });
  }

  @Override
  public boolean equals(@Nullable Object o) {
    return o instanceof Resolving other && messenger == other.messenger && peer.equals(other.peer);
  }

  @Override
  public int hashCode() {
    return peer.hashCode();
  }

  /** Tells how the first address came. */
  private final class Clock {
    private final long startNanos = messenger.nanos();
    private final AtomicBoolean stopped = new AtomicBoolean();

    void stop(ResolveOutcome outcome) {
      if (stopped.compareAndSet(false, true)) {
        messenger.listener().resolved(messenger.nanos() - startNanos, outcome);
      }
    }
  }

  /** What {@code resolver} comes upon, without dialling. */
  static Flux<PeerAddress> addresses(AgentResolver resolver, AgentId peer, LongSupplier nanoClock) {
    return resolver
        .resolve(peer, Trail.Recorder.start(nanoClock))
        .map(candidate -> new PeerAddress(peer, candidate.address()))
        .onErrorMap(
            t -> !(t instanceof MessagingException),
            t ->
                MessagingException.builder(FailureCode.AGENT_NOT_FOUND, Phase.RESOLVE)
                    .peer(peer)
                    .detail("a resolver failed: " + t.getClass().getSimpleName())
                    .cause(t)
                    .build());
  }
}
