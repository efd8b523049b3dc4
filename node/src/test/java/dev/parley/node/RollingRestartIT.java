package dev.parley.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.AgentId;
import dev.parley.FailureCode;
import dev.parley.Handler;
import dev.parley.Identity;
import dev.parley.Message;
import dev.parley.MessagingException;
import dev.parley.PeerAddress;
import dev.parley.SendOptions;
import dev.parley.dht.LookupReport;
import dev.parley.dht.port.DhtListener;
import dev.parley.node.dht.Dht;
import dev.parley.spi.NodeListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** An agent that leaves and comes back, while somebody goes on calling it. */
@Timeout(120)
class RollingRestartIT {
  private static final Logger log = LoggerFactory.getLogger(RollingRestartIT.class);
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Duration BAR = Duration.ofSeconds(2);
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Handler.Messages ECHO = in -> Mono.just(in.message());

  private final List<AgentNode> nodes = new ArrayList<>();
  private final AtomicInteger lookups = new AtomicInteger();
  private final Identity who = Identity.generate();

  @AfterEach
  void close() {
    Flux.fromIterable(nodes).flatMap(AgentNode::closeLater).blockLast(LIMIT);
  }

  private AgentNode start(AgentNodeBuilder builder) {
    AgentNode node = builder.start().block(LIMIT);
    nodes.add(node);
    node.online().block(LIMIT);
    return node;
  }

  private static AgentNodeBuilder listening(int port) {
    return AgentNode.builder()
        .identity(Identity.generate())
        .network("test")
        .listen("127.0.0.1", port)
        .receive(ECHO);
  }

  private AgentNode seed() {
    return start(listening(0).with(Dht.defaults()));
  }

  private AgentNode alice(AgentNode seed) {
    DhtListener counting =
        new DhtListener() {
          @Override
          public void resolved(LookupReport report) {
            if (!report.isFromCache()) {
              lookups.incrementAndGet();
            }
          }
        };
    NodeListener listener =
        new NodeListener() {
          @Override
          public <T> List<T> listenersTo(Class<T> type) {
            return type == DhtListener.class ? List.of(type.cast(counting)) : List.of();
          }
        };
    return start(listening(0).listener(listener).with(Dht.seeds(addressOf(seed))));
  }

  private AgentNode bob(AgentNode seed, int port) {
    return start(listening(port).identity(who).with(Dht.seeds(addressOf(seed))));
  }

  private static PeerAddress addressOf(AgentNode node) {
    return new PeerAddress(node.id(), node.addresses().get(0));
  }

  private static Mono<Message> call(AgentNode from, AgentId to) {
    return from.send(to, Message.text("hello"), SendOptions.timeout(Duration.ofSeconds(10)));
  }

  /** Calls at a pace until it is cancelled; hears of each call that is answered. */
  private static Disposable calling(
      AgentNode from, AgentId to, Duration pace, Sinks.Many<Boolean> ends) {
    return Flux.interval(Duration.ZERO, pace)
        .onBackpressureDrop()
        .flatMap(tick -> call(from, to).thenReturn(true).onErrorResume(e -> Mono.just(false)), 64)
        .subscribe(ok -> ends.emitNext(ok, Sinks.EmitFailureHandler.busyLooping(SECOND)));
  }

