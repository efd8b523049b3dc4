package dev.parley.guide;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A page of the user's guide. A block that starts with {@code ```java region=Class#name} holds that
 * region of a class of this module: the lines between {@code // region name} and {@code //
 * endregion}.
 */
record Page(Path file) {
  private static final Pattern BLOCK =
      Pattern.compile("(?m)^```java region=(\\w+)#([\\w-]+)\\n((?s:.*?))^```$");
  private static final Pattern ID = Pattern.compile("z6Mk…\\w{6}|z6Mk[1-9A-HJ-NP-Za-km-z]{44}");
  private static final Pattern PORT = Pattern.compile("127\\.0\\.0\\.1:\\d+");

  /** A block of a page, and the region that it shows. */
  record Block(String source, String region, String text) {}

  static Page of(String name) {
    return new Page(root().resolve("docs/guide").resolve(name));
  }

  static List<Page> all() throws IOException {
    try (Stream<Path> files = Files.list(root().resolve("docs/guide"))) {
      return files.filter(f -> f.toString().endsWith(".md")).sorted().map(Page::new).toList();
    }
  }

  static Path root() {
    Path here = Path.of("").toAbsolutePath();
    return Files.exists(here.resolve("PROTOCOL.md")) ? here : here.getParent();
  }

  String text() {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<Block> blocks() {
    return BLOCK
        .matcher(text())
        .results()
        .map(m -> new Block(m.group(1), m.group(2), m.group(3)))
        .toList();
  }

  /** The page with what the regions hold now. */
  String regenerated() {
    return BLOCK
        .matcher(text())
        .replaceAll(
            m ->
                Matcher.quoteReplacement(
                    "```java region="
                        + m.group(1)
                        + "#"
                        + m.group(2)
                        + "\n"
                        + Regions.of(m.group(1)).text(m.group(2))
                        + "```"));
  }

  /** Asserts that the page tells this message of the real code, whatever the ids and ports are. */
  void tells(String message) {
    assertThat(plain(text())).as("the message on " + file.getFileName()).contains(plain(message));
  }

  private static String plain(String text) {
    String withoutIds = ID.matcher(text).replaceAll("z6Mk…");
    return PORT.matcher(withoutIds).replaceAll("127.0.0.1:7400").replaceAll("\\s+", " ");
  }
}
