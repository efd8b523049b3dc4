package dev.parley.observability.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Address;
import dev.parley.Identity;
import dev.parley.node.AgentNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The server of a real node, asked by sockets. */
class NodeHttpIT {
  private static final String OPEN_METRICS = "application/openmetrics-text";
  private static final int MAX_CONNECTIONS = 6;

  private AgentNode node;
  private NodeHttp http;
  private int port;

  @BeforeEach
  void start() {
    ConsoleListener listener = ConsoleListener.create();
    node =
        Objects.requireNonNull(
            AgentNode.builder()
                .identity(Identity.generate())
                .network("http-it")
                .listen("127.0.0.1", 0)
                .transport(t -> t.threads(n -> n.eventLoops(1)))
                .listener(listener)
                .start()
                .block());
    HttpOptions options =
        HttpOptions.builder()
            .listen(Address.tcp("127.0.0.1", 0))
            .hostNames("node.example")
            .maxConnections(MAX_CONNECTIONS)
            .maxSubscribers(1)
            .requestTimeout(Duration.ofSeconds(1))
            .build();
    http =
        Objects.requireNonNull(
            NodeHttp.builder(node, listener)
                .options(options)
                .metrics(type -> "# as " + type + "\n")
                .start()
                .block());
    port = http.address().port();
  }

