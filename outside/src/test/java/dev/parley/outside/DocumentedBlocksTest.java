package dev.parley.outside;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Every command and every piece of code in a page is run by a test, or says why not. */
class DocumentedBlocksTest {
  /** Blocks without a language are figures. */
  private static final Set<String> LANGUAGES =
      Set.of("", "text", "sh", "java", "xml", "json", "yaml", "properties", "ini");

  /** A line that a reader would paste into a terminal. */
  private static final Pattern COMMAND =
      Pattern.compile("(?m)^\\s*([$] .*|(\\./parley|mvn|java|curl|benchmarks/run|kubectl) \\S.*)$");

  private static final Set<String> ATTRIBUTES = Set.of("no-run", "run-by", "region", "jdk");
  private static final int SHORTEST_REASON = 12;

  @Test
  void eachBlockSaysHowItIsProved() throws Exception {
    List<String> problems = new ArrayList<>();
    for (Path page : Fence.pages()) {
      for (Fence fence : Fence.of(page)) {
        String problem = problem(fence);
        if (!problem.isEmpty()) {
          problems.add(fence.where() + ": " + problem);
        }
      }
    }
    assertThat(problems).isEmpty();
  }

  @Test
  void noticesWhatWouldNotBeRun() throws Exception {
    Path page = SourceTree.root().resolve("README.md");
    assertThat(problem(fence(page, "bash", Map.of()))).contains("language");
    assertThat(problem(fence(page, "", Map.of()))).isEmpty();
    assertThat(problem(new Fence(page, 1, "text", Map.of(), "./parley demo\n"))).contains("sh");
    assertThat(problem(fence(page, "sh", Map.of("no-run", "")))).contains("reason");
    assertThat(problem(fence(page, "sh", Map.of("run-by", "NobodyIT")))).contains("NobodyIT");
    assertThat(problem(fence(page, "java", Map.of("region", "A#b")))).contains("guide");
    assertThat(problem(fence(page, "sh", Map.of("norun", "a typing error")))).contains("norun");
    assertThat(problem(fence(page, "sh", Map.of()))).isEmpty();
  }

  private static Fence fence(Path page, String language, Map<String, String> attributes) {
    return new Fence(page, 1, language, attributes, "rm -rf /\n");
  }

  private static String problem(Fence fence) throws Exception {
    Map<String, String> attributes = fence.attributes();
    if (!LANGUAGES.contains(fence.language())) {
      return "its language is '" + fence.language() + "', must be one of " + LANGUAGES;
    }
    boolean figure = fence.language().isEmpty() || fence.language().equals("text");
    if (figure && COMMAND.matcher(fence.text()).find()) {
      return "it holds a command, so its language is sh";
    }
    if (!ATTRIBUTES.containsAll(attributes.keySet())) {
      return "unknown attribute among " + attributes.keySet();
    }
    if (attributes.getOrDefault("no-run", "no such attribute").length() < SHORTEST_REASON) {
      return "no-run needs a reason";
    }
    if (attributes.containsKey("region") && !fence.page().toString().contains("/docs/guide/")) {
      return "regions are compared in the guide only";
    }
    String test = attributes.get("run-by");
    if (test != null) {
      Path source =
          SourceTree.root().resolve("outside/src/test/java/dev/parley/outside/" + test + ".java");
      String page = SourceTree.root().relativize(fence.page()).toString();
      if (!Files.exists(source) || !Files.readString(source).contains(page)) {
        return "there is no test " + test + " that names " + page;
      }
    }
    return "";
  }
}
