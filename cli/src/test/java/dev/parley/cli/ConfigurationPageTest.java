package dev.parley.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.cli.manual.ConfigurationPage;
import dev.parley.cli.options.DeclaredSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ConfigurationPageTest {
  private static final Path PAGE = Path.of("..", "docs", "configuration.md");

  @Test
  void thePageIsThatOfTheDeclarations() throws IOException {
    String page = ConfigurationPage.of(DeclaredSettings.OF_NODE);
    if (Boolean.getBoolean("parley.docs.write")) {
      Files.writeString(PAGE, page, StandardCharsets.UTF_8);
    }
    assertThat(Files.readString(PAGE))
        .as(
            "write it anew: mvn -pl cli test -Dtest=ConfigurationPageTest"
                + " -Dparley.docs.write=true")
        .isEqualTo(page);
  }
}
