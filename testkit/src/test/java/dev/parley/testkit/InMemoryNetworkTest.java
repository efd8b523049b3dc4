package dev.parley.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.parley.AgentId;
import dev.parley.AgentResolver.Candidate;
import dev.parley.Executed;
import dev.parley.FailureCode;
import dev.parley.Identity;
import dev.parley.Message;
import dev.parley.MessagingException;
import dev.parley.Phase;
import dev.parley.spi.Link;
import dev.parley.spi.Outbound;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The faults and times of the network; what a transport does is in {@link TransportContract}. */
class InMemoryNetworkTest {
  private static final Duration LATENCY = Duration.ofMillis(10);

  private final VirtualTime time = VirtualTime.create();
  private final InMemoryNetwork network =
      InMemoryNetwork.on(time.scheduler(), time).latency(LATENCY).maxInteractions(2).create();
  private final ScriptedReceiver atBob = new ScriptedReceiver();
  private final InMemoryTransport alice = started(new ScriptedReceiver());
  private final InMemoryTransport bob = started(atBob);

  private InMemoryTransport started(ScriptedReceiver receiver) {
    InMemoryTransport transport = network.transport(Identity.generate().id());
    transport.start(receiver).block();
    return transport;
  }

  private CompletableFuture<Link> dial(InMemoryTransport from, InMemoryTransport to) {
    Candidate candidate = new Candidate(to.address(), "test");
    return from.connect(to.self(), trail -> Flux.just(candidate), trail -> {}).toFuture();
  }

  private Link link() {
    CompletableFuture<Link> dial = dial(alice, bob);
    time.advance(LATENCY.multipliedBy(4));
    return dial.join();
  }

  private Outbound asking(String text) {
    return new Outbound("", Message.text(text), time.getAsLong() + 1_000_000_000L);
  }

  private static MessagingException failure(CompletableFuture<?> future) {
    assertThat(future).isCompletedExceptionally();
    return (MessagingException) future.handle((value, e) -> e).join();
  }

  @Test
  void dialTakesARoundTripToConnectAndOneToProve() {
    CompletableFuture<Link> dial = dial(alice, bob);

    time.advance(LATENCY.multipliedBy(4).minusNanos(1));
    assertThat(dial).isNotDone();
    time.advance(Duration.ofNanos(1));

    assertThat(dial).isCompleted();
    assertThat(time.pending()).isZero();
  }

  @Test
  void answerTakesARoundTrip() {
    Link link = link();

    CompletableFuture<Message> answer = link.requestResponse(asking("m")).toFuture();
    CompletableFuture<Duration> ping = link.ping().toFuture();
    time.advance(LATENCY.multipliedBy(2).minusNanos(1));
    assertThat(answer).isNotDone();
    time.advance(Duration.ofNanos(1));

    assertThat(answer).isCompletedWithValue(Message.text("m"));
    assertThat(ping).isCompletedWithValue(LATENCY.multipliedBy(2));
  }

  @Test
  void deadlinesArriveUntouched() {
    Outbound request = asking("m");
    link().requestResponse(request).subscribe();
    time.advance(LATENCY);

    assertThat(atBob.arrived.remove().deadlineNanos()).isEqualTo(request.deadlineNanos());
  }

  @Test
  void orderIsKeptWhereLatencyShrinks() {
    List<Duration> latencies = new ArrayList<>(Stream.of(50, 1).map(Duration::ofMillis).toList());
    InMemoryNetwork uneven =
        InMemoryNetwork.on(time.scheduler(), time)
            .latency((from, to) -> latencies.size() > 1 ? latencies.remove(0) : latencies.get(0))
            .create();
    InMemoryTransport from = uneven.transport(alice.self());
    InMemoryTransport to = uneven.transport(bob.self());
    from.start(new ScriptedReceiver()).block();
    to.start(atBob).block();
    CompletableFuture<Link> dial = dial(from, to);
    time.advance(Duration.ofSeconds(1));
    latencies.add(0, Duration.ofMillis(50));

    dial.join().fireAndForget(asking("first")).subscribe();
    time.runDue();
    dial.join().fireAndForget(asking("second")).subscribe();
    time.advance(Duration.ofSeconds(1));

    assertThat(atBob.arrived)
        .extracting(in -> in.message().text())
        .containsExactly("first", "second");
  }

