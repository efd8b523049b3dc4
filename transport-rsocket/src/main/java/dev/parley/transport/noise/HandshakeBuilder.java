package dev.parley.transport.noise;

import dev.parley.transport.crypto.AeadProvider;
import dev.parley.transport.crypto.AeadProviders;
import dev.parley.transport.crypto.RandomSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Configures one side of a handshake. Arrays are copied by {@link #build()}; the caller erases its
 * own.
 *
 * <p>A key is given if and only if the pattern has this side know it beforehand. That is strict on
 * purpose: a remote static key given to a pattern that transmits it would look like pinning and be
 * none.
 */
public final class HandshakeBuilder {

  private static final int PSK_BYTES = 32;

  final ProtocolName protocol;
  final Role role;
  byte[] prologue = {};
  List<byte[]> psks = List.of();
  byte @Nullable [] localStaticPrivate;
  byte @Nullable [] localStaticPublic;
  byte @Nullable [] localEphemeral;
  byte @Nullable [] remoteStatic;
  byte @Nullable [] remoteEphemeral;
  @Nullable RandomSource random;
  @Nullable AeadProvider aead;
  @Nullable HandshakeTrace trace;

  HandshakeBuilder(ProtocolName protocol, Role role) {
    this.protocol = protocol;
    this.role = role;
  }

  /** Data both sides must agree on; any length. Default: empty. */
  public HandshakeBuilder prologue(byte[] prologue) {
    this.prologue = prologue;
    return this;
  }

  /** The pre-shared keys, 32 bytes each, in the order of their tokens. Default: none. */
  public HandshakeBuilder psks(List<byte[]> psks) {
    this.psks = List.copyOf(psks);
    return this;
  }

  /** This side's static key pair. That the two belong together is not checked. */
  public HandshakeBuilder localStatic(byte[] privateKey, byte[] publicKey) {
    this.localStaticPrivate = privateKey;
    this.localStaticPublic = publicKey;
    return this;
  }

  /** The peer's static public key, for patterns that presuppose it. */
  public HandshakeBuilder remoteStatic(byte[] publicKey) {
    this.remoteStatic = publicKey;
    return this;
  }

  /**
   * This side's ephemeral private key, for {@code fallback} patterns that presuppose it. Elsewhere
   * the handshake draws its own.
   */
  public HandshakeBuilder localEphemeral(byte[] privateKey) {
    this.localEphemeral = privateKey;
    return this;
  }

  /** The peer's ephemeral public key, for {@code fallback} patterns that presuppose it. */
  public HandshakeBuilder remoteEphemeral(byte[] publicKey) {
    this.remoteEphemeral = publicKey;
    return this;
  }

  /** Where private keys come from. Default: {@link RandomSource#secure()}. */
  public HandshakeBuilder random(RandomSource random) {
    this.random = random;
    return this;
  }

  /** The cipher implementation. Default: {@link AeadProviders#select}. */
  public HandshakeBuilder aead(AeadProvider aead) {
    this.aead = aead;
    return this;
  }

  /** Observes intermediate values, which are secret; for test vectors. Default: none. */
  public HandshakeBuilder trace(HandshakeTrace trace) {
    this.trace = trace;
    return this;
  }

  /**
   * Creates the handshake.
   *
   * @throws IllegalArgumentException naming every key that is missing, superfluous or of a wrong
   *     length
   */
  public HandshakeState build() {
    List<String> problems = new ArrayList<>();
    HandshakePattern pattern = protocol.pattern();
    List<Token> own = pattern.preMessage(role);
    List<Token> peers = pattern.preMessage(role.peer());
    boolean usesStatic = pattern.usesStatic(role);
    checkKey("local static private key", localStaticPrivate, usesStatic, problems);
    checkKey("local static public key", localStaticPublic, usesStatic, problems);
    checkKey("local ephemeral key", localEphemeral, own.contains(Token.E), problems);
    checkKey("remote static key", remoteStatic, peers.contains(Token.S), problems);
    checkKey("remote ephemeral key", remoteEphemeral, peers.contains(Token.E), problems);
    checkPsks(pattern.pskCount(), problems);
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          protocol + " as " + role + ": " + String.join("; ", problems));
    }
    return new HandshakeState(this);
  }

  private void checkKey(
      String what, byte @Nullable [] key, boolean expected, List<String> problems) {
    if (key == null) {
      if (expected) {
        problems.add(what + " is missing");
      }
    } else if (!expected) {
      problems.add(what + " is given but not part of the pattern");
    } else if (key.length != protocol.dh().keyBytes()) {
      problems.add(what + " is " + key.length + " bytes, must be " + protocol.dh().keyBytes());
    }
  }

  private void checkPsks(int expected, List<String> problems) {
    if (psks.size() != expected) {
      problems.add(psks.size() + " pre-shared keys given, must be " + expected);
    }
    for (byte[] psk : psks) {
      if (psk.length != PSK_BYTES) {
        problems.add("pre-shared key is " + psk.length + " bytes, must be " + PSK_BYTES);
      }
    }
  }
}
