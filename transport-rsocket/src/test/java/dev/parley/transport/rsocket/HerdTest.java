package dev.parley.transport.rsocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.spi.Link;
import dev.parley.transport.rsocket.TransportFixture.Started;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Many agents behind one address whose links come at once, to a node with its default limits. */
class HerdTest {
  private static final int AGENTS = 50;

  private final TransportFixture fixture = new TransportFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void allOfThemAreLetInWithinTheirDeadlines() {
    Started bob =
        fixture.listening(
            in -> Mono.just(in.message()), o -> o.accepting(a -> a.limitLoopback(true)));
    List<Started> herd = new ArrayList<>();
    for (int i = 0; i < AGENTS; i++) {
      herd.add(fixture.dialling(o -> o.threads(t -> t.eventLoops(1))));
    }

    List<Link> links =
        Flux.fromIterable(herd)
            .flatMap(one -> one.connect(bob), AGENTS)
            .collectList()
            .block(TransportFixture.LIMIT);

    assertThat(links).hasSize(AGENTS);
    assertThat(fixture.refused).as("limits that were met").isNotEmpty();
  }
}
