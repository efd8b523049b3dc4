package dev.parley.outside;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/** {@code SECURITY.md} promises no answer while nobody is there to give it. */
class SecurityPageTest {
  private static final String PLACEHOLDER = "<parley.site>https://parley.example</parley.site>";

  @Test
  void saysThatNoAddressIsSetUntilOneIs() throws IOException {
    String page = Files.readString(SourceTree.root().resolve("SECURITY.md"));
    String pom = Files.readString(SourceTree.root().resolve("pom.xml"));
    String report = page.substring(0, page.indexOf("## Supported versions"));
    boolean released = !pom.contains(PLACEHOLDER) || !pom.contains("The Parley authors");

    if (released) {
      assertThat(report).doesNotContain("no address").containsPattern("\\w@\\w|https://");
    } else {
      assertThat(report)
          .contains("No version is released yet, and no address for reports is set")
          .doesNotContainPattern("within \\w+( working)? days|\\w@\\w");
    }
  }
}
