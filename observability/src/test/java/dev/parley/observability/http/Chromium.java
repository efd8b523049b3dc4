package dev.parley.observability.http;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.WebsocketClientSpec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A browser, driven through the Chrome DevTools Protocol (https://chromedevtools.github.io) over
 * one WebSocket.
 */
final class Chromium implements AutoCloseable {
  private static final int MAX_MESSAGE_BYTES = 32 << 20;
  private static final int MAX_SECONDS = 120;
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final String LISTENING = "DevTools listening on ";

  private final JsonMapper json = new JsonMapper();
  private final Path profile;
  private final Process process;
  private final Disposable connection;
  private final Sinks.Many<String> commands = Sinks.many().unicast().onBackpressureBuffer();
  private final AtomicInteger lastId = new AtomicInteger();
  private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();
  private final Queue<JsonNode> events = new ConcurrentLinkedQueue<>();

  private Chromium() throws IOException {
    profile = Files.createTempDirectory("parley-chromium");
    List<String> command =
        new ArrayList<>(
            List.of(
                "chromium",
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--disable-dev-shm-usage",
                "--remote-debugging-port=0",
                "--user-data-dir=" + profile,
                "about:blank"));
    process = new ProcessBuilder(command).redirectErrorStream(true).start();
    BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
    String line = output.readLine();
    while (line != null && !line.startsWith(LISTENING)) {
      line = output.readLine();
    }
    if (line == null) {
      throw new IOException("chromium ended before it listened");
    }
    Thread drain = new Thread(() -> output.lines().forEach(ignored -> {}), "chromium-output");
    drain.setDaemon(true);
    drain.start();
    connection =
        HttpClient.create()
            .websocket(
                WebsocketClientSpec.builder().maxFramePayloadLength(MAX_MESSAGE_BYTES).build())
            .uri(line.substring(LISTENING.length()))
            .handle(
                (in, out) ->
                    Flux.merge(
                        out.sendString(commands.asFlux()).then(),
                        in.aggregateFrames(MAX_MESSAGE_BYTES)
                            .receive()
                            .asString()
                            .doOnNext(this::received)
                            .then()))
            .subscribe(done -> {}, this::failed, () -> failed(new IOException("closed")));
  }

  static Chromium start() {
    try {
      return new Chromium();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void received(String text) {
    JsonNode message = json.readTree(text);
    JsonNode id = message.get("id");
    if (id == null) {
      events.add(message);
      return;
    }
    CompletableFuture<JsonNode> answer = answers.remove(id.asInt());
    if (answer == null) {
      return; // of a call that nobody waits for any more
    }
    if (message.has("error")) {
      answer.completeExceptionally(new IllegalStateException(message.get("error").toString()));
    } else {
      answer.complete(message.get("result"));
    }
  }

  private void failed(Throwable e) {
    answers.values().forEach(answer -> answer.completeExceptionally(e));
  }

  private JsonNode call(String session, String method, Map<String, ?> params) {
    int id = lastId.incrementAndGet();
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    answers.put(id, answer);
    Map<String, Object> command =
        new HashMap<>(Map.of("id", id, "method", method, "params", params));
    if (!session.isEmpty()) {
      command.put("sessionId", session);
    }
    synchronized (commands) {
      commands.emitNext(json.writeValueAsString(command), Sinks.EmitFailureHandler.FAIL_FAST);
    }
    try {
      return answer.get(MAX_SECONDS, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException(method + " " + params, e);
    }
  }

  /** Opens an empty page of this size, with everything that goes wrong in it reported. */
  Page page(int width, int height) {
    String target =
        call("", "Target.createTarget", Map.of("url", "about:blank")).get("targetId").asString();
    String session =
        call("", "Target.attachToTarget", Map.of("targetId", target, "flatten", true))
            .get("sessionId")
            .asString();
    Page page = new Page(session, target, width, height);
    page.call("Page.enable", Map.of());
    page.call("Runtime.enable", Map.of());
    page.call("Log.enable", Map.of());
    page.size(height);
    return page;
  }

  @Override
  public void close() {
    connection.dispose();
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    try {
      process.waitFor(30, TimeUnit.SECONDS);
      try (Stream<Path> files = Files.walk(profile)) {
        files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A tab. */
  final class Page implements AutoCloseable {
    private final String session;
    private final String target;
    private volatile int width;
    private volatile int height;

    Page(String session, String target, int width, int height) {
      this.session = session;
      this.target = target;
      this.width = width;
      this.height = height;
    }

    private JsonNode call(String method, Map<String, ?> params) {
      return Chromium.this.call(session, method, params);
    }

    private void size(int pageHeight) {
      call(
          "Emulation.setDeviceMetricsOverride",
          Map.of(
              "width", width, "height", pageHeight, "deviceScaleFactor", 1, "mobile", width < 600));
    }

    /** Changes the size of the window. */
    void resize(int newWidth, int newHeight) {
      width = newWidth;
      height = newHeight;
      size(newHeight);
    }

    /** Runs a script in each page that is opened, before the page's own. */
    void before(String script) {
      call("Page.addScriptToEvaluateOnNewDocument", Map.of("source", script));
    }

    void open(String url) {
      call("Page.navigate", Map.of("url", url));
    }

    /** The value of an expression; a promise is waited for. */
    JsonNode evaluate(String expression) {
      JsonNode result =
          call(
              "Runtime.evaluate",
              Map.of("expression", expression, "awaitPromise", true, "returnByValue", true));
      if (result.has("exceptionDetails")) {
        throw new IllegalStateException(result.toString());
      }
      return result.get("result").path("value");
    }

    String text(String selector) {
      return evaluate("document.querySelector('" + selector + "')?.textContent").asString();
    }

    /** Waits until an expression is true. */
    void await(String condition) {
      String look =
          "new Promise(ok => { const end = Date.now() + 2000; const look = () => { let is = false;"
              + " try { is = "
              + condition
              + "; } catch { is = false; } if (is || Date.now() > end) ok(Boolean(is));"
              + " else setTimeout(look, 50); }; look(); })";
      long giveUp = System.nanoTime() + PATIENCE.toNanos();
      while (!evaluate(look).asBoolean()) {
        if (System.nanoTime() > giveUp) {
          throw new AssertionError(
              "did not become true: " + condition + "; the page says " + problems());
        }
      }
    }

    /** Presses and releases a key, as a person does. */
    void press(String key, int code) {
      Map<String, Object> down =
          Map.of(
              "type", "keyDown",
              "key", key,
              "code", key,
              "windowsVirtualKeyCode", code,
              "text", key.equals("Enter") ? "\r" : "");
      call("Input.dispatchKeyEvent", down);
      call(
          "Input.dispatchKeyEvent",
          Map.of("type", "keyUp", "key", key, "code", key, "windowsVirtualKeyCode", code));
    }

    void prefer(String scheme) {
      prefer("prefers-color-scheme", scheme);
    }

    /** Says what the person at the screen prefers. */
    void prefer(String feature, String value) {
      call(
          "Emulation.setEmulatedMedia",
          Map.of("features", List.of(Map.of("name", feature, "value", value))));
    }

    /** A picture of the whole page, as PNG. */
    byte[] screenshot() {
      int whole = evaluate("document.documentElement.scrollHeight").asInt();
      size(Math.max(height, whole));
      evaluate("new Promise(ok => requestAnimationFrame(() => requestAnimationFrame(ok)))");
      JsonNode shot = call("Page.captureScreenshot", Map.of("format", "png"));
      size(height);
      return Base64.getDecoder().decode(shot.get("data").asString());
    }

    /** What went wrong in the page: errors of scripts, of loading, and of the policy. */
    List<String> problems() {
      return events.stream()
          .filter(event -> event.path("sessionId").asString("").equals(session))
          .filter(Page::isProblem)
          .map(JsonNode::toString)
          .toList();
    }

    private static boolean isProblem(JsonNode event) {
      JsonNode params = event.path("params");
      return switch (event.path("method").asString("")) {
        case "Runtime.exceptionThrown" -> true;
        case "Runtime.consoleAPICalled" ->
            params.path("type").asString("").matches("error|warning|assert");
        case "Log.entryAdded" ->
            params.path("entry").path("level").asString("").matches("error|warning");
        default -> false;
      };
    }

    @Override
    public void close() {
      Chromium.this.call("", "Target.closeTarget", Map.of("targetId", target));
    }
  }
}
