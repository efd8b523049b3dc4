package dev.parley.transport.rsocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Address;
import dev.parley.AgentResolver.Candidate;
import dev.parley.Identity;
import dev.parley.Network;
import dev.parley.links.Links;
import dev.parley.spi.Link;
import dev.parley.spi.Receiver;
import java.lang.reflect.Proxy;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

class RSocketOverWebSocketContractTest extends RSocketTransportContract {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final Duration HANDSHAKE = Duration.ofSeconds(3);

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
}
