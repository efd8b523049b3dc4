package dev.parley.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Message;
import dev.parley.node.AgentNode;
import dev.parley.node.AgentNodeBuilder;
import io.rsocket.Payload;
import io.rsocket.RSocket;
import io.rsocket.SocketAcceptor;
import io.rsocket.core.RSocketConnector;
import io.rsocket.core.RSocketServer;
import io.rsocket.transport.netty.client.TcpClientTransport;
import io.rsocket.transport.netty.server.CloseableChannel;
import io.rsocket.transport.netty.server.TcpServerTransport;
import io.rsocket.util.DefaultPayload;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

class FromRSocketGuideTest {
  @RegisterExtension final Agents agents = new Agents();

  @Test
  void before() {
    // region before-server
    RSocket handler =
        new RSocket() {
          @Override
          public Mono<Payload> requestResponse(Payload request) {
            String text = request.getDataUtf8();
            request.release();
            return Mono.just(DefaultPayload.create("echo: " + text));
          }

          @Override
          public Flux<Payload> requestStream(Payload request) {
            request.release();
            return Flux.range(1, 3).map(i -> DefaultPayload.create("tick " + i));
          }
        };
    CloseableChannel server =
        RSocketServer.create(SocketAcceptor.with(handler))
            .bind(TcpServerTransport.create("127.0.0.1", 0))
            .block();
    // endregion
    // region before-client
    RSocket client =
        RSocketConnector.create().connect(TcpClientTransport.create(server.address())).block();
    String answer =
        client
            .requestResponse(DefaultPayload.create("hello"))
            .map(
                payload -> {
                  String text = payload.getDataUtf8();
                  payload.release();
                  return text;
                })
            .block();
    // endregion
    assertThat(answer).isEqualTo("echo: hello");
    client.dispose();
    server.dispose();
  }

  @Test
  void after() {
    AgentNodeBuilder builder = Agents.listening();
    // region after-server
    AgentNode bob =
        builder
            .receive("", in -> Mono.just(Message.text("echo: " + in.message().text())))
            .receiveStreams("", in -> Flux.range(1, 3).map(i -> Message.text("tick " + i)))
            .startNow();
    // endregion
    agents.add(bob);
    AgentNode alice = agents.start(Agents.knowing(bob));
    // region after-client
    String answer = alice.send(bob.id(), Message.text("hello")).map(Message::text).block();
    // endregion
    List<String> ticks =
        alice.stream(bob.id(), Message.empty()).map(Message::text).collectList().block();
    assertThat(answer).isEqualTo("echo: hello");
    assertThat(ticks).containsExactly("tick 1", "tick 2", "tick 3");
  }
}
