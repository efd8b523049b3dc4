package dev.parley.outside;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testkit.RequiresTool;
import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@code RELEASING.md} deploys is complete by the rules of Maven Central. */
@RequiresTool({"mvn", "gpg"})
class ReleaseIT {
  private static final String[] SITE = {
    "-Dparley.site=https://parley.test", "-Dparley.git=https://parley.test/parley.git"
  };
  private static final List<String> REQUIRED =
      List.of(
          "<name>", "<description>", "<url>", "<license>", "<developer>", "<scm ", "<connection>");

  private static Path deployed = Path.of("");
  private static ReleaseCopy copy;
  private static SigningKey key;

  static Stream<Published> artifacts() {
    return Published.jars().stream();
  }

  @BeforeAll
  static void deploys(@TempDir Path home) throws Exception {
    copy = ReleaseCopy.in(home.resolve("tree"));
    key = SigningKey.create();
    Path repository = home.resolve("deployed");
    ReleaseCopy.succeeded(
        key.in(copy.maven("deploy", "-P", "release,sign"))
            .and("-DaltDeploymentRepository=local::" + repository.toUri())
            .and(SITE)
            .run());
    deployed = repository.resolve(Published.GROUP.replace('.', '/'));
  }

  @AfterAll
  static void forgetsTheKey() throws Exception {
    if (key != null) {
      key.close();
    }
  }

  @Test
  void deploysWhatIsPublishedAndNothingElse() throws IOException {
    List<String> expected = new ArrayList<>(artifacts().map(Published::artifact).toList());
    expected.add(Published.bom().artifact());
    try (Stream<Path> found = Files.list(deployed)) {
      assertThat(found.map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(expected);
    }
  }

  @ParameterizedTest
  @MethodSource("artifacts")
  void hasSourcesJavadocBillOfMaterialsSignaturesAndChecksums(Published artifact) throws Exception {
    for (String suffix :
        List.of(".pom", ".jar", "-sources.jar", "-javadoc.jar", "-cyclonedx.json")) {
      isSigned(file(artifact, suffix));
    }
    assertThat(names(file(artifact, "-sources.jar"))).anyMatch(name -> name.endsWith(".java"));
    assertThat(names(file(artifact, "-javadoc.jar"))).contains("index.html");
    assertThat(Files.readString(file(artifact, "-cyclonedx.json")))
        .contains("\"CycloneDX\"", "pkg:maven/io.projectreactor/reactor-core@");
  }

  @ParameterizedTest
  @MethodSource("artifacts")
  void hasAPomThatStandsAlone(Published artifact) throws Exception {
    String pom = Files.readString(file(artifact, ".pom"));
    assertThat(pom)
        .contains(REQUIRED)
        .contains("https://parley.test")
        .doesNotContain("<parent>", "SNAPSHOT", "${", "<scope>test", "dependencyManagement");
    // A version for each dependency, and the artifact's own.
    assertThat(pom.split("<version>", -1)).hasSize(pom.split("<dependency>", -1).length + 1);
  }

  @ParameterizedTest
  @MethodSource("artifacts")
  void hasAModuleName(Published artifact) throws Exception {
    ModuleFinder jar = ModuleFinder.of(file(artifact, ".jar"));
    ModuleDescriptor module = jar.findAll().iterator().next().descriptor();
    assertThat(module.name()).isEqualTo(artifact.module());
    assertThat(module.isAutomatic()).isFalse();
  }

  @Test
  void hasABillOfVersionsThatNamesEveryArtifact() throws Exception {
    Path pom = file(Published.bom(), ".pom");
    isSigned(pom);
    String text = Files.readString(pom);
    assertThat(text).contains(REQUIRED).doesNotContain("<parent>", "SNAPSHOT");
    assertThat(artifacts().map(a -> "<artifactId>" + a + "</artifactId>")).allMatch(text::contains);
  }

  @Test
  void doesNotSignWithPlaceholders() throws Exception {
    Command.Ended ended = copy.maven(Published.of("parley-core"), "-P", "sign", "validate").run();
    assertThat(ended.exitCode()).isNotZero();
    assertThat(ended.out()).contains("Set parley.site", "Set parley.git");
  }

  @Test
  void findsABreakOfCompatibility() throws Exception {
    Published core = Published.of("parley-core");
    Path same = file(core, ".jar");
    try (PreviousRelease before = PreviousRelease.of(core, same)) {
      ReleaseCopy.succeeded(compare(core, before));
    }
    Path more = deployed.resolveSibling("more.jar");
    // As if the release before had a public class that this one lacks.
    addClass(
        same, more, "dev/parley/Gone.class", compiled("package dev.parley; public class Gone {}"));
    try (PreviousRelease before = PreviousRelease.of(core, more)) {
      Command.Ended ended = compare(core, before);
      assertThat(ended.exitCode()).as("%s", ended).isNotZero();
      assertThat(ended.out()).contains("dev.parley.Gone");
    }
  }

  private static Command.Ended compare(Published artifact, PreviousRelease before)
      throws Exception {
    return copy.maven(artifact, "-Dparley.previous=" + before.version(), "package").run();
  }

  private static byte[] compiled(String source) throws Exception {
    Path directory = Files.createDirectories(deployed.resolveSibling("gone"));
    Path file = directory.resolve("Gone.java");
    Files.writeString(file, source);
    Path javac = Jdk.current().home().resolve("bin/javac");
    ReleaseCopy.succeeded(
        Command.of(javac.toString(), "--release", "17", "-d", ".", "Gone.java")
            .in(directory)
            .run());
    return Files.readAllBytes(directory.resolve("dev/parley/Gone.class"));
  }

  private static void addClass(Path from, Path to, String name, byte[] content) throws IOException {
    try (JarFile jar = new JarFile(from.toFile());
        JarOutputStream out = new JarOutputStream(Files.newOutputStream(to))) {
      for (JarEntry entry : jar.stream().toList()) {
        out.putNextEntry(new JarEntry(entry.getName()));
        jar.getInputStream(entry).transferTo(out);
      }
      out.putNextEntry(new JarEntry(name));
      out.write(content);
    }
  }

  private static void isSigned(Path file) throws Exception {
    assertThat(file).exists();
    assertThat(key.signed(file)).as("signature of %s", file).isTrue();
    assertThat(Path.of(file + ".sha1")).exists();
    assertThat(Path.of(file + ".md5")).exists();
  }

  private static List<String> names(Path jar) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      return file.stream().map(entry -> entry.getName()).toList();
    }
  }

  private static Path file(Published artifact, String suffix) {
    String version = ReleaseCopy.VERSION;
    return deployed
        .resolve(artifact.artifact())
        .resolve(version)
        .resolve(artifact.artifact() + "-" + version + suffix);
  }
}
