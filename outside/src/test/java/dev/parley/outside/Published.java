package dev.parley.outside;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One of our artifacts, as the build of this tree has just made it: its jar and its flat pom. */
record Published(String artifact, String directory) {
  static final String GROUP = "dev.parley";

  /** Every artifact with a jar. */
  static List<Published> jars() {
    return List.of(
        new Published("parley-core", "core"),
        new Published("parley-dht", "dht"),
        new Published("parley-delegation", "delegation"),
        new Published("parley-transport-rsocket", "transport-rsocket"),
        new Published("parley-node", "node"),
        new Published("parley-observability", "observability"),
        new Published("parley-testkit", "testkit"),
        new Published("parley-simulator", "simulator"),
        new Published("parley-cli", "cli"));
  }

  /** The bill of materials, which is a pom only. */
  static Published bom() {
    return new Published("parley-bom", "bom");
  }

  static Published of(String artifact) {
    return jars().stream().filter(p -> p.artifact.equals(artifact)).findFirst().orElseThrow();
  }

  /** The version of all artifacts. */
  static String version() throws IOException {
    String pom = Files.readString(SourceTree.root().resolve("pom.xml"));
    Matcher matcher =
        Pattern.compile("<artifactId>parley-parent</artifactId>\\s*<version>([^<]+)<").matcher(pom);
    assertThat(matcher.find()).isTrue();
    return matcher.group(1);
  }

  Path target() {
    return SourceTree.root().resolve(directory).resolve("target");
  }

  Path jar() throws IOException {
    return built(target().resolve(artifact + "-" + version() + ".jar"));
  }

  Path pom() {
    return built(target().resolve(".flattened-pom.xml"));
  }

  /** The name of the jar's module: dots for dashes, within our group's name space. */
  String module() {
    return "dev." + artifact.replace('-', '.');
  }

  private static Path built(Path file) {
    assertThat(file).as("made by mvn package, which comes before this test").exists();
    return file;
  }

  @Override
  public String toString() {
    return artifact;
  }
}
