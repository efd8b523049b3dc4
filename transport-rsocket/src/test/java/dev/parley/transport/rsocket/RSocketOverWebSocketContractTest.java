package dev.parley.transport.rsocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Address;
import dev.parley.AgentResolver.Candidate;
import dev.parley.Identity;
import dev.parley.Network;
import dev.parley.links.Links;
import dev.parley.spi.Link;
import dev.parley.spi.Receiver;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Proxy;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

class RSocketOverWebSocketContractTest extends RSocketTransportContract {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final Duration HANDSHAKE = Duration.ofSeconds(3);
  private static final String UPGRADE =
      String.join(
          "\r\n",
          "GET /parley HTTP/1.1",
          "Host: localhost",
          "Upgrade: websocket",
          "Connection: Upgrade",
          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
          "Sec-WebSocket-Version: 13",
          "",
          "");

  @Override
  Address listen() {
    return Address.parseListen("ws://127.0.0.1:0/parley");
  }

  @Test
  void linksOutliveTheHandshakeTimeout() {
    Receiver nobody =
        (Receiver)
            Proxy.newProxyInstance(
                Receiver.class.getClassLoader(),
                new Class<?>[] {Receiver.class},
                (proxy, method, args) -> Mono.empty());
    Identity identity = Identity.generate();
    TransportOptions options =
        TransportOptions.builder()
            .accepting(a -> a.handshakeTimeout(HANDSHAKE))
            .dialling(d -> d.dialTimeout(LIMIT))
            .build();
    Network network = Network.open("contract");
    Links there =
        TransportFixture.links(identity, network, options.toBuilder().listen(listen()).build());
    Links here = TransportFixture.links(Identity.generate(), network, options);
    try {
      Address bound = there.start(nobody).block(LIMIT).get(0);
      here.start(nobody).block(LIMIT);
      Link link =
          here.connect(identity.id(), trail -> Flux.just(new Candidate(bound, "test")), trail -> {})
              .block(LIMIT);

      Boolean lost =
          link.onClose()
              .thenReturn(true)
              .timeout(HANDSHAKE.plusSeconds(1), Mono.just(false))
              .block(LIMIT);

      assertThat(lost).isFalse();
    } finally {
      here.close().block(LIMIT);
      there.close().block(LIMIT);
    }
  }

  /** A frame is kept until it is whole, so that what a stranger may have of memory is one frame. */
  @Test
  void aStrangersLargeFrameIsRefusedAtItsHeader() throws Exception {
    try (TransportFixture fixture = new TransportFixture()) {
      Address bound =
          fixture.start(in -> Mono.just(in.message()), o -> o.listen(listen())).address();
      try (Socket socket = new Socket(bound.host(), bound.port())) {
        socket.setSoTimeout((int) TransportFixture.LIMIT.toMillis());
        OutputStream out = socket.getOutputStream();
        out.write(UPGRADE.getBytes(StandardCharsets.US_ASCII));
        InputStream in = socket.getInputStream();
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
          head.append((char) in.read());
        }
        assertThat(head).startsWith("HTTP/1.1 101");

        out.write(
            ByteBuffer.allocate(14)
                .put((byte) 0x82)
                .put((byte) 0xff)
                .putLong((1 << 16) + 1)
                .array());

        assertThat(in.read()).isIn(-1, 0x88); // the end, or WebSocket's close
      }
    }
  }
}
