package dev.parley.delegation;

import dev.parley.AgentId;
import dev.parley.NetworkId;
import dev.parley.delegation.chain.Call;
import dev.parley.delegation.chain.Chain;
import dev.parley.delegation.chain.ChainPart;
import dev.parley.delegation.chain.Condition;
import org.jspecify.annotations.Nullable;

/** Decides about one call by one chain, the cheap before the dear. */
record Access(GrantBook book, NetworkId network, AgentId grantor) {
  /**
   * A chain as it was presented.
   *
   * @param chain the chain
   * @param use a bearer's signature, or null
   * @param binding of the link that it came on
   * @param isProved whether all signatures were found good before, on the same link
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Presented(Chain chain, byte @Nullable [] use, byte[] binding, boolean isProved) {}

  /** Why the call is not let in; null if it is. Uses are looked at, and counted elsewhere. */
  @Nullable Denial denial(Presented presented, AgentId caller, Call call) {
    Chain chain = presented.chain();
    ChainPart.Grant root = chain.grant();
    GrantEntry entry = root == null ? null : book.find(root.id());
    if (entry == null) {
      return Denial.NO_GRANT;
    }
    if (!entry.isRootOf(chain) || !chain.isWhole(network, grantor)) {
      return Denial.BAD_CHAIN;
    }
    if (!presented.isProved() && !chain.areDelegationsSigned()) {
      return Denial.BAD_SIGNATURE;
    }
    if (!presented.isProved() && !chain.isFor(caller, presented.use(), presented.binding())) {
      return Denial.NOT_AUDIENCE;
    }
    if (entry.isRevoked(chain)) {
      return Denial.REVOKED;
    }
    if (!chain.names(call)) {
      return Denial.NOT_GRANTED;
    }
    Denial failed = failedCondition(chain, call);
    if (failed != null) {
      return failed;
    }
    return entry.isExhausted(chain) ? Denial.EXHAUSTED : null;
  }

  private static @Nullable Denial failedCondition(Chain chain, Call call) {
    for (ChainPart part : chain.parts()) {
      for (Condition condition : part.scope().conditions()) {
        if (!condition.holds(call)) {
          return condition instanceof Condition.NotBefore
              ? Denial.NOT_YET
              : condition instanceof Condition.NotAfter ? Denial.EXPIRED : Denial.CONDITION;
        }
      }
    }
    return null;
  }
}
