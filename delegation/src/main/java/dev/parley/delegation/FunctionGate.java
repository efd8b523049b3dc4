package dev.parley.delegation;

import dev.parley.AgentId;
import dev.parley.FailureCode;
import dev.parley.Handler;
import dev.parley.HandlerFailure;
import dev.parley.Inbound;
import dev.parley.delegation.Access.Presented;
import dev.parley.delegation.chain.Chain;
import dev.parley.delegation.chain.ChainFormatException;
import dev.parley.delegation.chain.ChainPart;
import dev.parley.spi.Host;
import dev.parley.spi.InteractionModel;
import dev.parley.spi.Link;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Lets in calls of functions whose claim holds. Thread-safe. */
final class FunctionGate implements Host.Gate {
  static final String PREFIX = "parley.call/";

  private final Functions functions;
  private final GrantBook book;
  private final Access access;
  private final GrantClock clock;
  private final LongSupplier nanoClock;
  private final RefusalTick refusals;
  private final FunctionHandlers handlers;
  private final Audit audit;
  private final Revocations revocations;
  private final Map<Link, LinkClaims> links = new ConcurrentHashMap<>();

  FunctionGate(
      Functions functions,
      GrantBook book,
      Access access,
      GrantClock clock,
      LongSupplier nanoClock,
      RefusalTick refusals,
      FunctionHandlers handlers,
      Audit audit,
      Revocations revocations) {
    this.functions = functions;
    this.book = book;
    this.access = access;
    this.clock = clock;
    this.nanoClock = nanoClock;
    this.refusals = refusals;
    this.handlers = handlers;
    this.audit = audit;
    this.revocations = revocations;
  }

  /** A link is gone, and with it what was remembered of it. */
  void closed(Link link) {
    links.remove(link);
  }

  @Override
  public Mono<? extends Handler> admit(Link link, InteractionModel model, Inbound request) {
    String name = request.route().substring(PREFIX.length());
    if (name.equals(Revocations.NAME) && model == InteractionModel.REQUEST) {
      return Mono.just(revocation(link));
    }
    FunctionCall call = new FunctionCall(name, request);
    Decision decision = decide(link, model, call);
    if (decision.chain() != null) {
      return Mono.just(handlers.of(model, call, decision.chain()));
    }
    if (decision.isOverloaded()) {
      return Mono.error(HandlerFailure.of(FailureCode.OVERLOADED, null, null));
    }
    audit.tell(AuditEvent.Kind.DENIED, call.from(), name, decision.grant(), decision.denial());
    return refusals.refuse(request.arrivedNanos());
  }

  private Handler revocation(Link link) {
    LinkClaims claims = claims(link);
    Handler.Messages handler =
        in -> revocations.revoke(in, n -> claims.mayCheck(n, nanoClock.getAsLong()));
    return handler;
  }

  /**
   * What becomes of a call.
   *
   * @param chain by which it is let in; null if it is not
   * @param denial why it is not; null where it is, or cannot be decided now
   */
  private record Decision(
      @Nullable Chain chain,
      @Nullable Denial denial,
      dev.parley.delegation.chain.@Nullable GrantId grant) {
    static final Decision OVERLOADED = new Decision(null, null, null);

    static Decision no(Denial denial, @Nullable Chain chain) {
      ChainPart.Grant grant = chain == null ? null : chain.grant();
      return new Decision(null, denial, grant == null ? null : grant.id());
    }

    boolean isOverloaded() {
      return chain == null && denial == null;
    }
  }

  private Decision decide(Link link, InteractionModel model, FunctionCall call) {
    byte[] reference = ClaimFields.reference(call.inbound().annex());
    ClaimFields.Shown shown;
    try {
      shown = ClaimFields.claim(call.inbound().annex());
    } catch (ChainFormatException e) {
      return Decision.no(Denial.BAD_CHAIN, null);
    }
    if (!functions.has(call.function())) {
      return Decision.no(Denial.NO_FUNCTION, shown == null ? null : shown.chain());
    }
    if (shown != null) {
      return byClaim(link, model, call, shown);
    }
    if (reference != null) {
      Chain known = claims(link).proved(reference);
      return known == null
          ? Decision.no(Denial.NO_GRANT, null)
          : judged(new Presented(known, null, link.binding(), true), call, model);
    }
    return byNoClaim(link, model, call);
  }

  private Decision byClaim(
      Link link, InteractionModel model, FunctionCall call, ClaimFields.Shown shown) {
    Chain chain = shown.chain();
    LinkClaims claims = claims(link);
    boolean isProved = chain.equals(claims.proved(LinkClaims.reference(chain)));
    ChainPart.Grant root = chain.grant();
    boolean isCostly = !isProved && root != null && book.find(root.id()) != null;
    if (isCostly && !claims.mayCheck(chain.parts().size(), nanoClock.getAsLong())) {
      return Decision.OVERLOADED;
    }
    Decision decision =
        judged(new Presented(chain, shown.use(), link.binding(), isProved), call, model);
    if (decision.chain() != null && !isProved) {
      claims.prove(chain);
      AgentId from = call.from();
      audit.tell(
          AuditEvent.Kind.SEEN, from, call.function(), root == null ? null : root.id(), null);
    }
    return decision;
  }

  /** Grants to everybody need no claim: the first that lets the call in does. */
  private Decision byNoClaim(Link link, InteractionModel model, FunctionCall call) {
    Decision last = Decision.no(Denial.NO_GRANT, null);
    for (GrantEntry entry : book.anyone()) {
      Chain chain = Chain.of(entry.part());
      last = judged(new Presented(chain, null, link.binding(), true), call, model);
      if (last.chain() != null) {
        return last;
      }
    }
    return last;
  }

  private Decision judged(Presented presented, FunctionCall call, InteractionModel model) {
    Denial denial = access.denial(presented, call.from(), call.at(model, clock.millis()));
    return denial == null
        ? new Decision(presented.chain(), null, null)
        : Decision.no(denial, presented.chain());
  }

  private LinkClaims claims(Link link) {
    LinkClaims known = links.get(link);
    if (known != null) {
      return known;
    }
    LinkClaims claims = links.computeIfAbsent(link, l -> new LinkClaims());
    if (!link.isOpen()) {
      links.remove(link); // it may have been closed before it was put there
    }
    return claims;
  }
}
