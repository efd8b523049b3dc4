package dev.parley.outside;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testkit.RequiresTool;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is in the distribution beside the program, as the tools that read it see it. */
class DistributionContentsIT {
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#]+)[^)]*\\)");

  @TempDir static Path temp;
  private static Path home;

  @BeforeAll
  static void unpack() throws Exception {
    home = Distribution.unpacked(temp.resolve("an install"));
  }

  @Test
  @RequiresTool("groff")
  void groffHasNothingToWarnOf() throws Exception {
    for (Path page : files("man/man1")) {
      Command.Ended ended =
          Command.of("groff", "-man", "-ww", "-z", "-Tutf8", page.toString()).run();
      assertThat(ended.exitCode()).as("%s", ended).isZero();
      assertThat(ended.out() + ended.err()).as("%s", page).isEmpty();
    }
  }

  @Test
  @RequiresTool("man")
  void manFindsEveryPage() throws Exception {
    for (Path page : files("man/man1")) {
      String name = page.getFileName().toString().replace(".1", "");
      Command where = Command.of("man", "-w", name);
      Command.Ended byPath = where.with("MANPATH", home.resolve("man").toString()).run();
      assertThat(byPath.out().strip()).as("%s", byPath).isEqualTo(page.toString());
      Command.Ended byProgram =
          where.with("MANPATH", "").with("PATH", home.resolve("bin") + ":/usr/bin:/bin").run();
      assertThat(byProgram.out().strip()).as("%s", byProgram).isEqualTo(page.toString());
    }
  }

  /** As a user loads it whose installation has a space in its path. */
  @Test
  @RequiresTool({"bash", "zsh", "fish"})
  void everyShellLoadsItsCompletionAndCompletesACommand() throws Exception {
    Map<String, List<String>> loads =
        Map.of(
            "bash",
                List.of(
                    "bash",
                    "--norc",
                    "-c",
                    "set -u; source completion/parley.bash; complete -p parley >/dev/null;"
                        + " COMP_WORDS=(parley subs) COMP_CWORD=1; _parley; echo \"$COMPREPLY\""),
            "fish",
                List.of(
                    "fish",
                    "-N",
                    "-c",
                    "source completion/parley.fish; complete -C 'parley subs' | cut -f1"),
            // A file _parley in a directory of fpath, as the page says; a terminal of zsh's own.
            "zsh",
                List.of(
                    "zsh",
                    "-f",
                    "-c",
                    """
                    zmodload zsh/zpty
                    zpty shell zsh -f -i
                    zpty -w shell "fpath=($SITE \\$fpath); autoload -U compinit; compinit -u -D"
                    zpty -w shell "bindkey '^I' complete-word; PS1=; echo rea''dy"
                    zpty -r -m shell line '*ready*'
                    zpty -w -n shell $'parley subs\\t'
                    zpty -r -m shell line '*subscribe*' && echo subscribe
                    zpty -d shell
                    """));
    Path site = Files.createDirectory(temp.resolve("site"));
    Files.copy(home.resolve("completion/parley.zsh"), site.resolve("_parley"));
    for (List<String> words : loads.values()) {
      Command.Ended ended =
          Command.of(words.toArray(String[]::new))
              .in(home)
              .with("HOME", Files.createDirectories(temp.resolve("home")).toString())
              .with("SITE", site.toString())
              .with("TERM", "dumb")
              .run();
      assertThat(ended.out().strip()).as("%s", ended).isEqualTo("subscribe");
      assertThat(ended.err()).as("%s", ended).isEmpty();
    }
  }

  @Test
  void mayBeReadAndRunByAnybodyAndLeadsNowhereElse() throws Exception {
    Command.Ended listed =
        Command.of("tar", "tvzf", Distribution.archive().toString(), "--numeric-owner").run();
    String top = home.getFileName() + "/";
    for (String line : listed.out().split("\n")) {
      String[] columns = line.split("\\s+", 6);
      assertThat(columns[0]).as(line).matches("-rw-r--r--|-rwxr-xr-x|drwxr-xr-x");
      assertThat(columns[5]).as(line).startsWith(top).doesNotContain("..", " -> ");
      assertThat(columns[0].charAt(0) == '-' && columns[0].contains("x"))
          .as(line)
          .isEqualTo(columns[5].endsWith("/bin/parley"));
    }
  }

  @Test
  void namesNoPlaceAndNoDayOfItsMaking() throws Exception {
    LocalDate today = LocalDate.now(ZoneOffset.UTC);
    List<String> traces =
        List.of(
            SourceTree.root().toString(),
            System.getProperty("user.home") + "/",
            today.toString(),
            today.format(DateTimeFormatter.ofPattern("MMM d, yyyy", Locale.ROOT)),
            today.format(DateTimeFormatter.ofPattern("d MMM yyyy", Locale.ROOT)));
    for (String trace : traces) {
      Command.Ended found = Command.of("grep", "-rlF", "-e", trace, home.toString()).run();
      assertThat(found.out()).as("files with %s", trace).isEmpty();
    }
    for (Path jar : ourJars()) {
      try (JarFile file = new JarFile(jar.toFile())) {
        for (JarEntry entry : Collections.list(file.entries())) {
          byte[] bytes = file.getInputStream(entry).readAllBytes();
          assertThat(new String(bytes, StandardCharsets.ISO_8859_1))
              .as("%s in %s", entry, jar.getFileName())
              .doesNotContain(traces);
        }
      }
    }
    byte[] archive = Files.readAllBytes(Distribution.archive());
    assertThat(List.of(archive[4], archive[5], archive[6], archive[7]))
        .as("time in the header of gzip")
        .containsOnly((byte) 0);
  }

  @Test
  void leadsItsReaderToNothingThatIsNotThere() throws IOException {
    Matcher links = LINK.matcher(Files.readString(home.resolve("INSTALL.md")));
    while (links.find()) {
      String link = links.group(1);
      assertThat(link.startsWith("https://") || Files.exists(home.resolve(link)))
          .as("INSTALL.md leads to %s", link)
          .isTrue();
    }
    // What the page's table names.
    for (String name :
        List.of("bin/parley", "lib", "man/man1", "completion", "deploy", "LICENSE")) {
      assertThat(Files.readString(home.resolve("INSTALL.md"))).contains("`" + name);
      assertThat(home.resolve(name)).exists();
    }
  }

  @Test
  void thanksNobodyWhoseWorkIsNotInIt() throws IOException {
    List<String> named =
        Files.readAllLines(home.resolve("THIRD-PARTY.txt")).stream()
            .takeWhile(line -> !line.equals("The MIT License"))
            .filter(line -> line.matches("  \\S.*"))
            .flatMap(line -> Stream.of(line.strip().split("  ")[0].split(", ")))
            .map(name -> name.replace("*", ""))
            .toList();
    List<String> jars = Distribution.jars(home);
    assertThat(named).hasSizeGreaterThan(10);
    for (String name : named) {
      assertThat(jars).as("a jar of %s", name).anyMatch(jar -> jar.startsWith(name));
    }
    assertThat(Files.readString(home.resolve("THIRD-PARTY.txt")))
        .as("parts that are left out")
        .doesNotContain("QUIC");
  }

  private static List<Path> ourJars() throws IOException {
    try (Stream<Path> files = Files.walk(home)) {
      return files.filter(f -> f.getFileName().toString().matches("parley-.*\\.jar")).toList();
    }
  }

  private static List<Path> files(String directory) throws IOException {
    try (Stream<Path> files = Files.list(home.resolve(directory))) {
      return files.sorted().toList();
    }
  }
}
