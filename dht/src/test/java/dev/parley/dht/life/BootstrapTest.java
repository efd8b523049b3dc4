package dev.parley.dht.life;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.dht.DhtOptions;
import dev.parley.dht.node.Environments;
import dev.parley.dht.node.Nodes;
import dev.parley.dht.node.StubRpc;
import dev.parley.dht.port.CallOptions;
import dev.parley.dht.port.DhtRpcException;
import dev.parley.dht.port.LinkState;
import dev.parley.dht.wire.Contact;
import dev.parley.dht.wire.DhtAnswer;
import dev.parley.dht.wire.DhtRequest;
import dev.parley.dht.wire.IpEndpoint;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

class BootstrapTest {
  private static final IpEndpoint HERE = IpEndpoint.v4(0x2e000001, 7400);

  private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
  private final Nodes nodes = new Nodes(3);
  private final Contact seed = nodes.contact();
  private final Rpc rpc = new Rpc();

  /** Pings fail as scripted and then succeed; a link is there from the first one on. */
  private static final class Rpc extends StubRpc {
    final Deque<DhtRpcException.Kind> failures = new ArrayDeque<>();
    final List<CallOptions.Route> pings = new ArrayList<>();

    @Override
    public Mono<DhtAnswer> call(Contact to, DhtRequest request, CallOptions options) {
      state = LinkState.WARM;
      if (request instanceof DhtRequest.Ping) {
        pings.add(options.route());
        DhtRpcException.Kind failure = failures.poll();
        return failure == null
            ? Mono.just(new DhtAnswer.Pong(HERE, 1, 0))
            : Mono.error(new DhtRpcException(failure));
      }
      return request instanceof DhtRequest.Find
          ? Mono.just(new DhtAnswer.Nodes(List.of()))
          : Mono.error(new DhtRpcException(DhtRpcException.Kind.LOST));
    }
  }

  private KademliaNode node() {
    return KademliaNode.create(
        Nodes.ALICE_KEY, DhtOptions.defaults(), Environments.of(time, nodes.random(), rpc));
  }

  private AtomicBoolean start(KademliaNode node) {
    return start(node, List.of(seed));
  }

  private AtomicBoolean start(KademliaNode node, List<Contact> seeds) {
    AtomicBoolean joined = new AtomicBoolean();
    node.start(seeds, List.of()).subscribe(v -> {}, e -> {}, () -> joined.set(true));
    time.advanceTimeBy(Duration.ZERO);
    return joined;
  }

  @Test
  void joinsOverALinkThatCameUpTooLateForTheFirstAttempt() {
    rpc.failures.add(DhtRpcException.Kind.TIMEOUT);
    AtomicBoolean joined = start(node());
    assertThat(joined).isFalse();

    time.advanceTimeBy(Duration.ofSeconds(10));

    assertThat(joined).isTrue();
    assertThat(rpc.pings).hasSize(2).containsOnly(CallOptions.Route.FRESH_DIAL);
  }

  @Test
  void goesOnTryingWithGrowingPausesWhileNobodyAnswers() {
    for (int i = 0; i < 6; i++) {
      rpc.failures.add(DhtRpcException.Kind.UNREACHABLE);
    }
    AtomicBoolean joined = start(node());

    time.advanceTimeBy(Duration.ofSeconds(10));
    assertThat(joined).isFalse();
    assertThat(rpc.pings).hasSizeBetween(3, 5);
    time.advanceTimeBy(Duration.ofMinutes(3));

    assertThat(joined).isTrue();
  }

  @Test
  void joinsThroughAPeerThatTheAgentHasALinkToWhenTheSeedIsSilent() {
    for (int i = 0; i < 2; i++) {
      rpc.failures.add(DhtRpcException.Kind.UNREACHABLE);
    }
    rpc.dialled = List.of(nodes.contact());

    AtomicBoolean joined = start(node());
    assertThat(joined).isFalse();
    time.advanceTimeBy(Duration.ofSeconds(10));

    assertThat(joined).isTrue();
    assertThat(rpc.pings).hasSize(4);
  }

  @Test
  void aNodeWithoutSeedsJoinsOnceItsAgentHasDialledSomebody() {
    KademliaNode node = node();
    assertThat(start(node, List.of())).isTrue();
    time.advanceTimeBy(Duration.ofMinutes(5));
    assertThat(rpc.pings).isEmpty();
    rpc.dialled = List.of(seed);

    time.advanceTimeBy(Duration.ofMinutes(2));

    assertThat(node.stats().contacts()).isEqualTo(1);
    assertThat(rpc.pings.get(0)).isEqualTo(CallOptions.Route.FRESH_DIAL);
  }

  @Test
  void aNodeWithoutSeedsStopsTryingWhenTheLinkIsGone() {
    KademliaNode node = node();
    start(node, List.of());
    rpc.failures.addAll(Collections.nCopies(1000, DhtRpcException.Kind.UNREACHABLE));
    rpc.dialled = List.of(seed);
    time.advanceTimeBy(Duration.ofMinutes(3));
    assertThat(rpc.pings).hasSizeGreaterThan(2);
    assertThat(node.stats().contacts()).isZero();
    rpc.pings.clear();
    rpc.dialled = List.of();
    time.advanceTimeBy(Duration.ofHours(1));

    assertThat(rpc.pings).isEmpty();
  }
}
