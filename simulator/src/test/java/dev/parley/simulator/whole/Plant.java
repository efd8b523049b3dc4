package dev.parley.simulator.whole;

import dev.parley.AgentId;
import dev.parley.Executed;
import dev.parley.Inbound;
import dev.parley.Message;
import dev.parley.MessagingException;
import dev.parley.node.AgentNode;
import dev.parley.node.AgentNodeBuilder;
import dev.parley.spi.ExchangeFilter;
import dev.parley.spi.InteractionModel;
import dev.parley.spi.Link;
import dev.parley.spi.Outbound;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A fault in a node, for tests to show that the invariants see it. */
enum Plant {
  NONE,

  /** A link that is lost has executed nothing, it says. */
  LOST_IS_NOT_EXECUTED,

  /** What may have been executed is sent again. */
  SENDS_AGAIN,

  /** Answers change on the way. */
  WRONG_ANSWER,

  /** A handler never ends a buffer that it took. */
  LEAKS,

  /** As long as there is a link to an agent, dead or not, no other is taken. */
  OLD_LINK_STAYS,

  /** A process that starts again knows no seed. */
  SEEDS_FORGOTTEN,

  /** Who has dialled once is not let in any more. */
  BANS_WHO_COMES_BACK,

  /** A node schedules something that nobody ends. */
  TIMER_STAYS;

  boolean seedsAgain() {
    return this != SEEDS_FORGOTTEN;
  }

  void into(AgentNodeBuilder builder, SimProcess process, Supplier<@Nullable AgentNode> node) {
    switch (this) {
      case LOST_IS_NOT_EXECUTED, SENDS_AGAIN, WRONG_ANSWER -> builder.filter(new Sending());
      case LEAKS -> builder.filter(new Leaking(process));
      case OLD_LINK_STAYS ->
          builder.admission(
              arrival ->
                  Mono.just(
                      !arrival.dialled() && hasLink(node.get(), arrival)
                          ? Link.Admission.Verdict.IGNORE
                          : Link.Admission.Verdict.ACCEPT));
      case BANS_WHO_COMES_BACK -> {
        Map<AgentId, Integer> dials = new HashMap<>();
        builder.admission(
            arrival ->
                Mono.just(
                    !arrival.dialled() && dials.merge(arrival.peer(), 1, Integer::sum) > 1
                        ? Link.Admission.Verdict.DENY
                        : Link.Admission.Verdict.ACCEPT));
      }
      case TIMER_STAYS ->
          Flux.interval(Duration.ofSeconds(1), process.shared()).subscribe(tick -> {});
      default -> {}
    }
  }

  private static boolean hasLink(@Nullable AgentNode node, Link.Admission.Arrival arrival) {
    return node != null
        && node.links().stream().anyMatch(link -> link.peer().equals(arrival.peer()));
  }

  private final class Sending implements ExchangeFilter {
    @Override
    public Publisher<Message> sending(
        InteractionModel model,
        Link link,
        Outbound request,
        Function<Outbound, ? extends Publisher<Message>> next) {
      return switch (Plant.this) {
        case LOST_IS_NOT_EXECUTED ->
            Flux.from(next.apply(request))
                .onErrorMap(
                    MessagingException.class,
                    e ->
                        MessagingException.builder(e.code(), e.phase())
                            .executed(Executed.NO)
                            .build());
        case SENDS_AGAIN -> Flux.from(next.apply(request)).retry(1);
        default ->
            Flux.from(next.apply(request))
                .map(answer -> answer.size() > 1000 ? Message.of(new byte[answer.size()]) : answer);
      };
    }
  }

  private record Leaking(SimProcess process) implements ExchangeFilter {
    @Override
    public Publisher<Message> receiving(
        InteractionModel model,
        Link link,
        Inbound request,
        Function<Inbound, ? extends Publisher<Message>> next) {
      process.allocator().buffer(16);
      return next.apply(request);
    }
  }
}
