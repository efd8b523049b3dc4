package dev.parley.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.cli.output.ExitCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Timeout(120)
class DemoIT {
  @Test
  void playsWholeBetweenThreeProcesses() {
    CapturedConsole demo = new CapturedConsole();

    assertThat(demo.run("demo", "--messages=20", "-o", "json"))
        .as(demo.err())
        .isEqualTo(ExitCode.OK);

    JsonNode story = JsonMapper.builder().build().readTree(demo.out());
    assertThat(story.path("ann bids").asString()).startsWith("registered \"$50 on the clown\"");
    assertThat(story.path("house counts").asString()).isEqualTo("the house holds 2 sealed bids");
    assertThat(story.path("ann wrong key").asString()).startsWith("IDENTITY_MISMATCH");
    assertThat(story.path("ann offline peer").asString()).startsWith("AGENT_UNREACHABLE");
    assertThat(story.path("bob slow handler").asString()).startsWith("TIMEOUT in AWAIT");
    assertThat(story.path("ann finds bob").asString()).contains(" asked), then hello, ");
    assertThat(story.path("ann finds bob again").asString()).startsWith("hello, ");
    assertThat(story.path("ann unknown agent").asString()).startsWith("AGENT_NOT_FOUND in RESOLVE");
    assertThat(story.path("bob asks for ann").asString()).startsWith("AGENT_UNREACHABLE");
    assertThat(story.path("ann measured").path("messages").asInt()).isEqualTo(20);
  }
}
