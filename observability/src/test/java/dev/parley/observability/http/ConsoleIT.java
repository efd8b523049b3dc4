package dev.parley.observability.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Address;
import dev.parley.AgentId;
import dev.parley.HandlerFailure;
import dev.parley.Identity;
import dev.parley.Message;
import dev.parley.MessagingException;
import dev.parley.PeerAddress;
import dev.parley.SendOptions;
import dev.parley.dht.DhtOptions;
import dev.parley.node.AgentNode;
import dev.parley.testkit.RequiresTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The console of a real node in a real browser. With {@code -Dparley.screenshots=DIRECTORY} it
 * keeps pictures, after a while of traffic: the one in the README is made that way.
 */
@RequiresTool("chromium")
class ConsoleIT {
  private static final String MARKUP = "<img src=x onerror=alert(1)><b>sold out</b>";
  private static final SendOptions LATE = SendOptions.timeout(Duration.ofSeconds(60));
  private static final int PICTURE_PEERS = 11;

  private static final List<AgentNode> peers = new ArrayList<>();
  private static AgentNode node;
  private static NodeHttp http;
  private static Chromium browser;

  private static boolean keepsPictures() {
    return !System.getProperty("parley.screenshots", "").isEmpty();
  }

  @BeforeAll
  static void start() {
    ConsoleListener listener = ConsoleListener.create();
    node =
        Objects.requireNonNull(
            AgentNode.builder()
                .identity(Identity.generate())
                .network("console-it")
                .listen("127.0.0.1", 0)
                .transport(t -> t.eventLoops(1))
                .dht(ConsoleIT::hasty)
                .listener(listener)
                .receive(in -> Mono.just(in.message()))
                .receive("broken", in -> Mono.error(new IllegalStateException("a fault")))
                .start()
                .block());
    HttpOptions options = HttpOptions.builder().listen(Address.tcp("127.0.0.1", 0)).build();
    http =
        Objects.requireNonNull(NodeHttp.builder(node, listener).options(options).start().block());
    for (int i = 0; i < (keepsPictures() ? PICTURE_PEERS : 2); i++) {
      peers.add(peer(i % 4 == 3));
    }
    browser = Chromium.start();
  }

  private static AgentNode peer(boolean chaCha) {
    return Objects.requireNonNull(
        AgentNode.builder()
            .identity(Identity.generate())
            .network("console-it")
            .listen("127.0.0.1", 0)
            .seed(new PeerAddress(node.id(), node.addresses().get(0)))
            .transport(t -> t.eventLoops(1).preferChaCha(chaCha))
            .dht(ConsoleIT::hasty)
            .receive(in -> Mono.just(in.message()))
            .receive("auction/closed", in -> Mono.error(HandlerFailure.rejected(MARKUP)))
            .start()
            .block());
  }

  /** Tables fill quickly, though all nodes are at one address. */
  private static void hasty(DhtOptions.Builder dht) {
    dht.dialsPerMinute(1000).maintenanceInterval(Duration.ofSeconds(1));
  }

  @AfterAll
  static void stop() {
    if (browser != null) {
      browser.close();
    }
    http.close();
    peers.forEach(AgentNode::close);
    node.close();
  }

  private static void send() {
    AgentNode peer = peers.get(0);
    peer.sendNow(node.id(), Message.text("in"), LATE);
    node.sendNow(peer.id(), Message.text("out"), LATE);
  }

  private static void fail() {
    try {
      SendOptions closed = LATE.route("auction/closed");
      node.sendNow(peers.get(0).id(), Message.text("bid"), closed);
    } catch (MessagingException expected) {
      return;
    }
    throw new AssertionError("the message did not fail");
  }

  private static Chromium.Page open(int width, int height) {
    Chromium.Page page = browser.page(width, height);
    page.open(http.url());
    page.await("document.querySelector('#state').dataset.state.length > 0");
    return page;
  }

