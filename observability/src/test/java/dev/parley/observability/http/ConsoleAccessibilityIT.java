package dev.parley.observability.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.parley.testkit.RequiresTool;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** axe-core (https://github.com/dequelabs/axe-core) looks at the console, and finds nothing. */
@RequiresTool({"chromium", "npm"})
class ConsoleAccessibilityIT {
  private static final String VERSION = "4.14.1";
  private static final Path AXE =
      Path.of("target", "axe-" + VERSION, "node_modules", "axe-core", "axe.min.js");

  private static final String RUN =
      """
      axe.run(document, { resultTypes: ['violations'] }).then(r => r.violations.map(v =>
        v.id + ': ' + v.nodes.map(n => n.target.join(' ') + ' (' + n.failureSummary + ')').join('; ')))
      """;

  /** Comes from npm, once; it is too large to be kept with the sources. */
  private static String axe() throws IOException, InterruptedException {
    if (!Files.exists(AXE)) {
      Path directory = AXE.getParent().getParent().getParent();
      Files.createDirectories(directory);
      Process npm =
          new ProcessBuilder(
                  "npm",
                  "install",
                  "--no-save",
                  "--no-audit",
                  "--no-fund",
                  "--ignore-scripts",
                  "--prefix",
                  ".",
                  "axe-core@" + VERSION)
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .start();
      String output = new String(npm.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      boolean ended = npm.waitFor(120, TimeUnit.SECONDS);
      if (!ended || npm.exitValue() != 0) {
        assertThat(Boolean.getBoolean("parley.test.strict")).as(output).isFalse();
        abort("axe-core cannot be had: " + output);
      }
    }
    return Files.readString(AXE);
  }

  @Test
  void axeFindsNothingInAnyThemeWidthOrState() throws IOException, InterruptedException {
    String axe = axe();
    List<String> found = new ArrayList<>();
    try (ConsoleNetwork network = ConsoleNetwork.of(3);
        Chromium browser = Chromium.start();
        Chromium.Page page = browser.page(1280, 900)) {
      network.send();
      network.fail("auction/closed");
      page.open(network.url());
      page.await("document.querySelectorAll('#failures .code').length > 0");
      page.await("document.querySelectorAll('#links tbody tr').length > 0");
      page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)");
      page.evaluate(axe + "; true");
      look(page, "good", found);
      page.evaluate("document.querySelector('#pause').click()");
      look(page, "paused", found);
      page.evaluate("document.querySelector('#pause').click()");
      network.http().close();
      page.await("!document.querySelector('#stale').hidden");
      look(page, "gone", found);
    }
    assertThat(found).isEmpty();
  }

  private static void look(Chromium.Page page, String state, List<String> found) {
    for (String theme : List.of("light", "dark")) {
      page.prefer(theme);
      for (int width : new int[] {390, 1280}) {
        page.resize(width, 900);
        for (JsonNode violation : page.evaluate(RUN)) {
          found.add(state + ", " + theme + ", " + width + " px: " + violation.asString());
        }
      }
    }
  }
}