  @AfterEach
  void stop() {
    http.close();
    node.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/console.js", "/charts.js", "/uplot.js", "/uplot.css", "/health"})
  void everyAnswerForbidsWhatThePageDoesNotNeed(String path) {
    RawHttp.Answer answer = RawHttp.get(port, path);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.has("content-security-policy: " + Exchange.POLICY)).isTrue();
    assertThat(answer.has("x-content-type-options: nosniff")).isTrue();
    assertThat(answer.has("referrer-policy: no-referrer")).isTrue();
    assertThat(answer.has("cross-origin-resource-policy: same-origin")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/api/snapshot", "/health", "/health/ready", "/metrics"})
  void dataIsNeverStored(String path) {
    assertThat(RawHttp.get(port, path).has("cache-control: no-store")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Host: evil.example",
        "Host: 127.0.0.1.evil.example",
        "Host: localhost.evil.example:80"
      })
  void refusesNamesOfOthers(String host) {
    RawHttp.Answer answer = RawHttp.get(port, "/api/snapshot", host);

    assertThat(answer.status()).isEqualTo(421);
    assertThat(answer.body()).doesNotContain(node.id().toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"Host: localhost", "Host: [::1]:1", "Host: Node.Example:9"})
  void answersToItsOwnNames(String host) {
    assertThat(RawHttp.get(port, "/api/snapshot", host).status()).isEqualTo(200);
  }

  @Test
  void refusesNoHostAndTwo() {
    String close = "Connection: close\r\n\r\n";

    assertThat(RawHttp.send(port, "GET / HTTP/1.1\r\n" + close).status()).isEqualTo(400);
    assertThat(
            RawHttp.send(port, "GET / HTTP/1.1\r\nHost: localhost\r\nHost: x\r\n" + close).status())
        .isEqualTo(400);
  }

  @Test
  void refusesPagesOfOtherSites() {
    for (String site : List.of("cross-site", "same-site")) {
      assertThat(RawHttp.get(port, "/events", "Sec-Fetch-Site: " + site).status()).isEqualTo(403);
      assertThat(RawHttp.get(port, "/", "Sec-Fetch-Site: " + site).status()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS", "TRACE"})
  void onlyReads(String method) {
    RawHttp.Answer answer = RawHttp.request(port, method, "/health");

    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.has("allow: GET, HEAD")).isTrue();
  }

  @Test
  void takesNoBody() {
    assertThat(RawHttp.get(port, "/health", "Content-Length: 5").status()).isEqualTo(413);
    assertThat(RawHttp.get(port, "/health", "Transfer-Encoding: chunked").status()).isEqualTo(413);
  }

  @Test
  void refusesWhatIsTooLong() {
    assertThat(RawHttp.get(port, "/" + "x".repeat(3000)).status()).isEqualTo(414);
    assertThat(RawHttp.get(port, "/", "X: " + "x".repeat(9000)).status()).isIn(413, 431);
  }

  @Test
  void headIsGetWithoutTheBody() {
    RawHttp.Answer get = RawHttp.get(port, "/console.css");
    RawHttp.Answer head = RawHttp.request(port, "HEAD", "/console.css");

    assertThat(head.status()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
    int length = get.body().getBytes(StandardCharsets.UTF_8).length;
    assertThat(head.has("content-length: " + length + "\r\n")).isTrue();
  }

  @Test
  void anUnchangedFileIsNotSentAgain() {
    String head = RawHttp.get(port, "/uplot.js").head();
    String tag = head.replaceAll("(?is).*\r\netag: ([^\r]*)\r\n.*", "$1");

    RawHttp.Answer again = RawHttp.get(port, "/uplot.js", "If-None-Match: " + tag);

    assertThat(again.status()).isEqualTo(304);
    assertThat(again.body()).isEmpty();
  }

  @Test
  void metricsComeInTheFormatThatIsAskedFor() {
    assertThat(RawHttp.get(port, "/metrics").body()).startsWith("# as text/plain; version=0.0.4");
    RawHttp.Answer answer =
        RawHttp.get(port, "/metrics", "Accept: " + OPEN_METRICS + ";version=1.0.0,*/*;q=0.1");
    assertThat(answer.body()).startsWith("# as " + OPEN_METRICS + "; version=1.0.0");
    assertThat(answer.has("content-type: " + OPEN_METRICS)).isTrue();
    assertThat(answer.has("vary: accept")).isTrue();
  }

  @Test
  void healthTellsTheStateUntilTheNodeIsGone() {
    assertThat(RawHttp.get(port, "/health/ready").status()).isIn(200, 503); // it may be joining

    node.drain(Duration.ofSeconds(1)).block();

    RawHttp.Answer gone = RawHttp.get(port, "/health");
    assertThat(gone.status()).isEqualTo(503);
    JsonNode health = new JsonMapper().readTree(gone.body());
    assertThat(health.get("state").asString()).isEqualTo("closed");
    assertThat(health.get("ready").asBoolean()).isFalse();
    assertThat(health.get("reasons").size()).isEqualTo(1);
    assertThat(RawHttp.get(port, "/health/ready").status()).isEqualTo(503);
  }

  @Test
  void tellsOneListenerAndRefusesTheNext() throws IOException {
    try (Socket socket = listen()) {
      InputStream in = socket.getInputStream();
      assertThat(RawHttp.readUntil(in, "\"full\":true")).isTrue();
      assertThat(RawHttp.readUntil(in, "\"full\":false")).isTrue();

      assertThat(RawHttp.get(port, "/events").status()).isEqualTo(503);
      assertThat(RawHttp.request(port, "HEAD", "/events").status()).isEqualTo(200);
    }
    // Its place is free once the server has noticed, at the latest when it next has to tell it.
    int status = 503;
    long giveUp = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (status == 503 && System.nanoTime() < giveUp) {
      try (Socket socket = listen()) {
        byte[] line = socket.getInputStream().readNBytes(12);
        status = Integer.parseInt(new String(line, StandardCharsets.US_ASCII).substring(9));
      }
    }
    assertThat(status).isEqualTo(200);
  }

  private Socket listen() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(60_000);
    socket
        .getOutputStream()
        .write(
            "GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  @Test
  void connectionsThatAskNothingMakeRoomAndEndInTime() throws IOException {
    List<Socket> idle = new ArrayList<>();
    for (int i = 0; i < 4 * MAX_CONNECTIONS; i++) {
      idle.add(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    assertThat(RawHttp.get(port, "/health").status()).isEqualTo(200);
    assertThat(RawHttp.get(port, "/health").status()).isEqualTo(200);
    for (Socket socket : idle) {
      socket.setSoTimeout(60_000);
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
      socket.close();
    }
    assertThat(RawHttp.get(port, "/health").status()).isEqualTo(200);
  }

  @Test
  void whoIsBeingAnsweredIsNotCutOffForOthers() throws IOException {
    try (Socket listening = listen()) {
      assertThat(listening.getInputStream().read()).isEqualTo('H');
      List<Socket> idle = new ArrayList<>();
      for (int i = 0; i < 4 * MAX_CONNECTIONS; i++) {
        idle.add(new Socket(InetAddress.getLoopbackAddress(), port));
      }
      assertThat(RawHttp.get(port, "/health").status()).isEqualTo(200);

      assertThat(listening.getInputStream().readNBytes(512)).hasSize(512);
      for (Socket socket : idle) {
        socket.close();
      }
    }
  }
}
