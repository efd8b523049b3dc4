package dev.parley.transport.noise;

import dev.parley.transport.crypto.RandomSource;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The key variables of one handshake, {@code s e rs re} and their KEM kin, with their erasure. */
final class HandshakeKeys {

  private static final byte[] NONE = {};

  private final Dh dh;
  private final @Nullable Kem kem;
  private final byte[] staticPrivate;
  private final byte[] staticPublic;
  private final List<byte[]> psks;
  private byte[] ephemeralPrivate;
  private byte[] ephemeralPublic;
  private byte[] remoteStatic;
  private byte[] remoteEphemeral;
  private Kem.@Nullable KeyPair kemKeyPair;
  private byte[] remoteKemKey = NONE;
  private int psksUsed;

  HandshakeKeys(HandshakeBuilder from) {
    this.dh = from.protocol.dh();
    this.kem = from.protocol.kem();
    this.staticPrivate = copy(from.localStaticPrivate);
    this.staticPublic = copy(from.localStaticPublic);
    this.psks = from.psks.stream().map(byte[]::clone).toList();
    this.ephemeralPrivate = copy(from.localEphemeral);
    this.ephemeralPublic = ephemeralPrivate.length > 0 ? dh.publicKey(ephemeralPrivate) : NONE;
    this.remoteStatic = copy(from.remoteStatic);
    this.remoteEphemeral = copy(from.remoteEphemeral);
  }

  private static byte[] copy(byte @Nullable [] key) {
    return key == null ? NONE : key.clone();
  }

  byte[] staticPublic() {
    return staticPublic;
  }

  byte[] ephemeralPublic() {
    return ephemeralPublic;
  }

  /** The peer's static public key, empty while unknown. */
  byte[] remoteStatic() {
    return remoteStatic;
  }

  byte[] remoteEphemeral() {
    return remoteEphemeral;
  }

  void remoteStatic(byte[] publicKey) {
    remoteStatic = publicKey;
  }

  void remoteEphemeral(byte[] publicKey) {
    remoteEphemeral = publicKey;
  }

  void remoteKemKey(byte[] publicKey) {
    remoteKemKey = publicKey;
  }

  /** The KEM of a hybrid protocol. */
  Kem kem() {
    return Objects.requireNonNull(kem);
  }

  byte[] nextPsk() {
    return psks.get(psksUsed++);
  }

  /** Generates the ephemeral key pair and returns its public key. */
  byte[] generateEphemeral(RandomSource random) {
    byte[] privateKey = new byte[dh.keyBytes()];
    random.fill(privateKey);
    ephemeralPrivate = privateKey;
    ephemeralPublic = dh.publicKey(privateKey);
    return ephemeralPublic;
  }

  /** Generates the KEM key pair and returns its public key. */
  byte[] generateKemKey(RandomSource random) {
    byte[] seed = new byte[kem().keySeedBytes()];
    random.fill(seed);
    Kem.KeyPair keyPair = kem().generate(seed);
    Arrays.fill(seed, (byte) 0);
    kemKeyPair = keyPair;
    return keyPair.publicKey();
  }

  Kem.Encapsulation encapsulate(RandomSource random) throws HandshakeException {
    byte[] seed = new byte[kem().encapsulationSeedBytes()];
    random.fill(seed);
    try {
      return kem().encapsulate(remoteKemKey, seed);
    } finally {
      Arrays.fill(seed, (byte) 0);
    }
  }

  /** Recovers the KEM secret and erases the KEM private key, which has served. */
  byte[] decapsulate(byte[] ciphertext) throws HandshakeException {
    Kem.KeyPair keyPair = Objects.requireNonNull(kemKeyPair);
    try {
      return keyPair.decapsulate(ciphertext);
    } finally {
      keyPair.destroy();
      kemKeyPair = null;
    }
  }

  /** Computes the Diffie-Hellman secret that a token names, seen from {@code self}. */
  byte[] agree(Token token, Role self) throws HandshakeException {
    boolean initiator = self == Role.INITIATOR;
    boolean localEphemeral = token == Token.EE || token == (initiator ? Token.ES : Token.SE);
    boolean peerEphemeral = token == Token.EE || token == (initiator ? Token.SE : Token.ES);
    byte[] shared = new byte[dh.keyBytes()];
    boolean nonZero =
        dh.agree(
            localEphemeral ? ephemeralPrivate : staticPrivate,
            peerEphemeral ? remoteEphemeral : remoteStatic,
            shared);
    if (!nonZero) {
      throw HandshakeException.failed();
    }
    return shared;
  }

  /** Erases all private keys and pre-shared keys; public keys stay. */
  void destroy() {
    Arrays.fill(staticPrivate, (byte) 0);
    Arrays.fill(ephemeralPrivate, (byte) 0);
    psks.forEach(psk -> Arrays.fill(psk, (byte) 0));
    if (kemKeyPair != null) {
      kemKeyPair.destroy();
      kemKeyPair = null;
    }
  }
}
