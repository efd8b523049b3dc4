package dev.parley.naive;

import static dev.parley.naive.NaiveBytes.utf8;

/**
 * A handshake that is done, PROTOCOL.md §9.
 *
 * @param h the handshake hash
 * @param sendKey the key of the records that this side seals
 * @param receiveKey the key of the records that it opens
 */
public record NaiveSession(
    NaiveSuite suite,
    byte[] h,
    byte[] sendKey,
    byte[] receiveKey,
    byte[] peerId,
    NaiveLimits limits,
    NaiveLimits peerLimits,
    long features) {

  byte[] sessionId() {
    return exporter("parley sid", 16);
  }

  byte[] exporter(String label) {
    return exporter(label, 32);
  }

  private byte[] exporter(String label, int length) {
    return NaiveCrypto.hkdf(h, utf8(label), length);
  }

  int maxRecord() {
    return (int) Math.min(limits.record(), peerLimits.record());
  }

  int mtu() {
    return maxRecord() - 20;
  }
}
