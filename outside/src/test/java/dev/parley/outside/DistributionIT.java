package dev.parley.outside;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The distribution, unpacked into a directory with a space and started with a JRE alone. */
class DistributionIT {
  @TempDir static Path temp;
  private static Path home;

  @BeforeAll
  static void unpack() throws Exception {
    home = Distribution.unpacked(temp.resolve("an install"));
  }

  @Test
  void holdsProgramLicencesAndUnits() throws Exception {
    assertThat(home.resolve("bin/parley")).isExecutable();
    assertThat(home.resolve("LICENSE")).isNotEmptyFile();
    assertThat(home.resolve("INSTALL.md")).isNotEmptyFile();
    assertThat(home.resolve("deploy/systemd/parley.service")).isNotEmptyFile();
    assertThat(home.resolve("deploy/kubernetes/parley.yaml")).isNotEmptyFile();
    assertThat(run("find", home.toString(), "-type", "f", "-perm", "/022").out()).isEmpty();
  }

  @Test
  void namesTheLicenceOfEachLibrary() throws Exception {
    List<String> named =
        Files.readString(home.resolve("THIRD-PARTY.txt"))
            .lines()
            .filter(line -> line.startsWith("  "))
            .flatMap(line -> Stream.of(line.strip().split("  ")[0].split(", ")))
            .map(name -> name.replace("*", ""))
            .filter(name -> !name.isBlank())
            .toList();
    for (String jar : Distribution.jars(home)) {
      if (!jar.startsWith("parley-")) {
        assertThat(named).as(jar).anyMatch(jar::startsWith);
      }
    }
  }

  @Test
  void runsWithAJreAlone() throws Exception {
    Path jre = jre();
    Command.Ended version = parley(jre, "--version").run();
    assertThat(version.exitCode()).as("%s", version).isZero();
    assertThat(version.out()).startsWith("parley ");
    Command.Ended demo = parley(jre, "demo").within(Duration.ofMinutes(2)).run();
    assertThat(demo.exitCode()).as("%s", demo).isZero();
    assertThat(temp.resolve("work")).isEmptyDirectory();
  }

  @Test
  void holdsNothingOfTheMomentAtWhichItWasMade() throws Exception {
    String times =
        run(
                "tar",
                "tvzf",
                Distribution.archive().toString(),
                "--utc",
                "--full-time",
                "--numeric-owner")
            .out();
    List<String> stamps = times.lines().map(line -> line.split("\\s+")[3]).distinct().toList();
    assertThat(stamps).as("one time for all").hasSize(1);
    List<String> names = times.lines().map(line -> line.replaceAll("^.* parley-", "")).toList();
    assertThat(names.stream().filter(name -> !name.endsWith("/"))).doesNotHaveDuplicates();
  }

  /** A runtime without a compiler: linked where this JDK can, else one of links to this JDK. */
  private static Path jre() throws Exception {
    Path jre = temp.resolve("jre");
    Path jdk = Jdk.current().home();
    Command.Ended linked =
        run(
            jdk.resolve("bin/jlink").toString(),
            "--add-modules",
            "java.base,java.logging,java.management,java.naming,java.net.http,java.sql,java.xml,"
                + "jdk.jfr,jdk.unsupported,java.desktop",
            "--output",
            jre.toString());
    assertThat(linked.exitCode()).as("%s", linked).isZero();
    assertThat(jre.resolve("bin/javac")).doesNotExist();
    return jre;
  }

  private static Command parley(Path jre, String... words) throws IOException {
    return Command.of(home.resolve("bin/parley").toString())
        .and(words)
        .with("JAVA_HOME", jre.toString())
        .with("PARLEY_JAVA_ARCHIVE", "off")
        .with("PATH", "/usr/bin:/bin")
        .in(Files.createDirectories(temp.resolve("work")));
  }

  private static Command.Ended run(String... words) throws IOException, InterruptedException {
    return Command.of(words).run();
  }
}
