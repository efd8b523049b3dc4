package dev.parley.transport.session;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.parley.AgentId;
import dev.parley.Network;
import dev.parley.NetworkId;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What a handshake needs of a network, all by HKDF-SHA256 with an empty salt and the network's
 * secret as input keying material.
 *
 * <pre>
 * networkId = HKDF(info = "parley id", 32)                          public
 * psk       = HKDF(info = "parley psk" suite, 32)                   suite: its one byte, 1 to 4
 * K_mac1    = HKDF(info = "parley mac1" responder's agent id, 32)   32 bytes of id
 * mac1      = HMAC-SHA256(K_mac1, magic suite flags noise message 1)[0..16)
 * </pre>
 *
 * <p>Labels are ASCII without a terminator; none is a prefix of another. Immutable and thread-safe.
 */
final class NetworkKeys {
  private static final String HMAC = "HmacSHA256";
  private static final byte[] PSK_LABEL = "parley psk".getBytes(US_ASCII);
  private static final byte[] MAC1_LABEL = "parley mac1".getBytes(US_ASCII);
  private static final int KEY_BYTES = 32;

  private final Network network;
  private final SecretKeySpec mac1Key;
  private final Mac mac1; // keyed, and cloned for each use: looking one up costs as much as its use

  /** Derives the keys for handshakes that {@code responder} answers in {@code network}. */
  NetworkKeys(Network network, AgentId responder) {
    this.network = network;
    byte[] key = network.derive(concat(MAC1_LABEL, responder.toBytes()), KEY_BYTES);
    this.mac1Key = new SecretKeySpec(key, HMAC);
    this.mac1 = keyed(mac1Key);
    Arrays.fill(key, (byte) 0);
  }

  NetworkId id() {
    return network.id();
  }

  /** Returns the pre-shared key of one suite; the caller erases it. */
  byte[] psk(Suite suite) {
    return network.derive(concat(PSK_LABEL, new byte[] {(byte) suite.id()}), KEY_BYTES);
  }

  /** Returns the mac1 of the header at {@code body[0]} and the Noise message at {@code noiseAt}. */
  byte[] mac1(byte[] header, byte[] message, int noiseAt) {
    Mac mac = fresh();
    mac.update(header, 0, HandshakeWire.HEADER_BYTES);
    mac.update(message, noiseAt, message.length - noiseAt);
    return Arrays.copyOf(mac.doFinal(), HandshakeWire.MAC1_BYTES);
  }

  private static Mac keyed(SecretKeySpec key) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(key);
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HmacSHA256 is missing from this Java runtime", e);
    }
  }

  private Mac fresh() {
    try {
      return (Mac) mac1.clone();
    } catch (CloneNotSupportedException e) {
      return keyed(mac1Key); // some providers' cannot be cloned
    }
  }

  /** Returns whether the body of a first message is addressed to the responder of these keys. */
  boolean addresses(byte[] body) {
    byte[] claimed = Arrays.copyOfRange(body, HandshakeWire.MAC1_AT, HandshakeWire.NOISE_1_AT);
    return MessageDigest.isEqual(claimed, mac1(body, body, HandshakeWire.NOISE_1_AT));
  }

  private static byte[] concat(byte[] label, byte[] value) {
    byte[] info = Arrays.copyOf(label, label.length + value.length);
    System.arraycopy(value, 0, info, label.length, value.length);
    return info;
  }
}
