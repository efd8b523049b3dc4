package dev.parley.outside;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When the launcher builds its tree, and what it says about it; Maven is a script here. */
class LauncherBuildIT {
  private static final String FAILS =
      """
      #!/bin/sh
      echo "$$" >>"$CALLS"
      echo '[INFO] Building Parley :: Core 1.0 [1/9]'
      echo '[ERROR] no such symbol'
      exit 1
      """;

  @TempDir Path temp;

  @Test
  void showsTheEndOfAFailedBuild() throws Exception {
    Path tree = bareTree();
    maven(FAILS);
    Command.Ended ended = parley(tree).run();
    assertThat(ended.exitCode()).isEqualTo(1);
    assertThat(ended.out()).isEmpty();
    assertThat(ended.err())
        .contains("Building Parley :: Core")
        .contains("[ERROR] no such symbol")
        .contains("the build failed");
    assertThat(tree.resolve("cli/target/build.log")).exists();
    assertThat(tree.resolve("cli/target/.lock")).doesNotExist();
  }

  @Test
  void saysThatMavenIsMissing() throws Exception {
    Path tree = bareTree();
    Path tools = Files.createDirectory(temp.resolve("tools"));
    for (String tool : "sh cat sed find head readlink grep tail tr".split(" ")) {
      FakeJava.executable(tools.resolve(tool), "#!/bin/sh\nexec /usr/bin/" + tool + " \"$@\"\n");
    }
    Command.Ended ended = parley(tree).with("PATH", tools.toString()).run();
    assertThat(ended.exitCode()).isEqualTo(1);
    assertThat(ended.err()).contains("not built yet: no mvn found").hasLineCount(1);
  }

  @Test
  void takesOverTheLockOfABuildThatIsGone() throws Exception {
    Path tree = bareTree();
    maven(FAILS);
    Files.createDirectories(tree.resolve("cli/target"));
    Files.createSymbolicLink(tree.resolve("cli/target/.lock"), Path.of("999999999"));
    assertThat(parley(tree).run().err()).contains("the build failed");
  }

  @Test
  void buildsAgainForSourcesButNotForTestsAndDocuments() throws Exception {
    // A copy of its own: other tests start commands of the clone meanwhile.
    Path tree = temp.resolve("a copy");
    Command copy = Command.of("cp", "-a", ClonedTree.built().toString(), tree.toString());
    assertThat(copy.run().exitCode()).isZero();
    maven(FAILS);
    touched(tree, "docs/architecture.md");
    touched(tree, "core/src/test/java/dev/parley/IdentityFileTest.java");
    touched(tree, "examples/pom.xml");
    touched(tree, "outside/pom.xml");
    Command.Ended same = parley(tree).run();
    assertThat(same.exitCode()).as("%s", same).isZero();
    assertThat(calls()).isEmpty();

    touched(tree, "core/src/main/java/dev/parley/Identity.java");
    assertThat(parley(tree).run().exitCode()).isEqualTo(1);
    assertThat(calls()).hasLineCount(1);
  }

  private static void touched(Path tree, String name) throws IOException {
    Files.setLastModifiedTime(tree.resolve(name), FileTime.from(Instant.now().plusSeconds(60)));
  }

  private Path bareTree() throws IOException {
    Path tree = Files.createDirectories(temp.resolve("bare tree/cli")).getParent();
    Files.copy(SourceTree.root().resolve("parley"), tree.resolve("parley"));
    FakeJava.executable(tree.resolve("parley"), Files.readString(tree.resolve("parley")));
    Files.writeString(tree.resolve("pom.xml"), "<project/>");
    Files.writeString(tree.resolve("cli/pom.xml"), "<project/>");
    return tree;
  }

  private void maven(String script) throws IOException {
    Files.createDirectories(temp.resolve("bin"));
    FakeJava.executable(temp.resolve("bin/mvn"), script);
  }

  private String calls() throws IOException {
    Path calls = temp.resolve("calls");
    return Files.exists(calls) ? Files.readString(calls) : "";
  }

  private Command parley(Path tree) {
    return ClonedTree.launcher(tree, "--version")
        .on(Jdk.current())
        .with("PATH", temp.resolve("bin") + ":" + System.getenv("PATH"))
        .with("CALLS", temp.resolve("calls").toString())
        .in(temp);
  }
}