  @Test
  void cutsOnlyTheTwoUntilHealed() {
    InMemoryTransport carol = started(new ScriptedReceiver());
    Link toBob = link();
    CompletableFuture<Link> toCarol = dial(alice, carol);
    time.advance(LATENCY.multipliedBy(4));

    network.cut(bob.self(), alice.self());
    CompletableFuture<Link> refused = dial(alice, bob);
    time.advance(LATENCY.multipliedBy(4));

    assertThat(toBob.isOpen()).isFalse();
    assertThat(toCarol.join().isOpen()).isTrue();
    assertThat(failure(refused).code()).isEqualTo(FailureCode.AGENT_UNREACHABLE);
    network.heal(alice.self(), bob.self());
    assertThat(link().isOpen()).isTrue();
  }

  @Test
  void isolatesAnAgentFromAllUntilHealed() {
    Link link = link();

    network.isolate(bob.self());
    CompletableFuture<Link> inwards = dial(alice, bob);
    CompletableFuture<Link> outwards = dial(bob, alice);
    time.advance(LATENCY.multipliedBy(4));

    assertThat(link.isOpen()).isFalse();
    assertThat(failure(inwards).code()).isEqualTo(FailureCode.AGENT_UNREACHABLE);
    assertThat(failure(outwards).code()).isEqualTo(FailureCode.AGENT_UNREACHABLE);
    network.heal(bob.self());
    assertThat(link().isOpen()).isTrue();
  }

  @Test
  void cuttingDuringTheHandshakeIsAFailedHandshake() {
    CompletableFuture<Link> dial = dial(alice, bob);
    time.advance(LATENCY.multipliedBy(3));

    network.cut(alice.self(), bob.self());
    time.advance(LATENCY);

    assertThat(failure(dial).code()).isEqualTo(FailureCode.HANDSHAKE_FAILED);
    assertThat(alice.links()).isEmpty();
    assertThat(bob.links()).isEmpty();
  }

  @Test
  void losesWhatIsUnderWay() {
    Link link = link();
    CompletableFuture<Message> answer = link.requestResponse(asking("m")).toFuture();
    time.runDue();

    network.cut(alice.self(), bob.self());
    time.advance(Duration.ofSeconds(1));

    assertThat(failure(answer).executed()).isEqualTo(Executed.UNKNOWN);
    assertThat(atBob.arrived).isEmpty();
  }

  @Test
  void tellsThatAMessageHadNotLeft() {
    Link link = link();
    CompletableFuture<Message> answer = link.requestResponse(asking("m")).toFuture();

    network.cut(alice.self(), bob.self());
    time.runDue();

    assertThat(failure(answer).executed()).isEqualTo(Executed.NO);
    assertThat(failure(answer).phase()).isEqualTo(Phase.SEND);
  }

  @Test
  void swallowedMessagesArriveInOrderWhenHealed() {
    Link link = link();
    network.swallow(alice.self(), bob.self());

    CompletableFuture<Message> one = link.requestResponse(asking("1")).toFuture();
    time.runDue();
    CompletableFuture<Message> other = link.requestResponse(asking("2")).toFuture();
    time.advance(Duration.ofMinutes(1));
    assertThat(one).isNotDone();
    assertThat(link.isOpen()).isTrue();
    assertThat(link.stats().pendingBytes()).isPositive();
    network.heal(alice.self(), bob.self());
    time.advance(LATENCY);

    assertThat(one).isCompleted();
    assertThat(other).isCompleted();
    assertThat(atBob.arrived).extracting(in -> in.message().text()).containsExactly("1", "2");
  }

  @Test
  void aCloseThatWasSwallowedArrivesWhenHealed() {
    link();
    network.swallow(alice.self(), bob.self());
    alice.close().subscribe();
    time.advance(Duration.ofMinutes(1));
    assertThat(alice.links()).isEmpty();
    assertThat(bob.links()).hasSize(1);

    network.heal(alice.self(), bob.self());
    time.runDue();

    assertThat(bob.links()).isEmpty();
  }

  @Test
  void dialsThatAreSwallowedTimeOut() {
    network.swallow(alice.self(), bob.self());
    CompletableFuture<Link> dial = dial(alice, bob);

    time.advance(InMemoryNetwork.Settings.DEFAULT_DIAL_TIMEOUT.minusNanos(1));
    assertThat(dial).isNotDone();
    time.advance(Duration.ofNanos(1));

    assertThat(failure(dial).code()).isEqualTo(FailureCode.AGENT_UNREACHABLE);
    assertThat(failure(dial).trail().steps()).extracting(s -> s.outcome()).contains("timeout");
  }

