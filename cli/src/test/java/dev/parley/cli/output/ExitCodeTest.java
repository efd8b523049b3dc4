package dev.parley.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.FailureCode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExitCodeTest {
  @ParameterizedTest
  @CsvSource({
    "AGENT_UNREACHABLE, 69",
    "AGENT_NOT_FOUND, 69",
    "OVERLOADED, 75",
    "TIMEOUT, 75",
    "CONNECTION_LOST, 75",
    "SHUT_DOWN, 75",
    "IDENTITY_MISMATCH, 77",
    "UNAUTHORIZED, 77",
    "REJECTED, 77",
    "HANDSHAKE_FAILED, 77",
    "NO_RECEIVER, 1",
    "MESSAGE_TOO_LARGE, 1",
    "REMOTE_FAILURE, 1"
  })
  void followsTheFailureCode(FailureCode code, int exitCode) {
    assertThat(ExitCode.of(code)).isEqualTo(exitCode);
  }
}
