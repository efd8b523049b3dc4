package dev.parley.observability.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testkit.RequiresTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/**
 * Takes the picture of the README: a node of a network of twenty, under a steady load; CONTRIBUTING
 * has the command.
 *
 * <p>Without these properties it takes one after a few seconds and keeps it in {@code target}.
 */
@RequiresTool("chromium")
class ConsolePictureIT {
  private static final int NODES = 20;
  private static final Path PICTURE =
      Path.of(System.getProperty("parley.picture", "target/console.png"));
  private static final Duration LOAD =
      Duration.ofSeconds(Long.getLong("parley.picture.seconds", 3));

  @Test
  void showsANodeOfAHealthyNetworkUnderASteadyLoad() throws IOException {
    try (ConsoleNetwork network = ConsoleNetwork.of(NODES);
        Chromium browser = Chromium.start();
        Chromium.Page page = browser.page(1280, 900)) {
      page.prefer("light");
      page.open(network.url());
      page.await("document.querySelector('#state').textContent === 'good'");
      page.await("parseInt(document.querySelector('#contact-count').textContent) > " + NODES / 2);
      Disposable traffic = network.traffic();
      try {
        Mono.delay(LOAD.dividedBy(3)).block();
        network.fail("auction/late");
        Mono.delay(LOAD.dividedBy(3)).block();
        network.miss();
        Mono.delay(LOAD.dividedBy(3)).block();
        page.await("document.querySelectorAll('#failures .code').length === 2");
        page.evaluate("document.querySelector('#failures details').open = true");
        Files.write(PICTURE, page.screenshot());
      } finally {
        traffic.dispose();
      }

      assertThat(page.text("#state")).isEqualTo("good");
      assertThat(page.evaluate("document.querySelectorAll('#links tbody tr').length").asInt())
          .isGreaterThan(NODES / 2);
      assertThat(page.text("#failed-total")).isEqualTo("2");
      assertThat(page.problems()).isEmpty();
    }
  }
}
