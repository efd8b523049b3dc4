package dev.parley.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Executed;
import dev.parley.FailureCode;
import dev.parley.MessagingException;
import dev.parley.Phase;
import dev.parley.Trail;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class FailureReportTest {
  private static final Trail TRAIL =
      new Trail(
          List.of(
              new Trail.Step(Phase.RESOLVE, "address book", "1 address", Duration.ofMillis(1)),
              new Trail.Step(Phase.DIAL, "127.0.0.1:9", "refused", Duration.ofMillis(2))));

  private final MessagingException unreachable =
      MessagingException.builder(FailureCode.AGENT_UNREACHABLE, Phase.DIAL).trail(TRAIL).build();

  @Test
  void tellsCodePhaseExecutedRetryableAndTheTrailLineByLine() {
    assertThat(new FailureReport(unreachable).text().lines())
        .contains(
            "  code:      AGENT_UNREACHABLE",
            "  phase:     DIAL",
            "  executed:  NO",
            "  retryable: yes")
        .endsWith("  trail:", "    " + TRAIL.steps().get(0), "    " + TRAIL.steps().get(1));
  }

  @Test
  void writesTheSameFactsAsOneJsonObject() {
    String json = new FailureReport(unreachable).json();
    JsonNode facts = JsonMapper.builder().build().readTree(json);

    assertThat(json).doesNotContain("\n");
    assertThat(facts.get("error").asString()).isEqualTo("AGENT_UNREACHABLE");
    assertThat(facts.get("executed").asString()).isEqualTo("NO");
    assertThat(facts.get("retryable").asBoolean()).isTrue();
    assertThat(facts.get("trail").get(1).get("subject").asString()).isEqualTo("127.0.0.1:9");
  }

  @Test
  void keepsWhatThePeerSaysFromDrivingTheTerminal() {
    MessagingException failure =
        MessagingException.builder(FailureCode.REMOTE_FAILURE, Phase.AWAIT)
            .executed(Executed.YES)
            .peerText("\u001b[2Jgone\n")
            .build();

    assertThat(new FailureReport(failure).text())
        .contains("\"\\u{1b}[2Jgone\\u{a}\"")
        .doesNotContain("\u001b");
  }

  @Test
  void tellsWhatThePeerSaysOnce() {
    MessagingException failure =
        MessagingException.builder(FailureCode.REJECTED, Phase.AWAIT).peerText("sold out").build();

    assertThat(new FailureReport(failure).text()).containsOnlyOnce("sold out");
    assertThat(new FailureReport(failure).json()).contains("\"peerText\":\"sold out\"");
  }
}
