package dev.parley.links;

import dev.parley.AgentResolver.Candidate;
import dev.parley.Trail;
import dev.parley.spi.Link;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.MonoSink;

/**
 * A caller that waits for a race.
 *
 * @param source what it knows; null where too many others are asked already
 */
record Waiter(MonoSink<Link> sink, @Nullable Source source) {
  /** What some callers know; guarded by the lock of the race. */
  static final class Source {
    final Function<Trail.Recorder, Flux<Candidate>> candidates;
    boolean ended;

    Source(Function<Trail.Recorder, Flux<Candidate>> candidates) {
      this.candidates = candidates;
    }
  }

  boolean isDone() {
    return source != null && source.ended;
  }

  /** What one caller's subscriber throws must not keep the others from their end. */
  static void each(List<Waiter> waiters, Consumer<Waiter> telling) {
    for (Waiter waiter : waiters) {
      try {
        telling.accept(waiter);
      } catch (Throwable t) {
        DroppedErrors.log(t);
      }
    }
  }
}
