package dev.parley.delegation;

import dev.parley.AgentId;
import dev.parley.delegation.chain.ChainPart;
import dev.parley.delegation.chain.Condition;
import org.jspecify.annotations.Nullable;

/** What a holder can know before he calls: the grantor will refuse, and would not say why. */
enum ClaimProblem {
  NOT_FOR_THIS_AGENT("is for others than this agent"),
  NOT_THIS_FUNCTION("does not name this function"),
  ENDED("has expired by this machine's clock");

  /** Clocks differ: what has just ended may still hold at the grantor. */
  private static final long TOLERANCE_MILLIS = 120_000;

  private final String text;

  ClaimProblem(String text) {
    this.text = text;
  }

  String text() {
    return text;
  }

  static @Nullable ClaimProblem of(Claim claim, AgentId self, String function, long nowMillis) {
    if (!claim.isSecret() && !claim.chain().last().scope().audience().includes(self)) {
      return NOT_FOR_THIS_AGENT;
    }
    for (ChainPart part : claim.chain().parts()) {
      if (!part.scope().names(function)) {
        return NOT_THIS_FUNCTION;
      }
      for (Condition condition : part.scope().conditions()) {
        if (condition instanceof Condition.NotAfter end
            && end.millis() + TOLERANCE_MILLIS <= nowMillis) {
          return ENDED;
        }
      }
    }
    return null;
  }
}
