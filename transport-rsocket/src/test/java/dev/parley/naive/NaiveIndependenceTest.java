package dev.parley.naive;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Reads the names of classes in the constant pools. */
class NaiveIndependenceTest {
  private static final Pattern FOREIGN =
      Pattern.compile(
          "(?<![a-z/])(?:dev/parley/(?!naive/)|io/|reactor/|org/(?!bouncycastle/))[A-Za-z0-9_/$]+");

  @Test
  void usesNothingOfTheProjectAndOnlyPrimitivesOfOthers() throws Exception {
    List<String> seen = new ArrayList<>();
    for (Path file : naive()) {
      seen.add(file.getFileName().toString());
      String bytes = new String(Files.readAllBytes(file), ISO_8859_1);
      assertThat(FOREIGN.matcher(bytes).results().map(m -> m.group())).as("%s", file).isEmpty();
    }
    assertThat(seen).contains("NaiveInitiator.class", "NaiveClient.class", "NaiveServer.class");
  }

  @Test
  void seesForeignClasses() throws Exception {
    String bytes =
        new String(Files.readAllBytes(classes().resolve("DocumentTest.class")), ISO_8859_1);
    assertThat(FOREIGN.matcher(bytes).results().map(m -> m.group()))
        .contains("dev/parley/transport/vectors/ProtocolDocument");
  }

  private static List<Path> naive() throws IOException {
    try (Stream<Path> files = Files.list(classes())) {
      return files
          .filter(file -> file.getFileName().toString().matches("Naive.*(?<!Test)\\.class"))
          .toList();
    }
  }

  private static Path classes() {
    return Path.of(
        URI.create(NaiveIds.class.getResource("NaiveIds.class").toString()).resolve("."));
  }
}
