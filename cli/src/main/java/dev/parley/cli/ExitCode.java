package dev.parley.cli;

import dev.parley.FailureCode;

/** The statuses with which {@code parley} ends; those from 64 on follow BSD's sysexits. */
final class ExitCode {
  static final int OK = 0;
  static final int FAILURE = 1;
  static final int USAGE = 2;
  static final int UNAVAILABLE = 69;
  static final int TRY_AGAIN = 75;
  static final int REFUSED = 77;

  private ExitCode() {}

  /** The status for a message that failed. */
  static int of(FailureCode code) {
    return switch (code) {
      case AGENT_NOT_FOUND, AGENT_UNREACHABLE -> UNAVAILABLE;
      case OVERLOADED, TIMEOUT, CONNECTION_LOST, SHUT_DOWN -> TRY_AGAIN;
      case IDENTITY_MISMATCH, UNAUTHORIZED, REJECTED, HANDSHAKE_FAILED -> REFUSED;
      case NO_RECEIVER, MESSAGE_TOO_LARGE, REMOTE_FAILURE -> FAILURE;
    };
  }
}
