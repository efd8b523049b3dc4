package dev.parley.cli.output;

import dev.parley.FailureCode;
import java.util.LinkedHashMap;
import java.util.Map;

/** The statuses with which {@code parley} ends; those from 64 on follow BSD's sysexits. */
public final class ExitCode {
  public static final int OK = 0;
  public static final int FAILURE = 1;
  public static final int USAGE = 2;
  public static final int UNAVAILABLE = 69;
  public static final int TRY_AGAIN = 75;
  public static final int REFUSED = 77;

  /** As of a process that SIGPIPE ended: 128 and the signal's number. */
  public static final int OUTPUT_CLOSED = 141;

  private ExitCode() {}

  /** The status for a message that failed. */
  public static int of(FailureCode code) {
    return switch (code) {
      case AGENT_NOT_FOUND, AGENT_UNREACHABLE -> UNAVAILABLE;
      case OVERLOADED, TIMEOUT, CONNECTION_LOST, SHUT_DOWN -> TRY_AGAIN;
      case IDENTITY_MISMATCH, UNAUTHORIZED, REJECTED, HANDSHAKE_FAILED -> REFUSED;
      case NO_RECEIVER, MESSAGE_TOO_LARGE, REMOTE_FAILURE, INTERNAL -> FAILURE;
    };
  }

  /** What each status means, for help and man pages. */
  public static Map<String, String> meanings(boolean withNetwork) {
    Map<String, String> meanings = new LinkedHashMap<>();
    meanings.put("0", "Done.");
    meanings.put("1", "Failed.");
    meanings.put("2", "The command line, environment or configuration is wrong.");
    if (withNetwork) {
      meanings.put("69", "The agent, the network or the node is not there.");
      meanings.put("75", "Worth trying again: a timeout, overload or lost link.");
      meanings.put("77", "Refused, or the peer is not who it should be.");
    }
    meanings.put("130, 143", "Ended by SIGINT (Ctrl-C) or SIGTERM.");
    meanings.put("141", "Nobody reads the output any more, as behind \"| head\".");
    return meanings;
  }
}
