package dev.parley.transport.session;

import java.util.List;

/**
 * The suites that a node dials with and answers to.
 *
 * <p>The policy is a floor, not an offer: nothing that a peer sends widens it.
 *
 * @param allowed suites in order of preference, most preferred first; no duplicates
 * @param requirePostQuantum when true (the default) suites without ML-KEM-768 are out of reach even
 *     where {@code allowed} lists them
 */
public record SuitePolicy(List<Suite> allowed, boolean requirePostQuantum) {
  private static final SuitePolicy DEFAULTS =
      new SuitePolicy(List.of(Suite.AES_256_GCM_MLKEM768, Suite.CHACHA20_POLY1305_MLKEM768), true);

  /**
   * Checks that at least one suite can be reached.
   *
   * @throws IllegalArgumentException if no suite is permitted or one is listed twice
   */
  public SuitePolicy {
    allowed = List.copyOf(allowed);
    if (allowed.stream().distinct().count() != allowed.size()) {
      throw new IllegalArgumentException("suites.allowed lists a suite twice");
    }
    boolean reachable = false;
    for (Suite suite : allowed) {
      reachable |= suite.postQuantum() || !requirePostQuantum;
    }
    if (!reachable) {
      throw new IllegalArgumentException(
          "suites.allowed is "
              + allowed
              + ", must permit a suite under requirePostQuantum="
              + requirePostQuantum);
    }
  }

  /** Returns the policy of suites 1 and 2, post-quantum required. */
  public static SuitePolicy defaults() {
    return DEFAULTS;
  }

  /** Returns whether sessions of {@code suite} are permitted. */
  public boolean permits(Suite suite) {
    return allowed.contains(suite) && (suite.postQuantum() || !requirePostQuantum);
  }

  /** Returns the suite to dial with when nothing is known of the peer. */
  public Suite preferred() {
    for (Suite suite : allowed) {
      if (permits(suite)) {
        return suite;
      }
    }
    throw new AssertionError("checked by the constructor");
  }
}
