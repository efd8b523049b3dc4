package dev.parley.messenger;

import dev.parley.Agent;
import dev.parley.Agent.SignalResult;
import dev.parley.AgentId;
import dev.parley.Message;
import dev.parley.MessagingException;
import dev.parley.SendOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** One signal for many agents: those with an open link first, so that none waits for a dial. */
record SignalFan(Messenger messenger, Message message, SendOptions options) {
  Flux<SignalResult> to(Set<AgentId> all) {
    return Flux.defer(
        () -> {
          List<AgentId> linked = new ArrayList<>();
          List<AgentId> others = new ArrayList<>();
          all.forEach(
              peer -> (messenger.transport().openLink(peer) == null ? others : linked).add(peer));
          return Flux.merge(results(linked), results(others));
        });
  }

  private Flux<SignalResult> results(List<AgentId> peers) {
    return Flux.fromIterable(peers).flatMap(this::result, Agent.SIGNALS_AT_A_TIME);
  }

  private Mono<SignalResult> result(AgentId peer) {
    return Mono.defer(
        () -> {
          long start = messenger.nanos();
          return messenger
              .signal(peer, message, options)
              .then(Mono.fromSupplier(() -> new SignalResult(peer, null, since(start))))
              .onErrorResume(
                  MessagingException.class,
                  e -> Mono.just(new SignalResult(peer, e, since(start))));
        });
  }

  private Duration since(long startNanos) {
    return Duration.ofNanos(messenger.nanos() - startNanos);
  }
}
