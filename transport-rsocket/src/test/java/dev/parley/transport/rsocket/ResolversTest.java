package dev.parley.transport.rsocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Address;
import dev.parley.transport.rsocket.TransportFixture.Started;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Mono;

@Timeout(120)
class ResolversTest {
  private final TransportFixture fixture = new TransportFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  /** reactor-netty keeps a resolver, and the event loops with it, for each that it makes itself. */
  @Test
  void noResolverIsLeftBehind() throws Exception {
    Map<?, ?> kept = keptResolvers();
    int before = kept.size();
    Started bob = fixture.listening(in -> Mono.just(in.message()));
    List<Mono<Void>> closings = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      Started alice = fixture.dialling(o -> o.threads(n -> n.eventLoops(1)));
      String host = i % 2 == 0 ? "127.0.0.1" : "localhost";
      alice
          .connect(bob.id(), Address.tcp(host, bob.address().port()))
          .block(TransportFixture.LIMIT);
      closings.add(alice.transport().close());
    }
    Mono.when(closings).block(TransportFixture.LIMIT);

    assertThat(kept).hasSize(before);
  }

  private static Map<?, ?> keptResolvers() throws ReflectiveOperationException {
    Field cache =
        Class.forName("reactor.netty.transport.ClientTransportConfig")
            .getDeclaredField("RESOLVERS_CACHE");
    cache.setAccessible(true);
    return (Map<?, ?>) cache.get(null);
  }
}
