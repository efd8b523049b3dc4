package dev.parley.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.AgentId;
import dev.parley.AgentResolver.Candidate;
import dev.parley.Identity;
import dev.parley.Inbound;
import dev.parley.Message;
import dev.parley.spi.Link;
import dev.parley.spi.Outbound;
import dev.parley.spi.Receiver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Two agents dial each other at the same time, in virtual time. */
class SimultaneousDialsTest {
  private static final Duration LATENCY = Duration.ofMillis(10);

  private final VirtualTime time = VirtualTime.create();
  private final InMemoryNetwork network =
      InMemoryNetwork.on(time.scheduler(), time).latency(LATENCY).create();
  private final InMemoryTransport alice = started();
  private final InMemoryTransport bob = started();

  private InMemoryTransport started() {
    InMemoryTransport transport = network.transport(Identity.generate().id());
    transport.start(new Ticking()).block();
    return transport;
  }

  private CompletableFuture<Link> dial(InMemoryTransport from, InMemoryTransport to) {
    AgentId peer = to.self();
    Candidate candidate = new Candidate(to.address(), "test");
    return from.connect(peer, trail -> Flux.just(candidate), trail -> {}).toFuture();
  }

  private List<String> ticks(Link link) {
    List<String> seen = new ArrayList<>();
    long deadline = time.getAsLong() + Duration.ofHours(1).toNanos();
    link.requestStream(new Outbound("", Message.empty(), deadline))
        .subscribe(m -> seen.add(m.text()), e -> seen.add("failed: " + e.getMessage()));
    return seen;
  }

  @Test
  void oneLinkStaysAndStreamsOnTheOtherRunToTheirEnd() {
    CompletableFuture<Link> ours = dial(alice, bob);
    CompletableFuture<Link> theirs = dial(bob, alice);
    time.advance(LATENCY.multipliedBy(4));
    List<String> first = ticks(ours.join());
    List<String> second = ticks(theirs.join());

    time.advance(Duration.ofMinutes(9).plus(LATENCY.multipliedBy(4)));

    assertThat(alice.links()).hasSize(1);
    assertThat(bob.links()).hasSize(1);
    assertThat(alice.links().iterator().next().path().dialled())
        .isNotEqualTo(bob.links().iterator().next().path().dialled());
    assertThat(first).hasSize(9).doesNotContain("failed");
    assertThat(second).hasSize(9);
    time.advance(Duration.ofMinutes(2));
    assertThat(first).hasSize(10).last().isEqualTo("9");
    assertThat(second).hasSize(10).last().isEqualTo("9");
  }

  /** Answers streams with a tick a minute, ten in all. */
  private final class Ticking implements Receiver {
    @Override
    public Mono<Message> requestResponse(Link link, Inbound request) {
      return Mono.just(request.message());
    }

    @Override
    public Mono<Void> fireAndForget(Link link, Inbound request) {
      return Mono.empty();
    }

    @Override
    public Flux<Message> requestStream(Link link, Inbound request) {
      return Flux.interval(Duration.ofMinutes(1), time.scheduler())
          .take(10)
          .map(i -> Message.text(i.toString()));
    }

    @Override
    public Flux<Message> requestChannel(Link link, Inbound first, Publisher<Message> rest) {
      return Flux.empty();
    }
  }
}
