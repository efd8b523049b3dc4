package dev.parley.transport.rsocket;

import dev.parley.MessagingException;
import dev.parley.carrier.CarriedLink;
import dev.parley.carrier.LinkEnd;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.publisher.SynchronousSink;

/**
 * One dial of a name that stands for several addresses. They are raced like the addresses of a
 * peer: each has a head start over the next (RFC 8305), which begins at once where it fails, and
 * the first that proves the peer's key wins. Each has the whole of a dial's time, so that one that
 * is dead takes none from those behind it. Thread-safe.
 */
final class PlaceRace {
  private final List<Mono<CarriedLink>> places;
  private final Mono<Void> headStart;
  private final AtomicBoolean won = new AtomicBoolean();
  private final AtomicReference<@Nullable MessagingException> furthest = new AtomicReference<>();

  private PlaceRace(List<Mono<CarriedLink>> places, Mono<Void> headStart) {
    this.places = places;
    this.headStart = headStart;
  }

  /**
   * A race.
   *
   * @param places a dial of each address, one or more
   * @param headStart completes when the next may begin beside the one before
   */
  static Mono<CarriedLink> of(List<Mono<CarriedLink>> places, Mono<Void> headStart) {
    return places.size() == 1
        ? places.get(0)
        : Mono.defer(() -> new PlaceRace(places, headStart).run());
  }

  private Mono<CarriedLink> run() {
    return from(0).onErrorMap(this::told);
  }

  private Throwable told(Throwable e) {
    MessagingException worst = furthest.get();
    return worst == null ? e : worst;
  }

  private Mono<CarriedLink> from(int place) {
    Mono<CarriedLink> dial = places.get(place).doOnError(this::failed).handle(this::arrived);
    if (place == places.size() - 1) {
      return dial;
    }
    Sinks.Empty<Void> hasFailed = Sinks.empty();
    Mono<CarriedLink> next =
        Mono.firstWithSignal(headStart, hasFailed.asMono()).then(Mono.defer(() -> from(place + 1)));
    return Mono.firstWithValue(dial.doOnError(e -> hasFailed.tryEmitEmpty()), next);
  }

  private void arrived(CarriedLink link, SynchronousSink<CarriedLink> sink) {
    if (won.compareAndSet(false, true)) {
      sink.next(link);
    } else {
      link.close(LinkEnd.DUPLICATE).subscribe();
    }
  }

  /** What came furthest tells most. */
  private void failed(Throwable t) {
    if (t instanceof MessagingException e) {
      furthest.accumulateAndGet(
          e,
          (before, now) ->
              before == null || now.phase().compareTo(before.phase()) > 0 ? now : before);
    }
  }
}
