package dev.parley.transport.noise;

import dev.parley.transport.crypto.AeadProviders;

/** Shows what the vectors print, and makes first messages that no initiator would make. */
public final class NoiseInternals {

  private NoiseInternals() {}

  public static byte[] agree(byte[] privateKey, byte[] publicKey) {
    byte[] shared = new byte[Dh.x25519().keyBytes()];
    if (!Dh.x25519().agree(privateKey, publicKey, shared)) {
      throw new IllegalArgumentException("a key of small order");
    }
    return shared;
  }

  public static byte[] kemPublicKey(byte[] seed) {
    return MlKem768.INSTANCE.generate(seed).publicKey();
  }

  /** Ciphertext and shared secret. */
  public static byte[][] kemEncapsulate(byte[] publicKey, byte[] message) {
    try {
      Kem.Encapsulation result = MlKem768.INSTANCE.encapsulate(publicKey, message);
      return new byte[][] {result.ciphertext(), result.secret()};
    } catch (HandshakeException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** The first message of a hybrid suite, whatever is in it. */
  public static byte[] hybridMessage1(
      ProtocolName protocol,
      byte[] prologue,
      byte[] psk,
      byte[] responderStatic,
      byte[] ephemeral,
      byte[] kemPublicKey,
      byte[] payload) {
    CipherState cipher =
        new CipherState(AeadProviders.select(protocol.cipher()), protocol.cipher());
    SymmetricState state = new SymmetricState(protocol.bytes(), protocol.newHash(), cipher);
    state.mixHash(prologue);
    state.mixHash(responderStatic);
    state.mixKeyAndHash(psk);
    byte[] e = Dh.x25519().publicKey(ephemeral);
    state.mixHash(e);
    state.mixKey(e);
    state.mixKey(agree(ephemeral, responderStatic));
    byte[] message = new byte[e.length + kemPublicKey.length + payload.length + 32];
    System.arraycopy(e, 0, message, 0, e.length);
    int at = e.length + state.encryptAndHash(kemPublicKey, message, e.length);
    state.encryptAndHash(payload, message, at);
    return message;
  }
}
