package dev.parley.outside;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Links between pages lead to files and headings that exist. */
class DocumentLinksTest {
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");

  @Test
  void leadSomewhere() throws Exception {
    List<String> broken = new ArrayList<>();
    for (Path page : Fence.pages()) {
      Matcher link = LINK.matcher(Files.readString(page).replaceAll("(?ms)^ *```.*?^ *```", ""));
      while (link.find()) {
        String target = link.group(1);
        if (!target.contains("://") && !target.startsWith("mailto:") && !leads(page, target)) {
          broken.add(SourceTree.root().relativize(page) + ": " + target);
        }
      }
    }
    assertThat(broken).isEmpty();
  }

  /** The guide, since nobody looks for what no page names. */
  @Test
  void theGuideLeadsToEverythingThatDeploys() throws Exception {
    StringBuilder guide = new StringBuilder();
    try (Stream<Path> pages = Files.list(SourceTree.root().resolve("docs/guide"))) {
      for (Path page : pages.toList()) {
        guide.append(Files.readString(page));
      }
    }
    try (Stream<Path> files = Files.walk(SourceTree.root().resolve("deploy"))) {
      assertThat(files.filter(Files::isRegularFile))
          .isNotEmpty()
          .allMatch(f -> guide.indexOf("(../../" + SourceTree.root().relativize(f) + ")") >= 0);
    }
  }

  private static boolean leads(Path page, String target) throws Exception {
    int hash = target.indexOf('#');
    String file = hash < 0 ? target : target.substring(0, hash);
    Path there = file.isEmpty() ? page : page.resolveSibling(file).normalize();
    if (!Files.exists(there)) {
      return false;
    }
    return hash < 0 || anchors(there).contains(target.substring(hash + 1));
  }

  private static Set<String> anchors(Path page) throws Exception {
    return HEADING
        .matcher(Files.readString(page))
        .results()
        .map(m -> m.group(1).toLowerCase(Locale.ROOT))
        .map(h -> h.replaceAll("[^\\p{L}\\p{N} _-]", "").strip().replace(' ', '-'))
        .collect(Collectors.toSet());
  }
}
