package dev.parley.outside;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A JDK that is installed on this machine. */
record Jdk(int feature, Path home) {

  /** The JDK that runs this test. */
  static Jdk current() {
    return new Jdk(Runtime.version().feature(), Path.of(System.getProperty("java.home")));
  }

  /** One JDK of each feature version from 17 on, the current one first. */
  static List<Jdk> all() {
    TreeMap<Integer, Jdk> found = new TreeMap<>();
    try (Stream<Path> homes = Files.exists(JVMS) ? Files.list(JVMS) : Stream.empty()) {
      homes.sorted().forEach(home -> add(found, home));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    found.remove(current().feature());
    List<Jdk> jdks = new ArrayList<>(List.of(current()));
    jdks.addAll(found.values());
    return jdks;
  }

  /** Those on which a test of the product runs: all, unless another run has the others. */
  static List<Jdk> each() {
    return Boolean.getBoolean("parley.outside.currentJdkOnly") ? List.of(current()) : all();
  }

  /** What the README asks for on the command line of this JDK. */
  String[] flags() {
    return feature < 24
        ? new String[0]
        : new String[] {
          "--sun-misc-unsafe-memory-access=allow", "--enable-native-access=ALL-UNNAMED"
        };
  }

  private static final Path JVMS = Path.of("/usr/lib/jvm");

  private static void add(TreeMap<Integer, Jdk> found, Path home) {
    Path release = home.resolve("release");
    if (!Files.exists(release) || !Files.exists(home.resolve("bin/javac"))) {
      return;
    }
    Properties properties = new Properties();
    try (var in = Files.newInputStream(release)) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String version = properties.getProperty("JAVA_VERSION", "0").replace("\"", "");
    int feature = Integer.parseInt(version.split("[.\\-+]", 2)[0]);
    if (feature >= 17) {
      found.putIfAbsent(feature, new Jdk(feature, home));
    }
  }

  @Override
  public String toString() {
    return "JDK " + feature;
  }
}
