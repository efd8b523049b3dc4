package dev.parley.transport.session;

import dev.parley.AgentId;
import org.jspecify.annotations.Nullable;

/**
 * Whom to start a session with, and how; an immutable value.
 *
 * <p>The responder's agent id is all that a dial needs to know. There is no dial without it.
 */
public final class Dial {
  /** Most bytes of {@linkplain #credentials(byte[]) credentials}. */
  public static final int MAX_CREDENTIALS_BYTES = HandshakePayloads.MAX_CREDENTIALS_BYTES;

  private final AgentId responder;
  private final @Nullable Suite suite;
  private final boolean relayed;
  private final boolean check;
  private final byte[] credentials;

  private Dial(
      AgentId responder,
      @Nullable Suite suite,
      boolean relayed,
      boolean check,
      byte[] credentials) {
    this.responder = responder;
    this.suite = suite;
    this.relayed = relayed;
    this.check = check;
    this.credentials = credentials;
  }

  /** Returns a direct dial of {@code responder} with the suite that the options prefer. */
  public static Dial to(AgentId responder) {
    return new Dial(responder, null, false, false, new byte[0]);
  }

  /** Returns a copy that uses {@code suite}. */
  public Dial suite(Suite suite) {
    return new Dial(responder, suite, relayed, check, credentials);
  }

  /** Returns a copy that says whether the bytes pass through a relay; default false. */
  public Dial relayed(boolean relayed) {
    return new Dial(responder, suite, relayed, check, credentials);
  }

  /**
   * Returns a copy that says whether the dial only checks the address: the responder then proves
   * its key, but neither side uses the link for messages; default false.
   */
  public Dial check(boolean check) {
    return new Dial(responder, suite, relayed, check, credentials);
  }

  /**
   * Returns a copy that presents {@code credentials} to the responder, encrypted in the third
   * message; default none.
   *
   * @throws IllegalArgumentException if they are longer than {@link #MAX_CREDENTIALS_BYTES}
   */
  public Dial credentials(byte[] credentials) {
    if (credentials.length > MAX_CREDENTIALS_BYTES) {
      throw new IllegalArgumentException(
          "credentials are " + credentials.length + " bytes, must be 0.." + MAX_CREDENTIALS_BYTES);
    }
    return new Dial(responder, suite, relayed, check, credentials.clone());
  }

  /** Returns the agent to reach. */
  public AgentId responder() {
    return responder;
  }

  boolean relayed() {
    return relayed;
  }

  boolean check() {
    return check;
  }

  byte[] credentials() {
    return credentials.clone();
  }

  Suite suite(SuitePolicy policy) {
    Suite chosen = suite == null ? policy.preferred() : suite;
    if (!policy.permits(chosen)) {
      throw new IllegalArgumentException("suite " + chosen + " is not permitted by the policy");
    }
    return chosen;
  }
}
