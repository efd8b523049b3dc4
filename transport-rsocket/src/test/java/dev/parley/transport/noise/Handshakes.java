package dev.parley.transport.noise;

import dev.parley.transport.crypto.AeadProvider;
import dev.parley.transport.crypto.RandomSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Builds both sides of a handshake of any protocol from a seed. */
final class Handshakes {

  static final byte[] PROLOGUE = {'t', 'e', 's', 't'};

  private Handshakes() {}

  static RandomSource seeded(long seed) {
    return new Random(seed)::nextBytes;
  }

  static byte[] bytes(long seed, int length) {
    byte[] bytes = new byte[length];
    seeded(seed).fill(bytes);
    return bytes;
  }

  static byte[] staticPrivate(ProtocolName protocol, Role role) {
    return bytes(role == Role.INITIATOR ? 1 : 2, protocol.dh().keyBytes());
  }

  static byte[] staticPublic(ProtocolName protocol, Role role) {
    return protocol.dh().publicKey(staticPrivate(protocol, role));
  }

  /** One side with all keys that the pattern wants. */
  static HandshakeBuilder builder(ProtocolName protocol, Role role) {
    HandshakePattern pattern = protocol.pattern();
    int keyBytes = protocol.dh().keyBytes();
    HandshakeBuilder builder =
        HandshakeState.builder(protocol, role)
            .prologue(PROLOGUE)
            .random(seeded(role == Role.INITIATOR ? 3 : 4));
    if (pattern.usesStatic(role)) {
      builder.localStatic(staticPrivate(protocol, role), staticPublic(protocol, role));
    }
    if (pattern.preMessage(role.peer()).contains(Token.S)) {
      builder.remoteStatic(staticPublic(protocol, role.peer()));
    }
    if (pattern.preMessage(role).contains(Token.E)) {
      builder.localEphemeral(bytes(5, keyBytes));
    }
    if (pattern.preMessage(role.peer()).contains(Token.E)) {
      builder.remoteEphemeral(protocol.dh().publicKey(bytes(5, keyBytes)));
    }
    List<byte[]> psks = new ArrayList<>();
    for (int i = 0; i < pattern.pskCount(); i++) {
      psks.add(bytes(10 + i, 32));
    }
    return builder.psks(psks);
  }

  static HandshakeState state(ProtocolName protocol, Role role, @Nullable AeadProvider provider) {
    HandshakeBuilder builder = builder(protocol, role);
    return (provider == null ? builder : builder.aead(provider)).build();
  }
}