  @Test
  void showsMessagesLinksAndFailuresAsTheyCome() throws IOException {
    try (Chromium.Page page = open(1280, 800)) {
      int before = Integer.parseInt(page.text("#sent-total"));

      send();

      page.await("Number(document.querySelector('#sent-total').textContent) > " + before);
      page.await("Number(document.querySelector('#received-total').textContent) > 0");
      String id = peers.get(0).id().toShortString();
      page.await("document.querySelector('#links tbody').textContent.includes('" + id + "')");
      assertThat(page.text("#links tbody tr")).contains("post-quantum").contains("AES-256-GCM");

      fail();

      page.await("document.querySelector('#failures .code').textContent === 'REJECTED'");
      page.evaluate("document.querySelector('#failures summary').focus()");
      page.press("Enter", 13);
      page.await("document.querySelector('#failures details').open");
      assertThat(page.text("#failures .story")).contains(MARKUP);
      assertThat(page.evaluate("document.querySelectorAll('#failures img, #failures b').length"))
          .hasToString("0");
      page.await("document.querySelectorAll('#throughput canvas').length === 1");
      page.await("document.querySelectorAll('#bounds meter').length >= 6");
      keep(page, "desktop");
      assertThat(page.problems()).isEmpty();
    }
  }

  @Test
  void fitsAPhone() throws IOException {
    send();
    try (Chromium.Page page = open(390, 844)) {
      page.await("document.querySelectorAll('#links tbody tr').length > 0");
      page.await("document.querySelector('#sent-rate').textContent !== '–'");

      assertThat(page.evaluate("document.documentElement.scrollWidth").asInt())
          .isLessThanOrEqualTo(390);
      assertThat(page.evaluate("getComputedStyle(document.querySelector('#links td')).display"))
          .hasToString("\"flex\"");
      keep(page, "phone");
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
      int shown = Integer.parseInt(page.text("#sent-total"));
      send();
      assertThat(Integer.parseInt(page.text("#sent-total"))).isEqualTo(shown);

      page.evaluate("document.querySelector('#pause').click()");

      page.await("Number(document.querySelector('#sent-total').textContent) > " + shown);
      assertThat(page.problems()).isEmpty();
    }
  }

  /** Keeps pictures in both themes where they are asked for. */
  private static void keep(Chromium.Page page, String name) throws IOException {
    if (!keepsPictures()) {
      assertThat(page.screenshot()).hasSizeGreaterThan(10_000);
      return;
    }
    Disposable traffic = traffic();
    try {
      page.await("parseInt(document.querySelector('#contact-count').textContent) > 8");
      page.await(
          "Number(document.querySelector('#sent-total').textContent.replaceAll(',', '')) > 5000");
    } finally {
      traffic.dispose();
    }
    Path directory = Files.createDirectories(Path.of(System.getProperty("parley.screenshots")));
    for (String theme : List.of("light", "dark")) {
      page.prefer(theme);
      Files.write(directory.resolve(name + "-" + theme + ".png"), page.screenshot());
    }
  }

  /** An auction house at work, for pictures. */
  private static Disposable traffic() {
    Random random = new Random(7);
    AgentId nobody = Identity.generate().id();
    return Flux.interval(Duration.ofMillis(10))
        .onBackpressureDrop()
        .flatMap(i -> something(i, nobody, random), 256)
        .subscribe();
  }

  private static Mono<Void> something(long i, AgentId nobody, Random random) {
    AgentNode peer = peers.get(random.nextInt(peers.size()));
    Mono<?> work;
    if (i % 997 == 5) {
      work = node.send(nobody, Message.text("bid"));
    } else if (i % 701 == 9) {
      work = node.send(peer.id(), Message.text("bid"), SendOptions.to("auction/unknown"));
    } else if (i % 1201 == 13) {
      work = peer.send(node.id(), Message.text("bid"), SendOptions.to("broken"));
    } else {
      Message message = Message.of(new byte[random.nextInt(4000)]);
      work = i % 3 == 0 ? peer.send(node.id(), message) : node.send(peer.id(), message);
    }
    return work.onErrorComplete().then();
  }
}
