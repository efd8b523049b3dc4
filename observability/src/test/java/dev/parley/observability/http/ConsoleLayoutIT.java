package dev.parley.observability.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testkit.RequiresTool;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import tools.jackson.databind.JsonNode;

/** Nothing is cut off and no two labels collide, at any width. */
@RequiresTool("chromium")
class ConsoleLayoutIT {
  private static final int NARROWEST = 360;
  private static final int WIDEST = 1920;
  private static final int STEP = 30;

  /** Remembers what is written on each canvas, and where, until it is wiped. */
  private static final String RECORDER =
      """
      const proto = CanvasRenderingContext2D.prototype;
      const write = proto.fillText, wipe = proto.clearRect;
      proto.clearRect = function (...a) { this.canvas.written = []; return wipe.apply(this, a); };
      proto.fillText = function (text, x, y, ...rest) {
        const size = this.measureText(text);
        const t = this.getTransform();
        const at = t.transformPoint(new DOMPoint(x, y));
        (this.canvas.written ??= []).push({
          text, left: at.x - size.actualBoundingBoxLeft, right: at.x + size.actualBoundingBoxRight,
          top: at.y - size.actualBoundingBoxAscent, bottom: at.y + size.actualBoundingBoxDescent });
        return write.call(this, text, x, y, ...rest);
      };
      """;

  /** Lets the seconds of the page last longer, so that a minute looks like five. */
  private static final String STRETCH =
      """
      const Real = EventSource;
      let base = 0;
      window.EventSource = class extends Real {
        set onmessage(f) {
          super.onmessage = (e) => {
            const s = JSON.parse(e.data);
            base ||= s.history[0]?.at ?? 0;
            s.history.forEach((h) => (h.at = base + (h.at - base) * %d));
            f({ data: JSON.stringify(s) });
          };
        }
      };
      """;

  private static final String COLLISIONS =
      """
      [...document.querySelectorAll('canvas')].flatMap(canvas => {
        const all = (canvas.written ?? []).filter(w => w.text !== '');
        const found = all.length < 3 ? ['only ' + all.length + ' labels'] : [];
        if (canvas.width !== Math.max(200, canvas.closest('.chart').clientWidth))
          found.push('drawn for ' + canvas.width + ' px');
        all.forEach((a, i) => {
          if (a.left < -0.5 || a.right > canvas.width + 0.5 || a.top < -0.5 || a.bottom > canvas.height + 0.5)
            found.push(a.text + ' is cut off');
          for (const b of all.slice(i + 1))
            if (a.left < b.right + 3 && b.left < a.right + 3 && a.top < b.bottom && b.top < a.bottom)
              found.push(a.text + ' touches ' + b.text);
        });
        return found.map(f => canvas.closest('.chart').id + ': ' + f);
      })
      """;

  private static final String CUT_OFF =
      """
      [...document.querySelectorAll('h1, h2, .tiles > div, .tiles dd, .pill, button, .bounds .row, .kinds, .u-legend, .note')]
        .filter(e => e.offsetParent && (e.scrollWidth > e.clientWidth + 1) && getComputedStyle(e).display !== 'inline')
        .map(e => (e.id || e.className || e.tagName) + ' "' + e.textContent.slice(0, 40) + '" is wider than its place')
        .concat(document.documentElement.scrollWidth > innerWidth ? ['the page scrolls sideways'] : [])
      """;

  /** Until what has been resized is laid out and drawn again. */
  private static final String DRAWN =
      """
      new Promise(ok => {
        const frames = n => n === 0 ? ok() : requestAnimationFrame(() => frames(n - 1));
        const look = () => innerWidth === %d ? frames(3) : requestAnimationFrame(look);
        look();
      })
      """;

  private static ConsoleNetwork network;
  private static Chromium browser;
  private static Disposable traffic;

  @BeforeAll
  static void start() {
    network = ConsoleNetwork.of(2);
    traffic = network.traffic();
    browser = Chromium.start();
  }

  @AfterAll
  static void stop() {
    browser.close();
    traffic.dispose();
    network.close();
  }

  /** Seconds, half minutes, and minutes. */
  @ParameterizedTest
  @ValueSource(ints = {1, 8, 25})
  void labelsNeverCollideAndNothingIsCutOff(int stretch) {
    try (Chromium.Page page = browser.page(WIDEST, 1000)) {
      page.before(RECORDER);
      page.before(STRETCH.formatted(stretch));
      page.open(network.url());
      page.await("document.querySelector('#received-total').textContent.replace(/\\D/g, '') > 300");
      List<String> found = new ArrayList<>();
      for (int width = WIDEST; width >= NARROWEST; width -= STEP) {
        page.resize(width, 1000);
        page.evaluate(DRAWN.formatted(width));
        for (String script : List.of(COLLISIONS, CUT_OFF)) {
          for (JsonNode problem : page.evaluate(script)) {
            found.add(width + " px: " + problem.asString());
          }
        }
      }
      assertThat(found).isEmpty();
      assertThat(page.problems()).isEmpty();
    }
  }
}
