package dev.parley.outside;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testkit.RequiresTool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The units and manifests fit each other and the command that they start. */
class DeployIT {
  private static final Path DEPLOY = SourceTree.root().resolve("deploy");
  private static final Pattern OPTION = Pattern.compile("--[a-z][a-z-]*");
  private static String nodeHelp;

  @TempDir Path temp;

  @BeforeAll
  static void readHelp() throws Exception {
    nodeHelp = ClonedTree.launcher(ClonedTree.built(), "node", "--help").run().out();
    assertThat(nodeHelp).contains("--listen");
  }

  @Test
  void usesOptionsThatTheCommandHas() throws Exception {
    String unit = Files.readString(DEPLOY.resolve("systemd/parley.service"));
    String start = unit.lines().filter(l -> l.startsWith("ExecStart=")).findFirst().orElseThrow();
    assertThat(options(start)).hasSizeGreaterThan(3).allMatch(nodeHelp::contains);
    assertThat(options(container().path("args").toString()))
        .hasSizeGreaterThan(3)
        .allMatch(nodeHelp::contains);
    assertThat(container().path("args").get(0).asString()).isEqualTo("node");
  }

  @Test
  void probesPathsAndPortsThatTheContainerServes() throws Exception {
    JsonNode container = container();
    assertThat(container.at("/livenessProbe/httpGet/path").asString()).isEqualTo("/health/live");
    assertThat(container.at("/readinessProbe/httpGet/path").asString()).isEqualTo("/health/ready");
    String args = container.path("args").toString();
    for (JsonNode port : container.path("ports")) {
      assertThat(args).contains(":" + port.path("containerPort").asInt());
    }
    for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
      assertThat(container.at("/" + probe + "/httpGet/port").asString()).isEqualTo("health");
    }
    JsonNode service = document("Service");
    assertThat(service.at("/spec/clusterIP").asString()).isEqualTo("None");
    assertThat(document("StatefulSet").at("/spec/serviceName").asString())
        .isEqualTo(service.at("/metadata/name").asString());
    assertThat(service.at("/spec/selector"))
        .isEqualTo(document("StatefulSet").at("/spec/template/metadata/labels"));
  }

  @Test
  void runsWithoutPrivileges() throws Exception {
    JsonNode pod = document("StatefulSet").at("/spec/template/spec");
    assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
    List<JsonNode> containers = new ArrayList<>();
    pod.path("containers").forEach(containers::add);
    pod.path("initContainers").forEach(containers::add);
    assertThat(containers)
        .hasSize(2)
        .allSatisfy(
            c -> {
              JsonNode context = c.path("securityContext");
              assertThat(context.path("readOnlyRootFilesystem").asBoolean()).isTrue();
              assertThat(context.path("allowPrivilegeEscalation").asBoolean(true)).isFalse();
              assertThat(context.at("/capabilities/drop/0").asString()).isEqualTo("ALL");
              assertThat(mounts(c)).isSubsetOf(volumes(pod));
            });
  }

  @Test
  @RequiresTool("systemd-analyze")
  void isAUnitThatSystemdTakesAndFindsHardened() throws Exception {
    Path unit = temp.resolve("parley.service");
    String text = Files.readString(DEPLOY.resolve("systemd/parley.service"));
    Files.writeString(unit, text.replace("/opt/parley/bin/parley", "/bin/true"));
    Command.Ended verified =
        Command.of("systemd-analyze", "verify", unit.toString()).in(temp).run();
    assertThat(verified.exitCode()).as("%s", verified).isZero();
    assertThat(verified.err()).doesNotContain("parley.service");
    Command.Ended exposure =
        Command.of(
                "systemd-analyze", "security", "--offline=true", "--threshold=20", unit.toString())
            .in(temp)
            .run();
    assertThat(exposure.exitCode()).as("%s", exposure).isZero();
  }

  private static List<String> options(String text) {
    List<String> found = new ArrayList<>();
    Matcher matcher = OPTION.matcher(text);
    while (matcher.find()) {
      found.add(matcher.group());
    }
    return found;
  }

  private static List<String> mounts(JsonNode container) {
    List<String> names = new ArrayList<>();
    container.path("volumeMounts").forEach(m -> names.add(m.path("name").asString()));
    return names;
  }

  private static List<String> volumes(JsonNode pod) {
    List<String> names = new ArrayList<>();
    pod.path("volumes").forEach(v -> names.add(v.path("name").asString()));
    return names;
  }

  private static JsonNode container() throws Exception {
    return document("StatefulSet").at("/spec/template/spec/containers/0");
  }

  private static JsonNode document(String kind) throws Exception {
    String all = Files.readString(DEPLOY.resolve("kubernetes/parley.yaml"));
    for (String text : all.split("(?m)^---$")) {
      JsonNode document = new YAMLMapper().readTree(text);
      if (document.path("kind").asString().equals(kind)) {
        return document;
      }
    }
    throw new AssertionError("no " + kind);
  }
}
