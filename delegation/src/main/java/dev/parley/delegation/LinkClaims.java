package dev.parley.delegation;

import dev.parley.delegation.chain.Chain;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of the chains that one peer has shown on one link: whose signatures were good,
 * and how many signatures it may still have checked. Thread-safe.
 */
final class LinkClaims {
  static final int MAX_CHAINS = 64;
  static final int CHECKS_BURST = 64;
  private static final long NANOS_A_CHECK = TimeUnit.SECONDS.toNanos(1) / 16;

  private final Map<ByteBuffer, Chain> proved =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ByteBuffer, Chain> eldest) {
          return size() > MAX_CHAINS;
        }
      };
  private long paidUntilNanos; // guarded by this, like the map

  /** The first bytes of the digest, by which a chain is called for after its first use. */
  static byte[] reference(Chain chain) {
    return java.util.Arrays.copyOf(chain.digest(), ClaimFields.REFERENCE_LENGTH);
  }

  synchronized @Nullable Chain proved(byte[] reference) {
    return proved.get(ByteBuffer.wrap(reference));
  }

  synchronized void prove(Chain chain) {
    proved.put(ByteBuffer.wrap(reference(chain)), chain);
  }

  /** Whether so many signatures may be checked now. */
  synchronized boolean mayCheck(int signatures, long nowNanos) {
    long earliest = nowNanos - CHECKS_BURST * NANOS_A_CHECK;
    long from = paidUntilNanos == 0 || paidUntilNanos - earliest < 0 ? earliest : paidUntilNanos;
    long to = from + signatures * NANOS_A_CHECK;
    if (to - nowNanos > 0) {
      return false;
    }
    paidUntilNanos = to;
    return true;
  }
}