  private static void fails(AgentNode from, AgentId to, FailureCode code) {
    assertThatThrownBy(() -> call(from, to).block(LIMIT))
        .isInstanceOfSatisfying(
            MessagingException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  /** How long after it is online somebody who calls once a second reaches it. */
  private Duration reachedAfter(AgentNode alice, Runnable comeBack) {
    Sinks.Many<Boolean> ends = Sinks.many().replay().all();
    Disposable calls = calling(alice, who.id(), SECOND, ends);
    try {
      assertThat(ends.asFlux().take(3).collectList().block(LIMIT)).doesNotContain(true);
      comeBack.run();
      long online = System.nanoTime();
      ends.asFlux().filter(ok -> ok).blockFirst(LIMIT);
      Duration taken = Duration.ofNanos(Math.max(0, System.nanoTime() - online));
      log.info("reached {} ms after it was online", taken.toMillis());
      return taken;
    } finally {
      calls.dispose();
    }
  }

  @Test
  void whoCallsOnceASecondReachesAnAgentThatIsBackOnAnotherPort() {
    AgentNode seed = seed();
    AgentNode alice = alice(seed);
    AgentNode bob = bob(seed, 0);
    call(alice, who.id()).block(LIMIT);
    bob.drain(SECOND).block(LIMIT);
    fails(alice, who.id(), FailureCode.AGENT_UNREACHABLE);

    assertThat(reachedAfter(alice, () -> bob(seed, 0))).isLessThan(BAR);
  }

  @Test
  void whoCallsOnceASecondReachesAnAgentThatIsBackOnTheSamePort() {
    AgentNode seed = seed();
    AgentNode alice = alice(seed);
    AgentNode bob = bob(seed, 0);
    int port = bob.addresses().get(0).port();
    call(alice, who.id()).block(LIMIT);
    bob.drain(SECOND).block(LIMIT);

    assertThat(reachedAfter(alice, () -> bob(seed, port))).isLessThan(BAR);
  }

  @Test
  void whoCallsOnceASecondReachesAnAgentThatHadCrashed() {
    AgentNode seed = seed();
    AgentNode alice = alice(seed);
    AgentNode bob = bob(seed, 0);
    call(alice, who.id()).block(LIMIT);
    bob.close();

    assertThat(reachedAfter(alice, () -> bob(seed, 0))).isLessThan(BAR);
  }

  @Test
  void whoCallsOnceASecondReachesAnAgentThatWasUnknown() {
    AgentNode seed = seed();
    AgentNode alice = alice(seed);
    fails(alice, who.id(), FailureCode.AGENT_NOT_FOUND);

    assertThat(reachedAfter(alice, () -> bob(seed, 0))).isLessThan(BAR);
  }

  @Test
  void callsInALoopCostAboutALookupASecond() {
    AgentNode seed = seed();
    AgentNode alice = alice(seed);
    bob(seed, 0).drain(SECOND).block(LIMIT);
    fails(alice, who.id(), FailureCode.AGENT_UNREACHABLE);
    lookups.set(0);

    Flux.range(0, Integer.MAX_VALUE)
        .flatMap(i -> call(alice, who.id()).onErrorResume(e -> Mono.empty()), 32)
        .takeUntilOther(Mono.delay(Duration.ofSeconds(4)))
        .blockLast(LIMIT);

    assertThat(lookups.get()).isBetween(3, 5);
  }

  /** Blue-green: the new process is there before the old one leaves. */
  @Test
  void anOldProcessThatLeavesAfterTheNewOneHasComeDoesNotBuryIt() {
    AgentNode seed = seed();
    AgentNode alice = alice(seed);
    AgentNode old = bob(seed, 0);
    call(alice, who.id()).block(LIMIT);
    Queue<Boolean> ends = new ConcurrentLinkedQueue<>();
    Sinks.Many<Boolean> told = Sinks.many().replay().all();
    told.asFlux().subscribe(ends::add);
    Disposable calls = calling(alice, who.id(), Duration.ofMillis(20), told);

    bob(seed, 0);
    old.drain(Duration.ofSeconds(5)).block(LIMIT);
    int during = ends.size();
    told.asFlux().skip(during).take(100).blockLast(LIMIT);
    calls.dispose();

    assertThat(during).isPositive();
    assertThat(ends).doesNotContain(false);
    AgentNode carol = alice(seed);
    assertThat(call(carol, who.id()).block(LIMIT).text()).isEqualTo("hello");
  }

  /**
   * A call and how it ended.
   *
   * @param code null where it was answered
   */
  private record Ended(long startNanos, @Nullable FailureCode code) {}

  /** Calls 50 times a second, and keeps when each call began. */
  private static Disposable recording(AgentNode from, AgentId to, Queue<Ended> ends) {
    return Flux.interval(Duration.ZERO, Duration.ofMillis(20))
        .onBackpressureDrop()
        .flatMap(
            tick -> {
              long start = System.nanoTime();
              return call(from, to)
                  .map(answer -> new Ended(start, null))
                  .onErrorResume(
                      MessagingException.class, e -> Mono.just(new Ended(start, e.code())));
            },
            256)
        .subscribe(ends::add);
  }

  private static void awaitCalls(Queue<Ended> ends, int more) {
    int wanted = ends.size() + more;
    Flux.interval(Duration.ofMillis(20)).takeUntil(i -> ends.size() >= wanted).blockLast(LIMIT);
  }

  private static List<Ended> failed(Queue<Ended> ends, long since) {
    return ends.stream().filter(end -> end.code() != null && end.startNanos() >= since).toList();
  }

  /** A network in which most nodes are neither the caller nor the seed. */
  private AgentNode seedOfSix() {
    AgentNode seed = seed();
    for (int i = 0; i < 5; i++) {
      start(listening(0).with(Dht.seeds(addressOf(seed))));
    }
    return seed;
  }

  private void noCallFailsOnceItIsOnline(boolean overlapping) {
    AgentNode seed = seedOfSix();
    AgentNode alice = alice(seed);
    AgentNode old = bob(seed, 0);
    call(alice, who.id()).block(LIMIT);
    Queue<Ended> ends = new ConcurrentLinkedQueue<>();
    Disposable calls = recording(alice, who.id(), ends);
    awaitCalls(ends, 20);
    if (!overlapping) {
      old.drain(Duration.ofSeconds(5)).block(LIMIT);
      awaitCalls(ends, 20);
    }

    bob(seed, 0);
    long online = System.nanoTime();
    if (overlapping) {
      old.drain(Duration.ofSeconds(5)).block(LIMIT);
    }
    awaitCalls(ends, 150);
    calls.dispose();

    assertThat(failed(ends, online)).isEmpty();
    if (overlapping) {
      assertThat(failed(ends, Long.MIN_VALUE)).isEmpty();
    }
  }

  @Test
  void noCallFailsWhereTheNewProcessComesBeforeTheOldOneLeaves() {
    noCallFailsOnceItIsOnline(true);
  }

  @Test
  void noCallFailsAfterTheNewProcessIsOnlineWhereTheOldOneLeftBefore() {
    noCallFailsOnceItIsOnline(false);
  }

  /** They have what the old process said in their caches, and no link over which news comes. */
  @Test
  void peersWithoutALinkReachTheNewProcessAtOnce() {
    AgentNode seed = seedOfSix();
    AgentNode alice = alice(seed);
    AgentNode old = bob(seed, 0);
    call(alice, who.id()).block(LIMIT);
    old.drain(Duration.ofSeconds(5)).block(LIMIT);
    fails(alice, who.id(), FailureCode.AGENT_UNREACHABLE);
    fails(alice, who.id(), FailureCode.AGENT_UNREACHABLE);

    bob(seed, 0);

    assertThat(call(alice, who.id()).block(LIMIT).text()).isEqualTo("hello");
  }
}
