package dev.parley.messenger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.parley.Agent;
import dev.parley.Agent.SignalResult;
import dev.parley.AgentId;
import dev.parley.Executed;
import dev.parley.FailureCode;
import dev.parley.Identity;
import dev.parley.Inbound;
import dev.parley.Message;
import dev.parley.MessagingException;
import dev.parley.Phase;
import dev.parley.SendOptions;
import dev.parley.spi.NodeListener.Refusal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.publisher.TestPublisher;
import reactor.test.scheduler.VirtualTimeScheduler;
import reactor.test.subscriber.TestSubscriber;

/** Messages without an answer, in virtual time. */
class SignalTest {
  private static final SendOptions NEWS = SendOptions.to("news").withTimeout(Duration.ofSeconds(3));

  private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
  private final AgentId alice = Identity.generate().id();
  private final AgentId bob = Identity.generate().id();
  private final FakeTransport transport = new FakeTransport(this::nanos);
  private final FakeLink link = new FakeLink(bob);
  private final RecordingListener listener = new RecordingListener();
  private final Messenger messenger =
      Messenger.builder(alice, transport)
          .nanoClock(this::nanos)
          .timer(time)
          .listener(listener)
          .maxConcurrentHandlers(1)
          .maxConcurrentSends(300)
          .build();

  private long nanos() {
    return time.now(TimeUnit.NANOSECONDS);
  }

  private static MessagingException failure(TestSubscriber<?> caller) {
    return (MessagingException) caller.expectTerminalError();
  }

  private TestSubscriber<Void> signal() {
    TestSubscriber<Void> caller = TestSubscriber.create();
    messenger.signal(bob, Message.text("m"), NEWS).subscribe(caller);
    return caller;
  }

  @Test
  void completesWhenTheLinkHasTakenIt() {
    transport.open = link;

    TestSubscriber<Void> caller = signal();

    assertThat(caller.isTerminatedComplete()).isTrue();
    assertThat(link.signals).hasSize(1);
    assertThat(link.signals.get(0).route()).isEqualTo("news");
    assertThat(link.signals.get(0).message().text()).isEqualTo("m");
    assertThat(listener.sent).containsExactly("signal answered");
    assertThat(messenger.sendsInFlight()).isZero();
  }

  @Test
  void connectsFirstWhereThereIsNoLink() {
    TestSubscriber<Void> caller = signal();
    assertThat(caller.isTerminated()).isFalse();

    transport.lastConnect().sink.success(link);

    assertThat(caller.isTerminatedComplete()).isTrue();
    assertThat(link.signals).hasSize(1);
  }

  @Test
  void failsWithWhatConnectingFailedWith() {
    TestSubscriber<Void> caller = signal();

    transport
        .lastConnect()
        .sink
        .error(
            MessagingException.builder(FailureCode.AGENT_NOT_FOUND, Phase.RESOLVE)
                .peer(bob)
                .build());

    assertThat(failure(caller).code()).isEqualTo(FailureCode.AGENT_NOT_FOUND);
    assertThat(listener.sent).containsExactly("signal AGENT_NOT_FOUND RESOLVE");
  }

  @Test
  void timesOutAsNotSentWhileTheLinkIsFull() {
    transport.open = link;
    TestPublisher<Void> handing = TestPublisher.create();
    link.handing = handing.mono();

    TestSubscriber<Void> caller = signal();
    time.advanceTimeBy(Duration.ofMillis(3100));

    MessagingException e = failure(caller);
    assertThat(e.code()).isEqualTo(FailureCode.TIMEOUT);
    assertThat(e.phase()).isEqualTo(Phase.SEND);
    assertThat(e.executed()).isEqualTo(Executed.NO);
    handing.assertCancelled();
    assertThat(messenger.sendsInFlight()).isZero();
  }

  @Test
  void goesOverAnotherLinkWhereTheFirstWasGone() {
    transport.open = link;
    link.handing =
        Mono.error(MessagingException.builder(FailureCode.CONNECTION_LOST, Phase.SEND).build());
    FakeLink fresh = new FakeLink(bob);
    link.handing = link.handing.doOnError(e -> transport.open = fresh);

    TestSubscriber<Void> caller = signal();

    assertThat(caller.isTerminatedComplete()).isTrue();
    assertThat(fresh.signals).hasSize(1);
  }

