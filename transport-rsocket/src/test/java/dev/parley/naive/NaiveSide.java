package dev.parley.naive;

/**
 * What either side brings to a handshake.
 *
 * @param instance 16 bytes, or none for a side that does not tell
 * @param roles 0 for a side that has none
 * @param timeMs milliseconds since 1970
 * @param ephemeral the X25519 private key of this handshake
 * @param kemRandom the initiator's seed d ‖ z, 64 bytes; the responder's m, 32 bytes
 */
public record NaiveSide(
    NaiveAgent agent,
    NaiveNetwork network,
    NaiveLimits limits,
    long features,
    byte[] instance,
    long roles,
    long timeMs,
    byte[] ephemeral,
    byte[] kemRandom) {

  /** Appends what this side tells of its process. */
  NaiveFields introduce(NaiveFields fields) {
    if (instance.length > 0) {
      fields.with(NaiveFields.INSTANCE, instance);
    }
    if (roles != 0) {
      fields.with(NaiveFields.ROLES, NaiveBytes.uint(roles, 4));
    }
    return fields;
  }
}
