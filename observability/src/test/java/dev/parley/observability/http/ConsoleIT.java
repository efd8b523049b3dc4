package dev.parley.observability.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testkit.RequiresTool;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The console of a real node in a real browser. */
@RequiresTool("chromium")
class ConsoleIT {
  private static ConsoleNetwork network;
  private static Chromium browser;

  @BeforeAll
  static void start() {
    network = ConsoleNetwork.of(3);
    browser = Chromium.start();
  }

  @AfterAll
  static void stop() {
    if (browser != null) {
      browser.close();
    }
    network.close();
  }

  private static Chromium.Page open(int width, int height) {
    Chromium.Page page = browser.page(width, height);
    page.open(network.url());
    page.await("document.querySelector('#version').textContent !== '–'");
    return page;
  }

  @Test
  void showsMessagesLinksAndFailuresAsTheyCome() {
    try (Chromium.Page page = open(1280, 800)) {
      int before = Integer.parseInt(page.text("#sent-total"));

      network.send();

      page.await("Number(document.querySelector('#sent-total').textContent) > " + before);
      page.await("Number(document.querySelector('#received-total').textContent) > 0");
      String id = network.peer().toShortString();
      page.await("document.querySelector('#links tbody').textContent.includes('" + id + "')");
      assertThat(page.text("#links tbody tr")).contains("post-quantum").contains("AES-256-GCM");

      network.fail("auction/closed");

      page.await("document.querySelector('#failures .code').textContent === 'REJECTED'");
      page.evaluate("document.querySelector('#failures summary').focus()");
      page.press("Enter", 13);
      page.await("document.querySelector('#failures details').open");
      assertThat(page.text("#failures .story")).contains(ConsoleNetwork.MARKUP);
      assertThat(page.evaluate("document.querySelectorAll('#failures img, #failures b').length"))
          .hasToString("0");
      page.await("document.querySelectorAll('#throughput canvas').length === 1");
      page.await("document.querySelectorAll('#bounds meter').length >= 6");
      assertThat(page.problems()).isEmpty();
    }
  }

  @Test
  void showsTheReceivingSideTheKindsTheBuildAndTheUptime() {
    try (Chromium.Page page = open(1280, 800)) {
      page.await(whileSending("document.querySelector('#handled50').textContent !== '–'"));
      assertThat(page.evaluate("document.querySelectorAll('#handling canvas').length").asInt())
          .isEqualTo(1);
      page.await("document.querySelector('#handling').ariaLabel.includes('median')");
      assertThat(page.text("#kinds"))
          .contains("Requests")
          .contains("Signals")
          .contains("Streams")
          .contains("Channels")
          .contains("Files");
      assertThat(page.text("#version")).matches("\\d+\\.\\d+\\.\\d+.*");
      assertThat(page.text("#uptime")).matches("\\d+");
      page.await("document.title.startsWith('good')");
      assertThat(page.problems()).isEmpty();
    }
  }

  /** The tiles show the last second, which may have been a quiet one. */
  private static String whileSending(String condition) {
    network.send();
    return condition;
  }

  @Test
  void fitsAPhone() {
    network.send();
    try (Chromium.Page page = open(390, 844)) {
      page.await("document.querySelectorAll('#links tbody tr').length > 0");
      page.await("document.querySelector('#sent-rate').textContent !== '–'");
      page.await("document.querySelector('#talkers').textContent.includes('127.0.0.0/24')");

      assertThat(page.evaluate("document.documentElement.scrollWidth").asInt())
          .isLessThanOrEqualTo(390);
      assertThat(page.evaluate("getComputedStyle(document.querySelector('#links td')).display"))
          .hasToString("\"flex\"");
      assertThat(page.screenshot()).hasSizeGreaterThan(10_000);
      assertThat(page.problems()).isEmpty();
    }
  }

  @Test
  void followsTheThemeOfTheSystemUntilAPersonChooses() {
    try (Chromium.Page page = open(1280, 800)) {
      page.prefer("light");
      String light = background(page);
      page.prefer("dark");
      String dark = background(page);
      assertThat(dark).isNotEqualTo(light);

      page.evaluate("document.querySelector('#theme').focus()");
      page.press("Enter", 13);

      assertThat(page.text("#theme")).isEqualTo("Theme: light");
      assertThat(background(page)).isEqualTo(light);
      page.evaluate("localStorage.clear()");
      assertThat(page.problems()).isEmpty();
    }
  }

  private static String background(Chromium.Page page) {
    return page.evaluate("getComputedStyle(document.body).backgroundColor").asString();
  }

  @Test
  void saysSoWhenItIsPaused() {
    try (Chromium.Page page = open(1280, 800)) {
      page.evaluate("document.querySelector('#pause').click()");
      assertThat(page.text("#state")).isEqualTo("paused");
      assertThat(page.evaluate("document.title").asString()).startsWith("paused");
      int shown = Integer.parseInt(page.text("#sent-total"));
      network.send();
      assertThat(Integer.parseInt(page.text("#sent-total"))).isEqualTo(shown);

      page.evaluate("document.querySelector('#pause').click()");

      page.await("Number(document.querySelector('#sent-total').textContent) > " + shown);
      assertThat(page.problems()).isEmpty();
    }
  }

  @Test
  void nothingMovesForWhoPrefersThat() {
    try (Chromium.Page page = browser.page(1280, 800)) {
      page.prefer("prefers-reduced-motion", "reduce");
      page.open(network.url());
      page.await("document.querySelector('#version').textContent !== '–'");

      String moving =
          "[...document.querySelectorAll('*')].filter(e => { const s = getComputedStyle(e);"
              + " return s.transitionDuration !== '0s' || s.animationName !== 'none'; }).length";
      assertThat(page.evaluate(moving).asInt()).isZero();
    }
  }

  /** By the order of the page: what a person can do is reached with the Tab key alone. */
  @Test
  void everythingIsReachedByKeyboard() {
    try (Chromium.Page page = open(1280, 800)) {
      List<String> wanted = List.of("skip", "copy", "pause", "theme");
      page.evaluate("window.reached = []; document.body.focus()");
      for (int i = 0; i < wanted.size(); i++) {
        page.press("Tab", 9);
        page.evaluate(
            "reached.push(document.activeElement.id || document.activeElement.className)");
      }
      assertThat(page.evaluate("reached.join()").asString()).isEqualTo(String.join(",", wanted));
    }
  }

  @Test
  void asksNoOtherServer() {
    try (Chromium.Page page = open(1280, 800)) {
      String others =
          "performance.getEntriesByType('resource').map(r => r.name)"
              + ".filter(n => !n.startsWith(location.origin)).join()";
      assertThat(page.evaluate(others).asString()).isEmpty();
    }
  }
}
