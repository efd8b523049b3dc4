package dev.parley.guide;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * The guide's code is that of tests which run. {@code mvn -pl examples test -Dtest=GuidePagesTest
 * -Dparley.docs.write} writes it into the pages.
 */
class GuidePagesTest {
  private static final boolean WRITE = System.getProperty("parley.docs.write") != null;
  private static final int MAX_LINES = 180;

  @Test
  void pagesShowTheRegionsOfTests() throws Exception {
    for (Page page : Page.all()) {
      if (WRITE) {
        Files.writeString(page.file(), page.regenerated());
      }
      for (Page.Block block : page.blocks()) {
        assertThat(block.text())
            .as(page.file().getFileName() + " shows " + block.source() + "#" + block.region())
            .isEqualTo(Regions.of(block.source()).text(block.region()));
      }
    }
  }

  @Test
  void everyRegionIsShownSomewhere() throws Exception {
    Set<String> shown = new TreeSet<>();
    for (Page page : Page.all()) {
      page.blocks().forEach(b -> shown.add(b.source() + "#" + b.region()));
    }
    Set<String> present = new TreeSet<>();
    for (Path file : Regions.sources()) {
      String name = String.valueOf(file.getFileName()).replace(".java", "");
      Regions.read(file).names().forEach(region -> present.add(name + "#" + region));
    }
    assertThat(present).isEqualTo(shown);
  }

  @Test
  void theIndexNamesEveryPage() throws Exception {
    String index = Page.of("README.md").text();
    for (Page page : Page.all()) {
      String name = String.valueOf(page.file().getFileName());
      if (!name.equals("README.md")) {
        assertThat(index).contains("](" + name + ")");
        assertThat(page.text().lines().count())
            .as("lines of " + name)
            .isBetween(40L, (long) MAX_LINES);
      }
    }
  }
}
