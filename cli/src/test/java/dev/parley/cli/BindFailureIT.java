package dev.parley.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.parley.Identity;
import dev.parley.cli.output.CliException;
import dev.parley.node.AgentNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class BindFailureIT {
  /** What had the port may be gone when the reason is told. */
  @Test
  void tellsTheReasonOfThatMoment() throws IOException {
    int port;
    RuntimeException failure;
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = taken.getLocalPort();
      failure =
          catchThrowableOfType(
              RuntimeException.class,
              () ->
                  AgentNode.builder()
                      .identity(Identity.generate())
                      .network("bind")
                      .listen("127.0.0.1", port)
                      .start()
                      .block());
    }

    assertThat(BindFailure.ofNode(failure))
        .isInstanceOf(CliException.class)
        .hasMessageStartingWith(
            "cannot listen at 127.0.0.1:" + port + " (--listen): the port is in use");
  }

  @Test
  void leavesWhatIsNotForAnAddressAsItIs() {
    RuntimeException other = new IllegalStateException("another");

    assertThat(BindFailure.ofNode(other)).isSameAs(other);
  }
}
