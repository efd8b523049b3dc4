package dev.parley.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.cli.manual.CommandModel;
import dev.parley.cli.manual.ManPage;
import dev.parley.cli.manual.ReferencePage;
import dev.parley.testkit.RequiresTool;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the build writes for a distribution; shells and groff look at it where they are there. */
class ManualTest {
  private static final Path PAGE = Path.of("..", "docs", "cli.md");

  @TempDir Path dir;

  @BeforeEach
  void write() throws IOException {
    Manual.main(new String[] {dir.toString()});
  }

  @Test
  void thereIsAManPageForEachCommandWithItsOptions() throws IOException {
    for (var command : CommandModel.commands(Manual.model())) {
      String page = Files.readString(dir.resolve("man").resolve(ManPage.fileName(command)));
      assertThat(page).contains(".SH NAME\n", ".SH SYNOPSIS\n", ".SH DESCRIPTION\n");
      for (var option : CommandModel.options(command)) {
        assertThat(page).contains("\\fB" + option.longestName().replace("-", "\\-") + "\\fR");
      }
    }
    assertThat(dir.resolve("man/parley-demo-agent.1")).doesNotExist();
  }

  @Test
  @RequiresTool("groff")
  void groffFindsNothingToWarnOf() throws Exception {
    try (Stream<Path> pages = Files.list(dir.resolve("man"))) {
      for (Path page : pages.toList()) {
        String said = run("groff", "-man", "-ww", "-z", "-Tutf8", page.toString());
        assertThat(said).as(page.toString()).isEmpty();
      }
    }
  }

  @Test
  @RequiresTool("bash")
  void bashCompletes() throws Exception {
    String script =
        "source '%s'; t() { COMP_WORDS=(\"$@\"); COMP_CWORD=$(($#-1)); _parley;"
            + " echo \"${COMPREPLY[*]}\"; }; ";
    String tries =
        "t parley se; t parley send --tim; t parley send --output = j; t parley send -o '';"
            + " t parley id n; t parley sim --latency ''; t parley completion z";
    assertThat(run("bash", "-c", script.formatted(file("bash")) + tries).lines())
        .containsExactly("send send-file", "--timeout", "json", "text json", "new", "K1 L1", "zsh");
  }

  @Test
  @RequiresTool("fish")
  void fishCompletes() throws Exception {
    String script = "source '%s'; complete -C 'parley %s'";
    assertThat(run("fish", "-c", script.formatted(file("fish"), "se")).lines())
        .extracting(line -> line.replaceFirst("\t.*", ""))
        .containsExactly("send", "send-file");
    assertThat(run("fish", "-c", script.formatted(file("fish"), "send --tim")))
        .startsWith("--timeout\t");
    assertThat(run("fish", "-c", script.formatted(file("fish"), "id new --out")))
        .startsWith("--output\t");
  }

  @Test
  @RequiresTool("zsh")
  void zshTakesTheScript() throws Exception {
    String script =
        "autoload -U compinit && compinit -u -D && source '%s' && print $_comps[parley]"
            + " && whence -w _parley_send_file";
    assertThat(run("zsh", "-f", "-c", script.formatted(file("zsh"))).lines())
        .containsExactly("_parley", "_parley_send_file: function");
  }

  /** Where a shell is missing, at least every command and option is in its script. */
  @Test
  void eachScriptHasAllCommandsAndOptions() throws IOException {
    for (String shell : List.of("bash", "zsh", "fish")) {
      String script = Files.readString(file(shell));
      for (var command : CommandModel.commands(Manual.model())) {
        assertThat(script).contains(command.name());
        for (var option : CommandModel.options(command)) {
          String name = option.longestName();
          assertThat(script).contains(shell.equals("fish") ? "-l " + name.substring(2) : name);
        }
      }
      CapturedConsole console = new CapturedConsole();
      assertThat(console.run("completion", shell)).isZero();
      assertThat(console.out()).isEqualTo(script);
    }
  }

  @Test
  void theReferencePageIsThatOfTheCommands() throws IOException {
    String page = ReferencePage.of(Manual.model());
    if (Boolean.getBoolean("parley.docs.write")) {
      Files.writeString(PAGE, page, StandardCharsets.UTF_8);
    }
    assertThat(Files.readString(PAGE))
        .as("write it anew: mvn -pl cli test -Dtest=ManualTest -Dparley.docs.write=true")
        .isEqualTo(page);
  }

  private Path file(String shell) {
    return dir.resolve("completion").resolve("parley." + shell);
  }

  private static String run(String... words) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }
}
