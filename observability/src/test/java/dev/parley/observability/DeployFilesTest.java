package dev.parley.observability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testkit.RequiresTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** What is shipped for Prometheus is valid, and says what the node says. */
class DeployFilesTest {
  private static final Path DEPLOY = PrometheusServer.DEPLOY;
  private static final Path RUNBOOKS = Path.of("..", "docs", "runbooks");

  @Test
  @RequiresTool("promtool")
  void promtoolFindsNoFault() throws IOException, InterruptedException {
    assertOk(Promtool.run("", "check", "config", "prometheus.yml"));
    assertOk(Promtool.run("", "check", "rules", "parley.rules.yml", "parley.alerts.yml"));
  }

  @Test
  @RequiresTool("promtool")
  void alertsFireWhenTheyShould() throws IOException, InterruptedException {
    assertOk(Promtool.run("", "test", "rules", "parley.alerts.test.yml"));
  }

  private static void assertOk(Promtool result) {
    assertThat(result.exitCode()).as(result.output()).isZero();
  }

  @Test
  void everyAlertIsTestedAndHasARunbookThatNamesIt() throws IOException {
    String alerts = Files.readString(DEPLOY.resolve("parley.alerts.yml"));
    String tests = Files.readString(DEPLOY.resolve("parley.alerts.test.yml"));
    Matcher alert =
        Pattern.compile(
                "alert: (\\w+).*?runbook_url: '\\{\\{ \\$externalLabels.parley_runbooks }}/([a-z-]+\\.md)'",
                Pattern.DOTALL)
            .matcher(alerts);
    Set<String> runbooks = new TreeSet<>();
    int found = 0;
    while (alert.find()) {
      found++;
      runbooks.add(alert.group(2));
      assertThat(tests).contains("alertname: " + alert.group(1) + "\n");
      assertThat(Files.readString(RUNBOOKS.resolve(alert.group(2))))
          .contains("`" + alert.group(1) + "`");
    }
    assertThat(found).isEqualTo(alerts.split("- alert:", -1).length - 1).isPositive();
    try (Stream<Path> files = Files.list(RUNBOOKS)) {
      assertThat(files.map(f -> f.getFileName().toString()).filter(f -> !f.equals("README.md")))
          .containsExactlyInAnyOrderElementsOf(runbooks);
    }
  }

  /** Prometheus is given the base that the alerts' links need, and the node's usual port. */
  @Test
  void theConfigurationNamesTheBaseOfRunbooksAndTheNodesPort() throws IOException {
    String config = Files.readString(DEPLOY.resolve("prometheus.yml"));

    assertThat(config).containsPattern("\n    parley_runbooks: https://\\S+\n");
    assertThat(config).contains("targets: [\"127.0.0.1:7480\"]");
    for (Path document :
        List.of(Path.of("deploy", "README.md"), Path.of("..", "docs", "operations.md"))) {
      assertThat(Files.readString(document)).contains("--http 127.0.0.1:7480");
    }
  }

  @Test
  void everyPanelSaysWhatItShowsAndEveryVariableIsUsed() throws IOException {
    String text = Files.readString(DEPLOY.resolve("../grafana/parley.json"));
    JsonNode dashboard = new ObjectMapper().readTree(text);
    Set<String> titles = new TreeSet<>();
    for (JsonNode panel : dashboard.path("panels")) {
      String title = panel.path("title").asString();
      assertThat(titles.add(title)).as(title + " is there once").isTrue();
      if (panel.path("type").asString().equals("row")) {
        continue;
      }
      assertThat(panel.path("description").asString("")).as(title).hasSizeGreaterThan(10);
      assertThat(panel.path("fieldConfig").path("defaults").path("unit").asString(""))
          .as(title)
          .isNotEmpty();
      for (JsonNode link : panel.path("links")) {
        String file = link.path("url").asString().replace("${runbooks}/", "");
        assertThat(RUNBOOKS.resolve(file)).as(title).exists();
      }
    }
    assertThat(titles).contains("CPU", "Heap", "Garbage collection", "Versions", "Uptime");
    for (JsonNode variable : dashboard.path("templating").path("list")) {
      assertThat(text).containsPattern("\\$\\{?" + variable.path("name").asString() + "\\b");
    }
  }

  /** Grafana draws what overlaps one over the other. */
  @Test
  void panelsDoNotOverlap() throws IOException {
    JsonNode dashboard =
        new ObjectMapper().readTree(Files.readString(DEPLOY.resolve("../grafana/parley.json")));
    Set<String> taken = new TreeSet<>();
    for (JsonNode panel : dashboard.path("panels")) {
      JsonNode at = panel.path("gridPos");
      for (int x = at.path("x").asInt(); x < at.path("x").asInt() + at.path("w").asInt(); x++) {
        for (int y = at.path("y").asInt(); y < at.path("y").asInt() + at.path("h").asInt(); y++) {
          assertThat(x).isLessThan(24);
          assertThat(taken.add(x + " " + y)).as(panel.path("title").asString()).isTrue();
        }
      }
    }
  }

  /** A typing error in a name would make an alert that never fires. */
  @Test
  void everyNameThatIsUsedIsAMetersOrARules() throws IOException {
    Set<String> known = new TreeSet<>(Set.of("parley_runbooks")); // a label
    for (ParleyMeter meter : ParleyMeter.values()) {
      String name = meter.prometheusName();
      known.add(name);
      for (String suffix : new String[] {"_bucket", "_count", "_sum", "_max"}) {
        known.add(name + suffix);
      }
    }
    Pattern name = Pattern.compile("(?<![\\w:.])parley_\\w+");
    try (Stream<Path> runbooks = Files.list(RUNBOOKS)) {
      for (Path file :
          Stream.concat(
                  Stream.of(
                      DEPLOY.resolve("parley.rules.yml"),
                      DEPLOY.resolve("parley.alerts.yml"),
                      DEPLOY.resolve("parley.alerts.test.yml"),
                      DEPLOY.resolve("consoles/parley.html"),
                      DEPLOY.resolve("../grafana/parley.json")),
                  runbooks)
              .toList()) {
        Matcher used = name.matcher(Files.readString(file));
        while (used.find()) {
          assertThat(known).as(file + " names it").contains(used.group());
        }
      }
    }
  }
}