  @Test
  void refusesMoreInteractionsThanItsLimit() {
    atBob.onRequest = in -> Mono.never();
    Link link = link();
    link.requestResponse(asking("1")).subscribe();
    Probe<Message> second = Probe.of(link.requestResponse(asking("2")), 1);

    CompletableFuture<Message> third = link.requestResponse(asking("3")).toFuture();
    time.runDue();
    assertThat(failure(third).code()).isEqualTo(FailureCode.OVERLOADED);
    assertThat(failure(third).executed()).isEqualTo(Executed.NO);

    second.cancel();
    time.runDue();
    CompletableFuture<Message> fourth = link.requestResponse(asking("4")).toFuture();
    time.advance(LATENCY);
    assertThat(fourth).isNotDone();
  }

  @Test
  void simultaneousDialsLeaveOneLink() {
    CompletableFuture<Link> there = dial(alice, bob);
    CompletableFuture<Link> back = dial(bob, alice);
    time.advance(LATENCY.multipliedBy(4));

    assertThat(alice.links()).containsExactly(there.join());
    assertThat(bob.links()).containsExactly(back.join());
  }

  @Test
  void drainsUntilTheLimitAndThenEndsWhatRuns() {
    atBob.onRequest = in -> Mono.never();
    Link link = link();
    CompletableFuture<Message> running = link.requestResponse(asking("slow")).toFuture();
    time.advance(LATENCY);

    CompletableFuture<Void> drained = bob.drain(Duration.ofSeconds(3)).toFuture();
    time.advance(Duration.ofSeconds(3).minusNanos(1));
    assertThat(drained).isNotDone();
    time.advance(LATENCY.plusNanos(1));

    assertThat(drained).isCompleted();
    assertThat(failure(running).code()).isEqualTo(FailureCode.CONNECTION_LOST);
    assertThat(link.isOpen()).isFalse();
    assertThat(time.pending()).isZero();
  }

  @Test
  void whatAPeerSendsBeforeItHearsOfADrainIsRefusedAsNotExecuted() {
    Link link = link();
    bob.drain(Duration.ofSeconds(3)).subscribe();
    time.runDue();

    CompletableFuture<Message> late = link.requestResponse(asking("late")).toFuture();
    time.advance(LATENCY.multipliedBy(2));

    assertThat(failure(late).code()).isEqualTo(FailureCode.SHUT_DOWN);
    assertThat(failure(late).isRetryable()).isTrue();
    assertThat(atBob.arrived).isEmpty();
  }

  @Test
  void everyRunIsTheSame() {
    assertThat(story()).isEqualTo(story()).isNotEmpty();
  }

  private List<String> story() {
    VirtualTime clock = VirtualTime.create();
    AgentId[] ids = {alice.self(), bob.self()};
    InMemoryNetwork net = InMemoryNetwork.on(clock.scheduler(), clock).latency(LATENCY).create();
    InMemoryTransport from = net.transport(ids[0]);
    InMemoryTransport to = net.transport(ids[1]);
    ScriptedReceiver receiver = new ScriptedReceiver();
    from.start(new ScriptedReceiver()).block();
    to.start(receiver).block();
    List<String> story = new ArrayList<>();
    dial(from, to)
        .thenAccept(
            link ->
                Flux.range(0, 20)
                    .flatMap(
                        i ->
                            link.requestResponse(
                                    new Outbound("", Message.text("m" + i), Long.MAX_VALUE))
                                .map(m -> m.text() + " at " + clock.elapsed())
                                .onErrorResume(e -> Mono.just(e + " at " + clock.elapsed())),
                        7)
                    .subscribe(story::add));
    clock.advance(Duration.ofMillis(65));
    net.cut(ids[0], ids[1]);
    clock.advance(Duration.ofSeconds(1));
    return story;
  }

  @Test
  void refusesSettingsOutOfRangeAllAtOnce() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new InMemoryNetwork.Settings(
                    time.scheduler(), time, (a, b) -> LATENCY, -1, 0, Duration.ZERO))
        .withMessageContainingAll("maxMessageBytes", "maxInteractions", "dialTimeout");
  }
}
