package dev.parley.outside;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The launcher of a clone, started from elsewhere. */
class LauncherIT {
  private static Path tree;
  @TempDir Path elsewhere;

  @BeforeAll
  static void build() throws Exception {
    tree = ClonedTree.built();
  }

  static List<Jdk> jdks() {
    return Jdk.each();
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void startsOnEachJdkAndLeavesNothingBehind(Jdk jdk) throws Exception {
    List<String> before = ClonedTree.files(tree);
    Command.Ended ended = parley("--version").on(jdk).run();
    assertThat(ended.exitCode()).as("%s", ended).isZero();
    assertThat(ended.out()).startsWith("parley ");
    assertThat(ended.err()).isEmpty();
    assertThat(elsewhere).isEmptyDirectory();
    assertThat(ClonedTree.files(tree)).isEqualTo(before);
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void sendsToARunningNodeAndSaysGoodbyeAtASignal(Jdk jdk) throws Exception {
    assertThat(endOfNode(jdk, "INT")).isEqualTo(130);
  }

  @ParameterizedTest
  @CsvSource({"TERM,143", "INT,130"})
  void endsAtOnceWithTheCodeOfTheSignal(String signal, int code) throws Exception {
    assertThat(endOfNode(Jdk.current(), signal)).isEqualTo(code);
  }

  private int endOfNode(Jdk jdk, String signal) throws Exception {
    Path out = elsewhere.resolve("out");
    Path err = elsewhere.resolve("err");
    Process node = parley("node", "--listen", "127.0.0.1:0", "--echo").on(jdk).start(out, err);
    try {
      assertThat(shell("until grep -q @ out; do sleep 0.1; done").run().exitCode()).isZero();
      String where = Files.readString(out).strip();
      Command.Ended sent = parley("send", where, "hello").on(jdk).run();
      assertThat(sent.out()).as("%s", sent).isEqualTo("hello");
      assertThat(shell("kill -" + signal + " " + node.pid()).run().exitCode()).isZero();
      assertThat(node.waitFor(15, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
      assertThat(Files.readString(err)).doesNotContain("Exception");
      return node.exitValue();
    } finally {
      node.destroyForcibly();
    }
  }

  @Test
  void passesExitCodesThrough() throws Exception {
    assertThat(parley("--no-such-option").run().exitCode()).isEqualTo(2);
    assertThat(parley("send", "nobody", "hi").run().exitCode()).isEqualTo(2);
  }

  @Test
  void writesPlainTextInTheCLocaleWithoutATerminal() throws Exception {
    Command.Ended ended =
        parley("--help").with("LC_ALL", "C").with("NO_COLOR", "1").with("TERM", "").run();
    assertThat(ended.exitCode()).isZero();
    assertThat(ended.out()).contains("subscribe").doesNotContain("\u001b").doesNotContain("?m");
    assertThat(ended.err()).isEmpty();
  }

  @Test
  void followsSymbolicLinks() throws Exception {
    Path bin = Files.createDirectories(elsewhere.resolve("x y/bin"));
    Files.createSymbolicLink(bin.resolve("one"), tree.resolve("parley"));
    Files.createSymbolicLink(bin.resolve("two"), Path.of("one"));
    Command.Ended ended =
        Command.of(bin.resolve("two").toString(), "--version")
            .with("PARLEY_JAVA_ARCHIVE", "off")
            .in(elsewhere)
            .run();
    assertThat(ended.out()).as("%s", ended).startsWith("parley ");
    Command.Ended byName = shell("PATH='" + bin + "':$PATH two --version").run();
    assertThat(byName.out()).as("%s", byName).startsWith("parley ");
  }

  @Test
  void saysWhichJavaItCannotUse() throws Exception {
    Command.Ended wrong = parley("--version").with("JAVA_HOME", "/nonexistent").run();
    assertThat(wrong.exitCode()).isEqualTo(1);
    assertThat(wrong.err()).contains("JAVA_HOME is /nonexistent").hasLineCount(1);
    FakeJava old = FakeJava.create(elsewhere.resolve("jdk-11"), "11.0.2", "exit 9\n");
    Command.Ended tooOld = parley("--version").with("JAVA_HOME", old.home().toString()).run();
    assertThat(tooOld.exitCode()).isEqualTo(1);
    assertThat(tooOld.err()).contains("needs Java 17 or newer").contains("is 11").hasLineCount(1);
    assertThat(parley("--version").with("JAVA_HOME", "").run().exitCode()).isZero();
  }

  @Test
  void runsForAUserWhoMayWriteNowhere() throws Exception {
    Command as = Command.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");
    boolean root = "root".equals(System.getProperty("user.name"));
    Command command = root ? as.and(tree.resolve("parley").toString()) : parley();
    Command.Ended ended =
        command
            .and("--version")
            .in(Path.of("/"))
            .with("HOME", "/nonexistent")
            .with("XDG_CACHE_HOME", "")
            .run();
    assertThat(ended.exitCode()).as("%s", ended).isZero();
    assertThat(ended.err()).isEmpty();
  }

  private Command parley(String... words) {
    return ClonedTree.launcher(tree, words).in(elsewhere);
  }

  private Command shell(String script) {
    return Command.of("bash", "-c", "set -o pipefail; " + script)
        .with("PARLEY_JAVA_ARCHIVE", "off")
        .within(Duration.ofMinutes(1))
        .in(elsewhere);
  }
}
