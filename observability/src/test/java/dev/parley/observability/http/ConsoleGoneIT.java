package dev.parley.observability.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testkit.RequiresTool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the console shows when its node is gone. */
@RequiresTool("chromium")
class ConsoleGoneIT {
  private ConsoleNetwork network;
  private Chromium browser;

  @BeforeEach
  void start() {
    network = ConsoleNetwork.of(2);
    browser = Chromium.start();
  }

  @AfterEach
  void stop() {
    browser.close();
    network.close();
  }

  private Chromium.Page open() {
    Chromium.Page page = browser.page(1280, 800);
    page.open(network.url());
    page.await("document.querySelector('#version').textContent !== '–'");
    return page;
  }

  @Test
  void saysSinceWhenThereIsNoAnswerAndGreysWhatIsOfThen() {
    try (Chromium.Page page = open()) {
      page.await("!document.body.dataset.stale && document.title.startsWith('good')");
      page.evaluate(
          "window.gone = 0; new MutationObserver(() => { if (document.body.dataset.stale) gone ="
              + " gone || Date.now(); }).observe(document.body, { attributes: true })");
      page.evaluate("window.left = Date.now()");

      network.http().close();

      page.await("!document.querySelector('#stale').hidden");
      assertThat(page.text("#stale")).startsWith("No answer since ");
      assertThat(page.text("#state")).isEqualTo("no answer");
      assertThat(page.evaluate("document.title").asString()).startsWith("no answer");
      assertThat(page.evaluate("getComputedStyle(document.querySelector('main')).filter"))
          .hasToString("\"grayscale(1)\"");
      assertThat(page.evaluate("gone - left").asInt()).as("milliseconds").isLessThan(8_000);
    }
  }

  /** A process that is stopped keeps its connections open. */
  @Test
  void aNodeThatHangsIsAsGoneAsOneThatIsKilled() {
    try (Chromium.Page page = browser.page(1280, 800)) {
      page.before(
          "const Real = EventSource; window.EventSource = class extends Real { set onmessage(f) {"
              + " super.onmessage = (e) => { if (!window.hangs) f(e); }; } };");
      page.open(network.url());
      page.await("document.querySelector('#version').textContent !== '–'");

      page.evaluate("window.hangs = true");
      page.await("!document.querySelector('#stale').hidden");

      page.evaluate("window.hangs = false");
      page.await("document.querySelector('#stale').hidden && !document.body.dataset.stale");
      page.await("document.title.startsWith('good')");
      assertThat(page.problems()).isEmpty();
    }
  }

  @Test
  void aNodeThatIsClosedSaysSoItself() {
    try (Chromium.Page page = open()) {
      network.node().close();

      page.await("document.querySelector('#state').textContent === 'closed'");
      page.await("document.title.startsWith('closed')");
      assertThat(page.evaluate("document.querySelector('#stale').hidden").asBoolean()).isTrue();
    }
  }
}
