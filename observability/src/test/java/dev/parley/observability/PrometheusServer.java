package dev.parley.observability;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** A real Prometheus that scrapes what a test serves, with the rules that are shipped. */
final class PrometheusServer implements AutoCloseable {
  static final Path DEPLOY = Path.of("deploy", "prometheus");

  private final Process process;
  private final String base;
  private final Path log;
  private final HttpClient client = HttpClient.newHttpClient();

  private PrometheusServer(Process process, String base, Path log) {
    this.process = process;
    this.base = base;
    this.log = log;
  }

  /**
   * Starts one as {@code deploy/README.md} prints it, from a copy of the files that are shipped. It
   * scrapes {@code ports} of this machine twice a second.
   */
  static PrometheusServer start(Path directory, List<Integer> ports) throws IOException {
    Path copy = directory.resolve("observability").resolve(DEPLOY);
    Files.createDirectories(copy.resolve("consoles"));
    for (String file : List.of("parley.rules.yml", "parley.alerts.yml", "consoles/parley.html")) {
      Files.copy(DEPLOY.resolve(file), copy.resolve(file));
    }
    String targets = String.join(", ", ports.stream().map(p -> "\"127.0.0.1:" + p + "\"").toList());
    String config =
        Files.readString(DEPLOY.resolve("prometheus.yml"))
            .replace("\"127.0.0.1:7480\"", targets)
            .replace("15s", "500ms");
    assertThat(config).contains(targets).contains("500ms");
    Files.writeString(copy.resolve("prometheus.yml"), config);
    int port = freePort();
    String printed =
        printed("prometheus ")
            .replace("127.0.0.1:9090", "127.0.0.1:" + port)
            .replace("$(mktemp -d)", directory.resolve("data").toString());
    assertThat(printed).contains(":" + port).contains("/data");
    Path log = directory.resolve("log");
    Process process =
        new ProcessBuilder("sh", "-c", "exec " + printed)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    return new PrometheusServer(process, "http://127.0.0.1:" + port, log);
  }

  /** The one command of the README that starts so. */
  static String printed(String start) throws IOException {
    return Files.readAllLines(Path.of("deploy", "README.md")).stream()
        .filter(line -> line.startsWith(start))
        .reduce(
            (one, other) -> {
              throw new AssertionError("two commands: " + one + " and " + other);
            })
        .orElseThrow();
  }

  /** It may be taken before Prometheus has it, which the test then says. */
  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** The results of a query now; empty where it cannot be asked yet. */
  List<JsonNode> query(String expression) {
    String body =
        get("/api/v1/query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8));
    List<JsonNode> results = new ArrayList<>();
    if (!body.isEmpty()) {
      JsonNode answer = new ObjectMapper().readTree(body);
      assertThat(answer.path("status").asString())
          .as(expression + ": " + body)
          .isEqualTo("success");
      answer.path("data").path("result").forEach(results::add);
    }
    return results;
  }

  /** The text of a page that has to be served well; empty where it is not served yet. */
  String get(String path) {
    assertThat(process.isAlive()).as(() -> "prometheus runs: " + log()).isTrue();
    try {
      HttpResponse<String> response =
          client.send(
              HttpRequest.newBuilder(URI.create(base + path)).build(),
              HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() == 503) {
        return "";
      }
      assertThat(response.statusCode()).as(path + ": " + response.body()).isEqualTo(200);
      return response.body();
    } catch (IOException e) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return e.toString();
    }
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
  }
}