  @Test
  void cannotGoToItself() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> messenger.signal(alice, Message.empty(), NEWS));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> messenger.signalAll(List.of(bob, alice), Message.empty(), NEWS));
  }

  // ---- many

  @Test
  void tellsWhatBecameOfEach() {
    AgentId dead = Identity.generate().id();
    transport.open = link;
    transport.opensToItsPeerOnly = true;
    TestSubscriber<SignalResult> caller = TestSubscriber.create();

    messenger.signalAll(List.of(dead, bob, bob), Message.text("m"), NEWS).subscribe(caller);
    assertThat(caller.getReceivedOnNext()).extracting(SignalResult::peer).containsExactly(bob);
    time.advanceTimeBy(Duration.ofMillis(3100));

    assertThat(caller.isTerminatedComplete()).isTrue();
    assertThat(caller.getReceivedOnNext()).hasSize(2);
    SignalResult last = caller.getReceivedOnNext().get(1);
    assertThat(last.peer()).isEqualTo(dead);
    assertThat(last.isSent()).isFalse();
    assertThat(Objects.requireNonNull(last.failure()).code()).isEqualTo(FailureCode.TIMEOUT);
    assertThat(last.took()).isBetween(Duration.ofSeconds(3), Duration.ofMillis(3100));
  }

  @Test
  void connectsToABoundedNumberAtATimeAndLinksDoNotWaitForThem() {
    List<AgentId> peers = new ArrayList<>();
    for (int i = 0; i < 280; i++) {
      peers.add(Identity.generate().id());
    }
    peers.add(bob);
    transport.open = link;
    transport.opensToItsPeerOnly = true;
    TestSubscriber<SignalResult> caller = TestSubscriber.create();

    messenger.signalAll(peers, Message.text("m"), NEWS).subscribe(caller);

    assertThat(transport.connects).hasSize(Agent.SIGNALS_AT_A_TIME);
    assertThat(caller.getReceivedOnNext()).extracting(SignalResult::peer).containsExactly(bob);

    transport.connects.get(0).sink.success(new FakeLink(peers.get(0)));
    assertThat(transport.connects).hasSize(Agent.SIGNALS_AT_A_TIME + 1);

    caller.cancel();
    assertThat(transport.connects.get(1).cancelled).isTrue();
    assertThat(messenger.sendsInFlight()).isZero();
  }

  // ---- receiving

  private TestSubscriber<Void> arrive(String route) {
    messenger.start().block();
    Inbound inbound =
        Inbound.of(
            bob, route, Message.text("m"), FakeLink.PATH, nanos() + 3_000_000_000L, this::nanos);
    TestSubscriber<Void> caller = TestSubscriber.create();
    Objects.requireNonNull(transport.receiver).fireAndForget(link, inbound).subscribe(caller);
    return caller;
  }

  @Test
  void reachesTheHandlerOfItsRoute() {
    List<String> taken = new ArrayList<>();
    messenger.receiveSignals(
        "news", in -> Mono.fromRunnable(() -> taken.add(in.from() + in.message().text())));

    arrive("news");
    arrive("other");

    assertThat(taken).containsExactly(bob + "m");
    assertThat(listener.received).containsExactly("signal answered");
    assertThat(listener.refused).containsExactly(Refusal.NO_RECEIVER);
  }

  @Test
  void isNotTakenForAMessage() {
    messenger.receive("news", in -> Mono.just(in.message()));

    arrive("news");

    assertThat(listener.refused).containsExactly(Refusal.NO_RECEIVER);
  }

  @Test
  void errorsOfHandlersAreCounted() {
    messenger.receiveSignals("news", in -> Mono.error(new IllegalStateException("broken")));

    arrive("news");

    assertThat(listener.received).containsExactly("signal REMOTE_FAILURE");
    assertThat(messenger.handlersRunning()).isZero();
  }

  @Test
  void handlersAreBoundedAndEndAtTheDeadline() {
    TestPublisher<Void> slow = TestPublisher.create();
    messenger.receiveSignals("news", in -> slow.mono());

    arrive("news");
    arrive("news");
    assertThat(listener.refused).containsExactly(Refusal.OVERLOADED);
    time.advanceTimeBy(Duration.ofMillis(3100));

    slow.assertCancelled();
    assertThat(listener.received).containsExactly("signal TIMEOUT");
    assertThat(messenger.handlersRunning()).isZero();
  }

  @Test
  void handlersEndWhenTheNodeIsClosed() {
    TestPublisher<Void> slow = TestPublisher.create();
    messenger.receiveSignals("news", in -> slow.mono());
    arrive("news");

    messenger.close().block();

    slow.assertCancelled();
    assertThat(messenger.handlersRunning()).isZero();
    arrive("news");
    assertThat(messenger.handlersRunning()).isZero();
  }
}
