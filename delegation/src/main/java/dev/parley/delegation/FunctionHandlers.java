package dev.parley.delegation;

import dev.parley.Handler;
import dev.parley.HandlerFailure;
import dev.parley.Message;
import dev.parley.delegation.chain.Chain;
import dev.parley.delegation.chain.ChainPart;
import dev.parley.delegation.chain.Condition;
import dev.parley.spi.InteractionModel;
import java.time.Duration;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.function.Supplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/**
 * Runs functions for calls that were let in: counts the use where uses are limited, and ends
 * streams and channels whose right ends. A request that runs is left to finish.
 */
record FunctionHandlers(
    Functions functions,
    GrantBook book,
    GrantClock clock,
    Scheduler timer,
    RefusalTick refusals,
    Audit audit) {

  /** The handler of a call by a chain; of no kind where the function is called another way. */
  Handler of(InteractionModel model, FunctionCall call, Chain chain) {
    String name = call.function();
    return switch (model) {
      case STREAM -> {
        Functions.Stream stream = functions.stream(name);
        yield stream == null ? none() : streams(call, chain, stream);
      }
      case CHANNEL -> {
        Functions.Channel channel = functions.channel(name);
        yield channel == null ? none() : channels(call, chain, channel);
      }
      case REQUEST, SIGNAL -> {
        Functions.Request request = functions.request(name);
        yield request == null ? none() : messages(call, chain, request);
      }
    };
  }

  /** A caller that was let in is told NO_RECEIVER where the function is not called this way. */
  private static Handler none() {
    Handler.Signals none = in -> Mono.empty();
    return none;
  }

  private Handler messages(FunctionCall call, Chain chain, Functions.Request request) {
    Handler.Messages handler = in -> used(call, chain).then(Mono.defer(() -> request.call(call)));
    return handler;
  }

  private Handler streams(FunctionCall call, Chain chain, Functions.Stream stream) {
    Handler.Streams handler =
        in -> used(call, chain).thenMany(ending(call, chain, () -> stream.call(call)));
    return handler;
  }

  private Handler channels(FunctionCall call, Chain chain, Functions.Channel channel) {
    Handler.Channels handler =
        (in, items) ->
            used(call, chain).thenMany(ending(call, chain, () -> channel.call(call, items)));
    return handler;
  }

  private GrantEntry entry(Chain chain) {
    ChainPart.Grant grant = Objects.requireNonNull(chain.grant());
    return Objects.requireNonNull(book.find(grant.id()));
  }

  /** Counts the use; fails like any other refusal where others came first. */
  private Mono<Void> used(FunctionCall call, Chain chain) {
    return Mono.defer(
        () -> {
          GrantEntry entry = entry(chain);
          return book.use(entry, chain)
              .doOnSuccess(
                  done ->
                      audit.tell(
                          AuditEvent.Kind.USED,
                          call.from(),
                          call.function(),
                          entry.part().id(),
                          null))
              .then(book.storeTime())
              .onErrorResume(
                  GrantEntry.Exhausted.class,
                  e -> {
                    audit.tell(
                        AuditEvent.Kind.DENIED,
                        call.from(),
                        call.function(),
                        entry.part().id(),
                        Denial.EXHAUSTED);
                    return refusals.refuse(call.inbound().arrivedNanos());
                  });
        });
  }

  /** Ends with the right: when it is revoked, or expires. */
  private Flux<Message> ending(
      FunctionCall call, Chain chain, Supplier<? extends Flux<Message>> items) {
    return Flux.defer(
        () -> {
          GrantEntry entry = entry(chain);
          Sinks.Empty<Message> end = Sinks.empty();
          GrantEntry.Running running =
              new GrantEntry.Running(
                  GrantEntry.digests(chain),
                  () -> {
                    audit.tell(
                        AuditEvent.Kind.ENDED,
                        call.from(),
                        call.function(),
                        entry.part().id(),
                        null);
                    end.tryEmitError(ended());
                  });
          if (!entry.run(running)) {
            return Flux.error(ended());
          }
          return Flux.defer(items)
              .takeUntilOther(Mono.firstWithSignal(end.asMono(), expiry(chain)))
              .doFinally(signal -> entry.ended(running));
        });
  }

  private static HandlerFailure ended() {
    return HandlerFailure.failed("the grant by which it ran has ended");
  }

  private Mono<Message> expiry(Chain chain) {
    OptionalLong first =
        chain.parts().stream()
            .flatMap(part -> part.scope().conditions().stream())
            .filter(Condition.NotAfter.class::isInstance)
            .mapToLong(condition -> ((Condition.NotAfter) condition).millis())
            .min();
    return first.isEmpty()
        ? Mono.never()
        : Mono.delay(Duration.ofMillis(Math.max(0, first.getAsLong() - clock.millis())), timer)
            .then(Mono.error(FunctionHandlers::ended));
  }
}
