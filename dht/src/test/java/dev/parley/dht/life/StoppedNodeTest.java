package dev.parley.dht.life;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.AgentId;
import dev.parley.FailureCode;
import dev.parley.MessagingException;
import dev.parley.dht.DhtOptions;
import dev.parley.dht.ResolveOptions;
import dev.parley.dht.Resolved;
import dev.parley.dht.node.Environments;
import dev.parley.dht.node.Nodes;
import dev.parley.dht.node.StubRpc;
import dev.parley.dht.port.CallOptions;
import dev.parley.dht.port.Caller;
import dev.parley.dht.wire.Contact;
import dev.parley.dht.wire.DhtAnswer;
import dev.parley.dht.wire.DhtRequest;
import dev.parley.dht.wire.IpEndpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.scheduler.VirtualTimeScheduler;

/** Everything that is asked of a node ends once, whenever it stops. */
@Timeout(60)
class StoppedNodeTest {
  private static final IpEndpoint HERE = IpEndpoint.v4(0x2e000001, 7400);
  private static final AgentId BOB = Nodes.ALICE.id();

  private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
  private final Nodes nodes = new Nodes(5);
  private final List<Contact> seeds = nodes.contacts(3);
  private final Silent rpc = new Silent();
  private final KademliaNode node =
      KademliaNode.create(
          nodes.key(), DhtOptions.defaults(), Environments.of(time, nodes.random(), rpc));

  /** Nodes that answer pings and nothing else. */
  private static final class Silent extends StubRpc {
    @Override
    public Mono<DhtAnswer> call(Contact to, DhtRequest request, CallOptions options) {
      return request instanceof DhtRequest.Ping
          ? Mono.just(new DhtAnswer.Pong(HERE, 1, 0))
          : Mono.never();
    }
  }

  /** How each call has ended, once for each time that it did. */
  private final List<String> ends = new ArrayList<>();

  private void note(Flux<?> call, String what) {
    call.subscribe(
        value -> {
          if (value instanceof Resolved resolved && resolved.report().isStopped()) {
            ends.add(what + " stopped");
          }
        },
        error -> ends.add(what + " " + ((MessagingException) error).code()),
        () -> ends.add(what + " complete"));
  }

  private void callAll() {
    note(node.start(seeds, List.of(HERE)).flux(), "start");
    note(node.resolve(BOB, ResolveOptions.defaults()), "resolve");
    note(node.closest(nodes.key().id()), "closest");
    note(node.publish(List.of(HERE)).flux(), "publish");
    note(node.events(), "events");
  }

  private static final String[] ENDS = {
    "start SHUT_DOWN",
    "resolve stopped",
    "resolve complete",
    "closest SHUT_DOWN",
    "publish SHUT_DOWN",
    "events complete"
  };

  @Test
  void whatIsUnderWayEndsWhenItStops() {
    node.start(seeds, List.of(HERE))
        .onErrorComplete()
        .subscribe(); // the lookup that it waits for does not end
    time.advanceTimeBy(Duration.ofMillis(10));
    callAll();
    time.advanceTimeBy(Duration.ofMillis(10));
    assertThat(ends).isEmpty();

    node.stop().subscribe();
    time.advanceTimeBy(Duration.ofMillis(10));

    assertThat(ends).containsExactlyInAnyOrder(ENDS);
  }

  @Test
  void whatIsAskedOfAStoppedNodeEndsAtOnce() {
    node.stop().subscribe();
    time.advanceTimeBy(Duration.ofMillis(10));
    callAll();
    note(node.snapshot().flux(), "snapshot");
    note(node.forget(BOB).flux(), "forget");
    note(node.stop().flux(), "stop");
    List<DhtAnswer> answers = new ArrayList<>();
    node.answer(new Caller(nodes.key(), HERE), new DhtRequest.Ping(), 100).subscribe(answers::add);

    assertThat(ends)
        .contains(ENDS)
        .contains("snapshot SHUT_DOWN", "forget SHUT_DOWN", "stop complete")
        .hasSize(ENDS.length + 3);
    assertThat(answers).hasSize(1);
  }

  @Test
  void whatHasEndedIsNotToldAgain() {
    note(node.snapshot().flux(), "snapshot");
    time.advanceTimeBy(Duration.ofMillis(10));
    node.stop().subscribe();
    time.advanceTimeBy(Duration.ofMillis(10));

    assertThat(ends).containsExactly("snapshot complete");
  }

  @Test
  void endsWhateverTheMomentOfStopping() {
    for (int i = 0; i < 300; i++) {
      Scheduler worker = Schedulers.newSingle("worker", true);
      KademliaNode each =
          KademliaNode.create(
              nodes.key(), DhtOptions.defaults(), Environments.on(worker, nodes.random(), rpc));
      Mono<Void> calls =
          Flux.range(0, 40)
              .flatMap(
                  n ->
                      Mono.when(
                              each.resolve(BOB, ResolveOptions.fresh()).then(),
                              each.snapshot().then().onErrorComplete(StoppedNodeTest::isShutDown),
                              each.publish(List.of(HERE))
                                  .then()
                                  .onErrorComplete(StoppedNodeTest::isShutDown))
                          .subscribeOn(Schedulers.parallel()))
              .then();
      Mono<Void> stops =
          Mono.when(each.stop(), each.stop())
              .delaySubscription(Duration.ofNanos(i * 5_000L))
              .doFinally(end -> worker.dispose());

      Mono.when(calls, stops).block(Duration.ofSeconds(20));
    }
  }

  private static boolean isShutDown(Throwable error) {
    return error instanceof MessagingException e && e.code() == FailureCode.SHUT_DOWN;
  }
}
