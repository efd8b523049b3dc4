package dev.parley.observability.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.Address;
import dev.parley.Identity;
import dev.parley.node.AgentNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A node's health on a port of its own, asked by sockets. */
@Timeout(120)
class NodeHealthIT {
  private static final int MAX_CONNECTIONS = 4;

  private final List<Socket> sockets = new ArrayList<>();
  private AgentNode node;
  private NodeHttp http;
  private NodeHealth health;

  @BeforeEach
  void start() {
    ConsoleListener listener = ConsoleListener.create();
    node =
        AgentNode.builder()
            .identity(Identity.generate())
            .network("health-it")
            .transport(t -> t.threads(n -> n.eventLoops(1)))
            .listener(listener)
            .startNow();
    HttpOptions options =
        HttpOptions.builder()
            .listen(Address.tcp("127.0.0.1", 0))
            .healthListen(Address.tcp("127.0.0.1", 0))
            .maxConnections(MAX_CONNECTIONS)
            .build();
    http = NodeHttp.builder(node, listener).options(options).start().block(Duration.ofSeconds(30));
    health = NodeHealth.startNow(node, options);
  }

  @AfterEach
  void stop() throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
    health.close();
    http.close();
    node.close();
  }

  private int ask(String path) {
    return RawHttp.get(health.address().port(), path).status();
  }

  /** Those of the console that are being answered cannot be closed for a probe. */
  @Test
  void answersWhileTheConsoleIsFull() throws IOException {
    for (int i = 0; i < MAX_CONNECTIONS; i++) {
      Socket socket = new Socket(InetAddress.getLoopbackAddress(), http.address().port());
      sockets.add(socket);
      socket
          .getOutputStream()
          .write("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(US_ASCII));
      assertThat(RawHttp.readUntil(socket.getInputStream(), "\ndata: ")).isTrue();
    }

    assertThat(consoleStatus()).isNotEqualTo(200);
    assertThat(ask("/health/live")).isEqualTo(200);
    assertThat(ask("/health/ready")).isEqualTo(200);
  }

  private int consoleStatus() {
    try {
      return RawHttp.get(http.address().port(), "/health").status();
    } catch (UncheckedIOException e) {
      return 0; // closed without an answer
    }
  }

  @Test
  void tellsHealthAndNothingElse() {
    assertThat(RawHttp.get(health.address().port(), "/health").body())
        .isEqualTo("{\"state\":\"good\",\"ready\":true,\"reasons\":[]}");
    assertThat(ask("/")).isEqualTo(404);
    assertThat(ask("/api/snapshot")).isEqualTo(404);
    assertThat(RawHttp.request(health.address().port(), "POST", "/health").status()).isEqualTo(405);
    assertThat(RawHttp.get(http.address().port(), "/health/live").status()).isEqualTo(200);
  }

  @Test
  void aNodeThatIsGoneIsNotLive() {
    node.close();

    assertThat(ask("/health/live")).isEqualTo(503);
    assertThat(ask("/health/ready")).isEqualTo(503);
  }

  @Test
  void needsAnAddress() {
    assertThatThrownBy(() -> NodeHealth.start(node, HttpOptions.defaults()))
        .hasMessage("http.healthListen is empty, must be host:port");
  }
}
