package dev.parley.observability.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Identity;
import dev.parley.node.AgentNode;
import dev.parley.spi.Bound;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the console calls the limits of a node. */
class ConsoleNamesIT {
  @TempDir Path directory;

  /** One that it does not know stands there as an option's name, cut off. */
  @Test
  void everyLimitHasAName() throws IOException {
    String script;
    try (InputStream in = ConsoleListener.class.getResourceAsStream("console.js")) {
      script = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    }
    try (AgentNode node =
        AgentNode.builder()
            .identity(Identity.generate())
            .network("names")
            .listen("127.0.0.1", 0)
            .state(directory.resolve("names.state"))
            .startNow()) {
      assertThat(node.bounds())
          .extracting(Bound::option)
          .contains("maxNodeOutboundBytes", "stateMaxBytes")
          .allSatisfy(option -> assertThat(script).contains("\n  " + option + ": \""));
    }
  }
}
