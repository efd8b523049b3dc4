package dev.parley.outside;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each command in the block of {@code benchmarks/README.md}, in its {@code --brief} form. */
class BenchmarksRunIT {
  private static final String RUN = "benchmarks/run";

  static Stream<String> commands() {
    Path page = SourceTree.root().resolve("benchmarks/README.md");
    return Fence.of(page).stream()
        .filter(f -> "BenchmarksRunIT".equals(f.attributes().get("run-by")))
        .flatMap(f -> f.text().lines())
        .map(line -> line.replaceFirst("\\s+#.*", ""))
        .filter(line -> line.startsWith(RUN));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void runs(String command) throws Exception {
    List<String> words = new ArrayList<>(Arrays.asList(briefly(command).split(" +")));
    words.set(0, SourceTree.root().resolve(RUN).toString());
    words.add(2, "--brief");

    Command.Ended ended =
        Command.of(words.toArray(String[]::new))
            .in(SourceTree.root())
            .on(Jdk.current())
            .within(Duration.ofMinutes(2))
            .run();

    assertThat(ended.err()).as(ended.toString()).doesNotContain("Exception");
    assertThat(ended.out()).as(ended.toString()).isNotBlank();
    // A floor is missed, or the machine is too busy: what gate is there to tell.
    assertThat(ended.exitCode())
        .as(ended.toString())
        .isIn(words.contains("gate") ? ok(0, 1, 75) : ok(0));
  }

  /** With the files that brief runs on this JDK have written before. */
  private static String briefly(String command) {
    return command
        .replace("benchmarks/target/", "benchmarks/target/brief/")
        .replace("jdk17", "jdk" + Runtime.version().feature());
  }

  private static List<Integer> ok(Integer... codes) {
    return List.of(codes);
  }
}
