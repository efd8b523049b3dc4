package dev.parley.delegation;

import dev.parley.FailureCode;
import dev.parley.HandlerFailure;
import dev.parley.Inbound;
import dev.parley.Message;
import dev.parley.delegation.chain.Chain;
import dev.parley.delegation.chain.ChainFormatException;
import dev.parley.delegation.chain.ChainPart;
import dev.parley.spi.Host;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Takes back delegations for those who issued them: who asks is proved by the link. The message is
 * the chain up to the delegation.
 */
final class Revocations {
  static final String NAME = "!revoke"; // no function's name
  static final String ROUTE = FunctionGate.PREFIX + NAME;

  private final Host host;
  private final GrantBook book;
  private final RefusalTick refusals;
  private final Audit audit;

  Revocations(Host host, GrantBook book, RefusalTick refusals, Audit audit) {
    this.host = host;
    this.book = book;
    this.refusals = refusals;
    this.audit = audit;
  }

  /**
   * @param mayCheck whether so many signatures may be checked for this link now
   */
  Mono<Message> revoke(Inbound request, IntPredicate mayCheck) {
    Chain chain = chain(request);
    GrantEntry entry = chain == null ? null : entry(chain, request);
    if (chain == null || entry == null) {
      return refusals.refuse(request.arrivedNanos());
    }
    if (!mayCheck.test(chain.parts().size() - 1)) {
      return Mono.error(HandlerFailure.of(FailureCode.OVERLOADED, null, null));
    }
    if (!chain.areDelegationsSigned()) {
      return refusals.refuse(request.arrivedNanos());
    }
    byte[] delegation = chain.last().digest();
    return book.ban(entry, delegation)
        .flatMap(
            done -> {
              if (!done && !entry.isRevoked(chain)) {
                return Mono.error(
                    HandlerFailure.rejected(
                        "too many delegations of this grant are revoked; revoke the grant"));
              }
              audit.tell(AuditEvent.Kind.REVOKED, request.from(), null, entry.part().id(), null);
              return Mono.just(Message.empty());
            });
  }

  private static @Nullable Chain chain(Inbound request) {
    try {
      return Chain.parse(request.message().bytes());
    } catch (ChainFormatException e) {
      return null;
    }
  }

  private @Nullable GrantEntry entry(Chain chain, Inbound request) {
    ChainPart.Grant root = chain.grant();
    GrantEntry entry = root == null ? null : book.find(root.id());
    boolean isIssuers =
        entry != null
            && chain.parts().size() > 1
            && chain.last().issuer().equals(request.from())
            && entry.isRootOf(chain)
            && chain.isWhole(host.network(), host.agent().id());
    return isIssuers ? entry : null;
  }
}
