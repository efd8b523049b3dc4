package dev.parley.delegation;

import dev.parley.Agent;
import dev.parley.AgentId;
import dev.parley.FailureCode;
import dev.parley.Message;
import dev.parley.MessagingException;
import dev.parley.Phase;
import dev.parley.SendOptions;
import dev.parley.StreamOptions;
import dev.parley.delegation.chain.FunctionPattern;
import dev.parley.spi.Bound;
import dev.parley.spi.Host;
import dev.parley.spi.Protocol;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Functions, grants and claims of a node. Thread-safe. */
public final class Delegations implements Protocol.Running {
  private final Host host;
  private final InstantSource clock;
  private final Functions functions;
  private final Grants grants;
  private final Claims claims;
  private final ShownClaims shown;
  private final GrantBook book;
  private final RefusalTick refusals;
  private final Audit audit;
  private final DelegationOptions options;

  Delegations(
      Host host,
      InstantSource clock,
      Functions functions,
      Grants grants,
      Claims claims,
      ShownClaims shown,
      GrantBook book,
      RefusalTick refusals,
      Audit audit,
      DelegationOptions options) {
    this.host = host;
    this.clock = clock;
    this.functions = functions;
    this.grants = grants;
    this.claims = claims;
    this.shown = shown;
    this.book = book;
    this.refusals = refusals;
    this.audit = audit;
    this.options = options;
  }

  /** The functions that this node serves. */
  public Functions functions() {
    return functions;
  }

  /** The grants that it makes. */
  public Grants grants() {
    return grants;
  }

  /** The claims that it holds. */
  public Claims claims() {
    return claims;
  }

  /** Calls a function by the claim that {@link #claims} finds, or by none. */
  public Mono<Message> call(AgentId grantor, String function, Message message) {
    return call(grantor, function, message, CallOptions.defaults());
  }

  /**
   * Calls a function. Cold; emits the answer. Fails as a send does; where the grantor lets the call
   * not in, with UNAUTHORIZED and executed NO, whatever the reason was.
   *
   * @throws IllegalArgumentException if {@code function} is no name
   */
  public Mono<Message> call(
      AgentId grantor, String function, Message message, CallOptions options) {
    SendOptions send = SendOptions.to(route(function)).withTimeout(options.timeout());
    return Mono.defer(() -> agent(grantor, function, options).send(grantor, message, send));
  }

  /** Calls a function that answers with a stream; see {@link #call}. */
  public Flux<Message> stream(
      AgentId grantor, String function, Message message, CallOptions options) {
    return Flux.defer(
        () ->
            agent(grantor, function, options).stream(
                grantor, message, streaming(function, options)));
  }

  /** Calls a function that takes and answers many messages; see {@link #call}. */
  public Flux<Message> channel(
      AgentId grantor,
      String function,
      Message opening,
      Publisher<Message> items,
      CallOptions options) {
    return Flux.defer(
        () ->
            agent(grantor, function, options)
                .channel(grantor, opening, items, streaming(function, options)));
  }

  private static String route(String function) {
    return FunctionGate.PREFIX + FunctionPattern.requireName(function);
  }

  private static StreamOptions streaming(String function, CallOptions options) {
    return StreamOptions.to(route(function)).openTimeout(options.timeout());
  }

  private Agent agent(AgentId grantor, String function, CallOptions options) {
    Claim given = options.claim();
    if (given != null) {
      requireUsable(given, grantor, function);
    }
    Claim claim = given != null ? given : claims.find(grantor, function);
    return host.agent(new ClaimFilter(claim, shown));
  }

  private void requireUsable(Claim claim, AgentId grantor, String function) {
    @Nullable ClaimProblem problem =
        ClaimProblem.of(claim, host.agent().id(), function, clock.millis());
    boolean isOthers = !claim.grantor().equals(grantor);
    if (isOthers || problem != null) {
      throw MessagingException.builder(FailureCode.UNAUTHORIZED, Phase.RESOLVE)
          .peer(grantor)
          .detail(
              "the claim "
                  + (isOthers ? "is of another grantor" : Objects.requireNonNull(problem).text()))
          .build();
    }
  }

  @Override
  public Mono<Void> stop() {
    return Mono.fromRunnable(audit::end);
  }

  @Override
  public List<Bound> bounds() {
    return List.of(
        new Bound("maxGrants", book.all().size(), options.maxGrants()),
        new Bound("maxWaitingRefusals", refusals.waiting(), options.maxWaitingRefusals()));
  }
}
