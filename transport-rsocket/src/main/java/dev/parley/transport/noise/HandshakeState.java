package dev.parley.transport.noise;

import dev.parley.transport.crypto.AeadAlgorithm;
import dev.parley.transport.crypto.AeadException;
import dev.parley.transport.crypto.AeadProvider;
import dev.parley.transport.crypto.AeadProviders;
import dev.parley.transport.crypto.RandomSource;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One side of one Noise handshake (revision 34, section 5.3), driven by the tokens of its pattern.
 *
 * <p>Call {@link #writeMessage} and {@link #readMessage} in turn until {@link #isComplete()}, then
 * {@link #split()}. The first {@link HandshakeException} ends the handshake: the state erases
 * itself and reading, writing and splitting throw {@link IllegalStateException} from then on.
 *
 * <p>Random bytes are drawn only by {@link #writeMessage}, token by token: {@code e} takes the
 * private key (32 bytes for 25519, 56 for 448), {@code e1} the 64-byte ML-KEM seed {@code d || z},
 * {@code ekem1} the 32-byte ML-KEM message {@code m}. An all-zero Diffie-Hellman result, which the
 * specification lets an implementation reject, fails the handshake.
 *
 * <p>Not thread-safe.
 */
public final class HandshakeState {

  /** The largest Noise message in bytes, payload and tags included. */
  public static final int MAX_MESSAGE_BYTES = 65_535;

  private final ProtocolName protocol;
  private final HandshakePattern pattern;
  private final Role role;
  private final boolean mixesEphemerals;
  private final AeadProvider aead;
  private final RandomSource random;
  private final @Nullable HandshakeTrace trace;
  private final SymmetricState symmetric;
  private final HandshakeKeys keys;
  private int message;
  private boolean destroyed;

  HandshakeState(HandshakeBuilder from) {
    this.protocol = from.protocol;
    this.pattern = protocol.pattern();
    this.role = from.role;
    this.mixesEphemerals = pattern.pskCount() > 0;
    this.aead = from.aead == null ? AeadProviders.select(protocol.cipher()) : from.aead;
    this.random = from.random == null ? RandomSource.secure() : from.random;
    this.trace = from.trace;
    this.symmetric =
        new SymmetricState(
            protocol.bytes(), protocol.newHash(), new CipherState(aead, protocol.cipher()));
    this.keys = new HandshakeKeys(from);
    symmetric.mixHash(from.prologue);
    mixPreMessage(Role.INITIATOR);
    mixPreMessage(Role.RESPONDER);
    trace(-1, "start");
  }

  /** Starts the configuration of one side of a handshake. */
  public static HandshakeBuilder builder(ProtocolName protocol, Role role) {
    return new HandshakeBuilder(protocol, role);
  }

  private void mixPreMessage(Role owner) {
    boolean own = owner == role;
    for (Token token : pattern.preMessage(owner)) {
      if (token == Token.E) {
        mixEphemeral(own ? keys.ephemeralPublic() : keys.remoteEphemeral());
      } else {
        symmetric.mixHash(own ? keys.staticPublic() : keys.remoteStatic());
      }
    }
  }

  /** Section 9.2: with pre-shared keys, an ephemeral public key is mixed into the key too. */
  private void mixEphemeral(byte[] publicKey) {
    symmetric.mixHash(publicKey);
    if (mixesEphemerals) {
      symmetric.mixKey(publicKey);
    }
  }

  /**
   * Writes the next message.
   *
   * @param payload sent inside the message; encrypted as far as the pattern has got by then
   * @return the message, at most {@value #MAX_MESSAGE_BYTES} bytes
   * @throws IllegalArgumentException if the message would be larger; nothing has happened then
   * @throws IllegalStateException if it is not this side's turn, or the handshake is over
   * @throws HandshakeException if a public key the peer sent before turns out to be unusable
   */
  public byte[] writeMessage(byte[] payload) throws HandshakeException {
    requireTurn(true);
    byte[] out = new byte[checkedLength(payload.length)];
    try {
      int position = 0;
      for (Token token : pattern.messages().get(message)) {
        position = write(token, out, position);
        trace(message, token.toString());
      }
      symmetric.encryptAndHash(payload, out, position);
    } catch (HandshakeException | RuntimeException e) {
      destroy();
      throw e;
    }
    trace(message, "payload");
    message++;
    return out;
  }

  private int write(Token token, byte[] out, int position) throws HandshakeException {
    switch (token) {
      case E -> {
        byte[] publicKey = keys.generateEphemeral(random);
        System.arraycopy(publicKey, 0, out, position, publicKey.length);
        mixEphemeral(publicKey);
        return position + publicKey.length;
      }
      case S -> {
        return position + symmetric.encryptAndHash(keys.staticPublic(), out, position);
      }
      case E1 -> {
        return position + symmetric.encryptAndHash(keys.generateKemKey(random), out, position);
      }
      case EKEM1 -> {
        Kem.Encapsulation encapsulation = keys.encapsulate(random);
        int written = symmetric.encryptAndHash(encapsulation.ciphertext(), out, position);
        mixSecret(encapsulation.secret());
        return position + written;
      }
      default -> {
        mix(token);
        return position;
      }
    }
  }

  /**
   * Reads the peer's next message.
   *
   * @return the payload
   * @throws IllegalStateException if it is the other side's turn, or the handshake is over
   * @throws IndexOutOfBoundsException if the range lies outside the array
   * @throws HandshakeException if the message is not what the peer has to send, for whatever reason
   */
  public byte[] readMessage(byte[] in, int off, int len) throws HandshakeException {
    requireTurn(false);
    Objects.checkFromIndexSize(off, len, in.length);
    try {
      byte[] payload = readTokens(in, off, off + len);
      trace(message, "payload");
      message++;
      return payload;
    } catch (AeadException e) {
      destroy();
      throw HandshakeException.failed();
    } catch (HandshakeException | RuntimeException e) {
      destroy();
      throw e;
    }
  }

  private byte[] readTokens(byte[] in, int off, int end) throws HandshakeException, AeadException {
    if (end - off > MAX_MESSAGE_BYTES || end - off < overhead()) {
      throw HandshakeException.failed();
    }
    int position = off;
    for (Token token : pattern.messages().get(message)) {
      position = read(token, in, position);
      trace(message, token.toString());
    }
    return decrypt(in, position, end - position);
  }

  private int read(Token token, byte[] in, int position) throws HandshakeException, AeadException {
    int keyBytes = protocol.dh().keyBytes();
    switch (token) {
      case E -> {
        byte[] publicKey = Arrays.copyOfRange(in, position, position + keyBytes);
        keys.remoteEphemeral(publicKey);
        mixEphemeral(publicKey);
        return position + keyBytes;
      }
      case S -> {
        int length = keyBytes + symmetric.overhead();
        keys.remoteStatic(decrypt(in, position, length));
        return position + length;
      }
      case E1 -> {
        int length = keys.kem().publicKeyBytes() + symmetric.overhead();
        keys.remoteKemKey(decrypt(in, position, length));
        return position + length;
      }
      case EKEM1 -> {
        int length = keys.kem().ciphertextBytes() + symmetric.overhead();
        mixSecret(keys.decapsulate(decrypt(in, position, length)));
        return position + length;
      }
      default -> {
        mix(token);
        return position;
      }
    }
  }

  private byte[] decrypt(byte[] in, int off, int len) throws AeadException {
    byte[] plain = new byte[len - symmetric.overhead()];
    symmetric.decryptAndHash(in, off, len, plain);
    return plain;
  }

  /** A token that carries no bytes. */
  private void mix(Token token) throws HandshakeException {
    if (token == Token.PSK) {
      symmetric.mixKeyAndHash(keys.nextPsk());
    } else {
      mixSecret(keys.agree(token, role));
    }
  }

  private void mixSecret(byte[] secret) {
    symmetric.mixKey(secret);
    Arrays.fill(secret, (byte) 0);
  }

  private int checkedLength(int payloadBytes) {
    int length = overhead() + payloadBytes;
    if (length > MAX_MESSAGE_BYTES) {
      throw new IllegalArgumentException(
          "message is " + length + " bytes, must be at most " + MAX_MESSAGE_BYTES);
    }
    return length;
  }

  /** How much larger the next message is than its payload. */
  private int overhead() {
    boolean key = symmetric.hasKey();
    int length = 0;
    for (Token token : pattern.messages().get(message)) {
      int tag = key ? AeadAlgorithm.TAG_BYTES : 0;
      length +=
          switch (token) {
            case E -> protocol.dh().keyBytes();
            case S -> protocol.dh().keyBytes() + tag;
            case E1 -> keys.kem().publicKeyBytes() + tag;
            case EKEM1 -> keys.kem().ciphertextBytes() + tag;
            default -> 0;
          };
      key |= token.isDh() || token == Token.PSK || token == Token.EKEM1;
      key |= token == Token.E && mixesEphemerals;
    }
    return length + (key ? AeadAlgorithm.TAG_BYTES : 0);
  }

  /** Whether this side writes the next message. False once the handshake is over. */
  public boolean isMyTurn() {
    return !destroyed && !isComplete() && pattern.sender(message) == role;
  }

  /** Whether all messages have been exchanged. */
  public boolean isComplete() {
    return message == pattern.messages().size();
  }

  /**
   * The hash of the whole handshake, for channel binding (section 11.2). Not secret.
   *
   * @throws IllegalStateException if the handshake is not complete
   */
  public byte[] handshakeHash() {
    requireComplete();
    return symmetric.handshakeHash();
  }

  /**
   * The peer's static public key, or null while it is not known. One that was received is
   * authenticated only once the handshake is complete.
   */
  public byte @Nullable [] remoteStatic() {
    byte[] publicKey = keys.remoteStatic();
    return publicKey.length == 0 ? null : publicKey.clone();
  }

  /**
   * Derives the transport keys and erases all secrets here. Works once.
   *
   * @throws IllegalStateException if the handshake is not complete, or has been split or destroyed
   */
  public SessionKeys split() {
    requireComplete();
    if (destroyed) {
      throw new IllegalStateException("handshake is destroyed or split already");
    }
    SessionKeys sessionKeys = new SessionKeys(protocol, aead, symmetric);
    destroy();
    return sessionKeys;
  }

  /** Erases all secrets; idempotent. Handshake hash and remote static key stay readable. */
  public void destroy() {
    destroyed = true;
    keys.destroy();
    symmetric.destroy();
  }

  private void requireTurn(boolean writing) {
    if (destroyed || isComplete()) {
      throw new IllegalStateException("handshake is over");
    }
    if (isMyTurn() != writing) {
      throw new IllegalStateException(writing ? "not this side's turn" : "this side's turn");
    }
  }

  private void requireComplete() {
    if (!isComplete()) {
      throw new IllegalStateException("handshake is not complete");
    }
  }

  private void trace(int index, String step) {
    if (trace != null) {
      trace.step(index, step, symmetric.chainingKey(), symmetric.handshakeHash());
    }
  }
}
