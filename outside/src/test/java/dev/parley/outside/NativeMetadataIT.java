package dev.parley.outside;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The metadata for GraalVM's native image names what is there, all of it. Netty asks each channel
 * handler by reflection which events it can skip; a handler that is not named gets them all.
 */
class NativeMetadataIT {
  private static final Pattern NAME = Pattern.compile("\"name\": \"([^\"]+)\"");
  private static final Pattern PATTERN = Pattern.compile("\"pattern\": \"([^\"]+)\"");

  static Stream<Published> artifacts() {
    return Stream.of("parley-transport-rsocket", "parley-observability").map(Published::of);
  }

  @ParameterizedTest
  @MethodSource("artifacts")
  void namesEachChannelHandlerAndNothingElse(Published artifact) throws Exception {
    HighestWins resolution = new HighestWins();
    List<Path> jars = resolution.files(resolution.resolve(artifact));
    try (ClassPath path = ClassPath.of(jars)) {
      assertThat(named(artifact, "reflect-config.json", NAME))
          .as("in reflect-config.json of %s", artifact)
          .isEqualTo(path.subtypes(artifact.jar(), "io.netty.channel.ChannelHandler"));
    }
  }

  @Test
  void namesEachFileOfTheConsole() throws Exception {
    Published observability = Published.of("parley-observability");
    Set<String> patterns = named(observability, "resource-config.json", PATTERN);
    List<String> missing = new ArrayList<>();
    try (JarFile jar = new JarFile(observability.jar().toFile())) {
      jar.stream()
          .map(entry -> entry.getName())
          .filter(name -> name.matches(".*\\.(html|css|js|json|svg|png)"))
          .filter(name -> !name.startsWith("META-INF/"))
          .filter(name -> patterns.stream().noneMatch(name::matches))
          .forEach(missing::add);
    }
    assertThat(patterns).isNotEmpty();
    assertThat(missing).isEmpty();
  }

  private static Set<String> named(Published artifact, String file, Pattern pattern)
      throws IOException {
    String name = "META-INF/native-image/dev.parley/" + artifact.artifact() + "/" + file;
    try (JarFile jar = new JarFile(artifact.jar().toFile());
        var in = jar.getInputStream(jar.getEntry(name))) {
      Matcher matcher = pattern.matcher(new String(in.readAllBytes(), StandardCharsets.UTF_8));
      Set<String> found = new TreeSet<>();
      while (matcher.find()) {
        found.add(matcher.group(1).replace("\\\\", "\\"));
      }
      return found;
    }
  }
}
