package dev.parley.naive;

/**
 * What either side brings to a handshake.
 *
 * @param timeMs milliseconds since 1970
 * @param ephemeral the X25519 private key of this handshake
 * @param kemRandom the initiator's seed d ‖ z, 64 bytes; the responder's m, 32 bytes
 */
public record NaiveSide(
    NaiveAgent agent,
    NaiveNetwork network,
    NaiveLimits limits,
    long features,
    long timeMs,
    byte[] ephemeral,
    byte[] kemRandom) {}
