package dev.parley.outside;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The distribution in directories with odd names, for users without a home, on a full disk. */
class OddPlacesIT {
  /** All that a shell, a URL or Java might take for its own, and what a C locale cannot say. */
  private static final String ODD = "-it's \"$HOME\" `id` \\ 100%41 #?&; [x]* + ümläut";

  @TempDir static Path temp;
  private static Path plain;
  private static Path odd;
  private static Process node;
  private static String peer = "";

  @BeforeAll
  static void startNode() throws Exception {
    // Another user looks at it, too.
    assertThat(sh("chmod 755 .").exitCode()).isZero();
    plain = Distribution.unpacked(temp.resolve("plain"));
    odd = Distribution.unpacked(temp.resolve(ODD));
    node =
        Command.of(plain.resolve("bin/parley").toString())
            .and("node", "--listen", "127.0.0.1:0", "--echo")
            .in(temp)
            .start(temp.resolve("node"), temp.resolve("log"));
    assertThat(sh("until grep -q @ node; do sleep 0.1; done").exitCode()).isZero();
    peer = Files.readString(temp.resolve("node")).strip();
  }

  @AfterAll
  static void stopNode() {
    node.destroyForcibly();
  }

  static List<Jdk> jdks() {
    return Jdk.each();
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void runsInADirectoryOfAnyName(Jdk jdk) throws Exception {
    Command command = parley(odd).on(jdk).with("PARLEY_JAVA_ARCHIVE", "off");
    succeeds(command.with("LC_ALL", "C"));
    tellsItsVersion(command.with("LC_ALL", "xx_XX.UTF-8")); // of that name only
  }

  /** JDK 17 finds none of our classes in an archive of such a directory, and must live with it. */
  @Test
  void makesAndUsesAnArchiveInADirectoryOfAnyName() throws Exception {
    Path cache = Files.createDirectory(temp.resolve("cache \"ü\""));
    Command command = parley(odd).on(Jdk.current()).with("XDG_CACHE_HOME", cache.toString());
    tellsItsVersion(command);
    awaitNobodyIn(cache);
    assertThat(ClonedTree.files(cache)).hasSize(1).allMatch(name -> name.endsWith("classes.jsa"));
    succeeds(command);
    assertThat(ClonedTree.files(cache)).hasSize(1);
  }

  /** Started by a relative name that begins with a dash, and by that of a link. */
  @Test
  void isFoundByAnyName() throws Exception {
    Path bin = odd.getParent().resolve("-bin");
    Files.createDirectory(bin);
    Files.createSymbolicLink(bin.resolve("-p"), odd.resolve("bin/parley"));
    Command in = sh().in(bin).with("PARLEY_JAVA_ARCHIVE", "off").with("LC_ALL", "C");
    assertThat(in.and("./-p --version").run().out()).startsWith("parley ");
    assertThat(in.and("PATH=.:$PATH; -p --version").run().out()).startsWith("parley ");
    assertThat(in.and("cd ../parley-*/bin && ./parley --version").run().out())
        .startsWith("parley ");
  }

  @Test
  void findsAJavaInADirectoryOfAnyName() throws Exception {
    Path java = temp.resolve("Java ü");
    Files.createSymbolicLink(java, Jdk.current().home());
    tellsItsVersion(
        parley(plain)
            .with("JAVA_HOME", java.toString())
            .with("LC_ALL", "C")
            .with("PARLEY_JAVA_ARCHIVE", "off"));
  }

  @Test
  void saysThatJavaTakesPathsApartAtColons() throws Exception {
    Path home = Distribution.unpacked(temp.resolve("c:"));
    Command.Ended ended = parley(home).and("--version").run();
    assertThat(ended.exitCode()).as("%s", ended).isEqualTo(1);
    assertThat(ended.err()).contains("has a colon in its path").hasLineCount(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HOME= XDG_CACHE_HOME=",
        "HOME=@/read-only XDG_CACHE_HOME=",
        "HOME=@/read-only XDG_CACHE_HOME=@/file",
        "HOME= XDG_CACHE_HOME=/proc/nowhere",
        "HOME=relative XDG_CACHE_HOME=relative/too",
      })
  void needsNoHomeAndNoCache(String settings) throws Exception {
    assertThat(sh("mkdir -p read-only; chmod 555 read-only; touch file").exitCode()).isZero();
    boolean root = "root".equals(System.getProperty("user.name"));
    Command command =
        root
            ? Command.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
                .and(plain.resolve("bin/parley").toString())
            : parley(plain);
    Path work = Files.createDirectories(temp.resolve("work"));
    assertThat(sh("chmod 777 work").exitCode()).isZero();
    for (String setting : settings.split(" ")) {
      String[] parts = setting.replace("@", temp.toString()).split("=", 2);
      command = command.with(parts[0], parts[1]);
    }
    succeeds(command.in(work).on(Jdk.current()));
    assertThat(work).isEmptyDirectory();
    assertThat(temp.resolve("read-only")).isEmptyDirectory();
  }

  /** Where this test may not mount one, a directory that cannot be written stands for it. */
  @Test
  void goesOnWhereTheDiskIsFull() throws Exception {
    Path disk = Files.createDirectory(temp.resolve("disk"));
    boolean mounted = sh("mount -t tmpfs -o size=64k parley disk").exitCode() == 0;
    try {
      String fill = mounted ? "dd if=/dev/zero of=disk/fill bs=1k || true" : "chmod 555 disk";
      assertThat(sh(fill).exitCode()).isZero();
      succeeds(parley(plain).with("XDG_CACHE_HOME", disk.toString()));
      awaitNobodyIn(disk);
      assertThat(ClonedTree.files(disk)).isEqualTo(mounted ? List.of("fill") : List.of());

      Path key = disk.resolve("key.pem");
      Command.Ended ended = parley(plain).and("id", "new", "--identity", key.toString()).run();
      assertThat(ended.exitCode()).as("%s", ended).isEqualTo(1);
      assertThat(ended.err()).contains("could not be written").hasLineCount(1);
      assertThat(key).doesNotExist();
    } finally {
      if (mounted) {
        assertThat(sh("umount disk").exitCode()).isZero();
      }
    }
  }

  private static Command parley(Path home) {
    return Command.of(home.resolve("bin/parley").toString())
        .with("XDG_CACHE_HOME", temp.resolve("nowhere/at/all").toString())
        .with("HOME", "")
        .in(temp);
  }

  /** The version and a message, with nothing said beside them. */
  private static void succeeds(Command command) throws Exception {
    tellsItsVersion(command);
    assertThat(quietly(command.and("send", peer, "hello"))).isEqualTo("hello");
  }

  private static void tellsItsVersion(Command command) throws Exception {
    assertThat(quietly(command.and("--version"))).startsWith("parley ");
  }

  private static String quietly(Command command) throws Exception {
    Command.Ended ended = command.run();
    assertThat(ended.exitCode()).as("%s", ended).isZero();
    assertThat(ended.err()).as("%s", ended).isEmpty();
    return ended.out();
  }

  /** The process that makes an archive works in its directory. */
  private static void awaitNobodyIn(Path directory) throws Exception {
    Command.Ended ended =
        sh().with("DIRECTORY", directory.toString())
            .and("while readlink /proc/[0-9]*/cwd | grep -qF \"$DIRECTORY\"; do sleep 0.1; done")
            .run();
    assertThat(ended.exitCode()).as("%s", ended).isZero();
  }

  private static Command.Ended sh(String script) throws Exception {
    return sh().and(script).run();
  }

  private static Command sh() {
    return Command.of("sh", "-c").in(temp).within(Duration.ofMinutes(2));
  }
}
