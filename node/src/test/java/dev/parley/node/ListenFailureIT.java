package dev.parley.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.parley.Identity;
import dev.parley.transport.rsocket.ListenException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Mono;

@Timeout(60)
class ListenFailureIT {
  private static Mono<AgentNode> node(int port) {
    return AgentNode.builder()
        .identity(Identity.generate())
        .network("listen-failures")
        .listen("127.0.0.1", port)
        .start();
  }

  @Test
  void aNodeThatCannotListenSaysWhy() {
    Duration limit = Duration.ofSeconds(20);
    try (AgentNode other = node(0).block(limit)) {
      int port = other.addresses().get(0).port();

      ListenException e =
          catchThrowableOfType(ListenException.class, () -> node(port).block(limit));

      assertThat(e.reason()).isEqualTo(ListenException.Reason.IN_USE);
      assertThat(e.address().port()).isEqualTo(port);
    }
  }
}
