package dev.parley.transport.rsocket.socket;

import dev.parley.spi.NodeListener.HandshakeOutcome;
import dev.parley.transport.session.RefusalReason;

/** What a listener is told of a refused handshake. */
final class HandshakeOutcomes {
  private HandshakeOutcomes() {}

  static HandshakeOutcome of(RefusalReason reason) {
    return switch (reason) {
      case BAD_LENGTH -> HandshakeOutcome.BAD_LENGTH;
      case BAD_MAGIC -> HandshakeOutcome.BAD_MAGIC;
      case OTHER_VERSION -> HandshakeOutcome.OTHER_VERSION;
      case BAD_FLAGS -> HandshakeOutcome.BAD_FLAGS;
      case BAD_MAC1 -> HandshakeOutcome.BAD_MAC1;
      case REPLAYED -> HandshakeOutcome.REPLAYED;
      case CLOCK_SKEW -> HandshakeOutcome.CLOCK_SKEW;
      case UNKNOWN_SUITE -> HandshakeOutcome.UNKNOWN_SUITE;
      case SUITE_NOT_ALLOWED -> HandshakeOutcome.SUITE_NOT_ALLOWED;
      case BAD_HEADER -> HandshakeOutcome.BAD_HEADER;
      case NOISE_FAILURE -> HandshakeOutcome.NOISE_FAILURE;
      case BAD_PAYLOAD -> HandshakeOutcome.BAD_PAYLOAD;
      case INVALID_IDENTITY -> HandshakeOutcome.INVALID_IDENTITY;
      case IDENTITY_MISMATCH -> HandshakeOutcome.IDENTITY_MISMATCH;
    };
  }
}
