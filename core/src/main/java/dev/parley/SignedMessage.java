package dev.parley;

import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * The bytes an Ed25519 signature is made over: {@code "parley-sig/1" 00 purpose 00 data}.
 *
 * <p>An agent's key also serves key agreement, and its peers choose what it is asked to sign. The
 * fixed prefix keeps every signature apart from any other protocol's, the purpose keeps the uses
 * within this one apart from each other. The encoding is injective because neither the prefix nor a
 * purpose holds a zero byte.
 */
final class SignedMessage {
  static final int MAX_PURPOSE_LENGTH = 64;
  private static final byte[] PREFIX = "parley-sig/1".getBytes(StandardCharsets.US_ASCII);

  private SignedMessage() {}

  static byte[] encode(String purpose, byte[] data) {
    requirePurpose(purpose);
    Objects.requireNonNull(data, "data");
    byte[] message = new byte[PREFIX.length + 1 + purpose.length() + 1 + data.length];
    System.arraycopy(PREFIX, 0, message, 0, PREFIX.length);
    int at = PREFIX.length + 1;
    for (int i = 0; i < purpose.length(); i++) {
      message[at++] = (byte) purpose.charAt(i);
    }
    System.arraycopy(data, 0, message, at + 1, data.length);
    return message;
  }

  private static void requirePurpose(String purpose) {
    Objects.requireNonNull(purpose, "purpose");
    if (purpose.isEmpty() || purpose.length() > MAX_PURPOSE_LENGTH) {
      throw new IllegalArgumentException(
          "purpose has " + purpose.length() + " characters, must be 1.." + MAX_PURPOSE_LENGTH);
    }
    for (int i = 0; i < purpose.length(); i++) {
      char c = purpose.charAt(i);
      if (c < 0x21 || c > 0x7e) {
        throw new IllegalArgumentException(
            "purpose may hold visible ASCII only, character " + i + " is not");
      }
    }
  }
}
