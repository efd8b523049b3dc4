package dev.parley.transport.noise;

import dev.parley.transport.crypto.AeadAlgorithm;
import dev.parley.transport.crypto.AeadKey;
import dev.parley.transport.crypto.AeadProvider;
import java.util.Arrays;

/**
 * The two transport keys a handshake ends with (Noise revision 34, Split), each starting at counter
 * zero.
 *
 * <p>Not thread-safe. Call {@link #destroy()} once the {@link AeadKey}s are made.
 */
public final class SessionKeys {

  private final AeadProvider provider;
  private final AeadAlgorithm algorithm;
  private final boolean oneWay;
  private final byte[] initiatorToResponder = new byte[AeadAlgorithm.KEY_BYTES];
  private final byte[] responderToInitiator = new byte[AeadAlgorithm.KEY_BYTES];
  private boolean destroyed;

  SessionKeys(ProtocolName protocol, AeadProvider provider, SymmetricState symmetric) {
    this.provider = provider;
    this.algorithm = protocol.cipher();
    this.oneWay = protocol.pattern().isOneWay();
    symmetric.split(initiatorToResponder, responderToInitiator);
  }

  /** A copy of the key for what the initiator sends; the caller erases it. */
  public byte[] initiatorToResponder() {
    return key(Role.INITIATOR).clone();
  }

  /**
   * A copy of the key for what the responder sends; the caller erases it.
   *
   * @throws IllegalStateException if the pattern is one-way
   */
  public byte[] responderToInitiator() {
    return key(Role.RESPONDER).clone();
  }

  /**
   * A new key object to seal what a side sends.
   *
   * @throws IllegalStateException if the pattern is one-way and the side is the responder
   */
  public AeadKey sealer(Role self) {
    return provider.key(algorithm, key(self));
  }

  /**
   * A new key object to open what a side receives.
   *
   * @throws IllegalStateException if the pattern is one-way and the side is the initiator
   */
  public AeadKey opener(Role self) {
    return provider.key(algorithm, key(self.peer()));
  }

  /** Erases both keys; idempotent. Key objects made before are not affected. */
  public void destroy() {
    destroyed = true;
    Arrays.fill(initiatorToResponder, (byte) 0);
    Arrays.fill(responderToInitiator, (byte) 0);
  }

  private byte[] key(Role sender) {
    if (destroyed) {
      throw new IllegalStateException("session keys are destroyed");
    }
    if (oneWay && sender == Role.RESPONDER) {
      throw new IllegalStateException("the responder of a one-way pattern never sends");
    }
    return sender == Role.INITIATOR ? initiatorToResponder : responderToInitiator;
  }
}
