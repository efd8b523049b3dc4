package dev.parley.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.cli.output.ExitCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class UsageErrorTest {
  private static final int MOST_LINES = 6;
  private static final String AGENT = "z6MktJca2mwi9mfmSnsR5NSxdJYSbVXxQGDzd3naifcW8G7B";

  @TempDir Path dir;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "snd hello | unknown command snd; did you mean send?",
        "help snd | unknown command snd; did you mean send?",
        "id nw | unknown command nw; did you mean new?",
        "send --timeuot 5s x | unknown option --timeuot; did you mean --timeout?",
        "node --lsten=:1 | unknown option --lsten; did you mean --listen?",
        "send --zzz x | unknown option --zzz",
        "send -x | unknown option -x",
        "send --timeout 5x z6 | --timeout: must be a duration such as 500ms, 5s, 2m or 1h",
        "ping --count x z6 | --count: 'x' is not a number",
        "send | ID[@HOST:PORT] is missing",
        "subscribe z6MktJca2mwi9mfmSnsR5NSxdJYSbVXxQGDzd3naifcW8G7B | ROUTE is missing",
        "id | a command is missing",
        "top a | one argument too many: a",
        "node -o xml | --output: expected one of [TEXT, JSON] (case-insensitive) but was 'xml'",
        "node --http nowhere | --http nowhere: address has no port: write host:port",
        "node --listen 1:2:3 | --listen 1:2:3: brackets belong around an IPv6 address: [::1]:7400",
      })
  void tellsTheReasonLastAndTheUsageInShort(String line, String reason) {
    CapturedConsole console = new CapturedConsole();

    assertThat(console.run(line.split(" ", -1))).as(console.err()).isEqualTo(ExitCode.USAGE);

    List<String> lines = console.err().lines().toList();
    assertThat(lines).hasSizeLessThanOrEqualTo(MOST_LINES).last().asString().contains(reason);
    assertThat(lines).noneMatch(l -> l.contains("\tat "));
    assertThat(console.out()).isEmpty();
  }

  @Test
  void showsTheOptionThatIsWrongAndNoOther() {
    CapturedConsole console = new CapturedConsole();

    console.run("send", "--timeout=soon", "z6");

    assertThat(console.err())
        .startsWith("usage: parley send [OPTIONS] ID[@HOST:PORT] [TEXT]\n  -t, --timeout=TIME ")
        .contains("help:  parley send --help\n")
        .doesNotContain("--identity");
  }

  @Test
  void isOneJsonObjectWhereJsonIsAskedFor() {
    for (String form : List.of("-o json", "--output=JSON")) {
      CapturedConsole console = new CapturedConsole();
      assertThat(console.run(("send --timeuot 5s x " + form).split(" ", -1)))
          .isEqualTo(ExitCode.USAGE);

      JsonNode facts = JsonMapper.builder().build().readTree(console.err());
      assertThat(console.err().lines()).hasSize(1);
      assertThat(facts.path("error").asString()).isEqualTo("USAGE");
      assertThat(facts.path("message").asString()).contains("unknown option --timeuot");
      assertThat(facts.path("command").asString()).isEqualTo("parley send");
      assertThat(facts.path("suggestions").get(0).asString()).isEqualTo("--timeout");
    }
    CapturedConsole console = new CapturedConsole();
    assertThat(console.run(Map.of("PARLEY_OUTPUT", "json"), "ping", "--config=/no/such/file"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(console.err()).startsWith("{\"error\":\"USAGE\",\"message\":\"cannot read the conf");
  }

  @Test
  void saysWhereAWrongValueIsFrom() throws Exception {
    CapturedConsole fromEnv = new CapturedConsole();
    fromEnv.run(Map.of("PARLEY_PING_TIMEOUT", "soon"), "ping", AGENT);
    assertThat(fromEnv.err()).endsWith(" (from PARLEY_PING_TIMEOUT)\n");

    Path file = Files.writeString(dir.resolve("c.yaml"), "timeout: soon\n");
    CapturedConsole fromFile = new CapturedConsole();
    fromFile.run("ping", AGENT, "--config", file.toString());
    assertThat(fromFile.err()).endsWith(" (from timeout in the configuration file)\n");

    CapturedConsole flag = new CapturedConsole();
    assertThat(flag.run(Map.of("PARLEY_ECHO", "maybe"), "node")).isEqualTo(ExitCode.USAGE);
    assertThat(flag.err()).isEqualTo("parley: PARLEY_ECHO is maybe, must be true or false\n");
  }
}
