package dev.parley.delegation;

import dev.parley.FailureCode;
import dev.parley.Identity;
import dev.parley.Message;
import dev.parley.MessagingException;
import dev.parley.Phase;
import dev.parley.delegation.chain.Chain;
import dev.parley.spi.ExchangeFilter;
import dev.parley.spi.InteractionModel;
import dev.parley.spi.Link;
import dev.parley.spi.Outbound;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

/**
 * Puts a claim beside a call: in full when the link sees it first, by its name from then on, and in
 * full again where the peer has forgotten it.
 */
record ClaimFilter(@Nullable Claim claim, ShownClaims shown) implements ExchangeFilter {
  @Override
  public Publisher<Message> sending(
      InteractionModel model,
      Link link,
      Outbound request,
      Function<Outbound, ? extends Publisher<Message>> next) {
    if ((link.features() & Delegation.FEATURE) == 0) {
      return Flux.error(
          MessagingException.builder(FailureCode.NO_RECEIVER, Phase.SEND)
              .detail("the peer serves no functions: its node was started without delegation")
              .build());
    }
    if (claim == null) {
      return next.apply(request);
    }
    Chain chain = claim.chain();
    if (!shown.isKnown(link, chain)) {
      return inFull(link, chain, request, next);
    }
    Outbound byName = request.withField(ClaimFields.CLAIM_REF, LinkClaims.reference(chain));
    return Flux.from(next.apply(byName))
        .onErrorResume(
            ClaimFilter::isRefused,
            e -> {
              shown.forget(link, chain);
              return inFull(link, chain, request, next);
            });
  }

  private Flux<Message> inFull(
      Link link,
      Chain chain,
      Outbound request,
      Function<Outbound, ? extends Publisher<Message>> next) {
    return Flux.defer(
        () -> {
          byte[] field = ClaimFields.claim(chain, use(link, chain));
          return Flux.from(next.apply(request.withField(ClaimFields.CLAIM, field)))
              .doOnNext(answer -> shown.show(link, chain));
        });
  }

  private byte @Nullable [] use(Link link, Chain chain) {
    Identity bearer = claim == null ? null : claim.bearer();
    if (bearer == null) {
      return null;
    }
    try {
      return chain.use(bearer, shown.self(), link.binding());
    } finally {
      bearer.destroy();
    }
  }

  private static boolean isRefused(Throwable e) {
    return e instanceof MessagingException m && m.code() == FailureCode.UNAUTHORIZED;
  }
}
