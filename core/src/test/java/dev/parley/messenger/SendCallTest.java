package dev.parley.messenger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.parley.AgentId;
import dev.parley.Executed;
import dev.parley.FailureCode;
import dev.parley.Identity;
import dev.parley.Message;
import dev.parley.MessagingException;
import dev.parley.Phase;
import dev.parley.SendOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.test.scheduler.VirtualTimeScheduler;
import reactor.test.subscriber.TestSubscriber;

/** One send against a transport and a link that do only what they are told, in virtual time. */
class SendCallTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(3);
  private static final Duration LATE = Duration.ofMillis(100);

  private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
  private final AgentId bob = Identity.generate().id();
  private final FakeTransport transport = new FakeTransport(this::nanos);
  private final FakeLink link = new FakeLink(bob);
  private final RecordingListener listener = new RecordingListener();
  private final Messenger messenger =
      Messenger.builder(Identity.generate().id(), transport)
          .nanoClock(this::nanos)
          .timer(time)
          .listener(listener)
          .maxConcurrentSends(2)
          .build();

  private long nanos() {
    return time.now(TimeUnit.NANOSECONDS);
  }

  private TestSubscriber<Message> send() {
    TestSubscriber<Message> caller = TestSubscriber.create();
    messenger.send(bob, Message.text("m"), SendOptions.timeout(TIMEOUT)).subscribe(caller);
    return caller;
  }

  /** A send that has come as far as {@code phase}, and no further. */
  private TestSubscriber<Message> sendThatIsIn(Phase phase) {
    transport.open = phase.compareTo(Phase.SEND) >= 0 ? link : null;
    link.holds = phase == Phase.SEND;
    TestSubscriber<Message> caller = send();
    if (transport.open == null) {
      transport.lastConnect().trail.enter(phase);
    }
    return caller;
  }

  private static MessagingException failure(TestSubscriber<Message> caller) {
    assertThat(caller.isTerminatedError()).isTrue();
    return (MessagingException) caller.expectTerminalError();
  }

  private static MessagingException lost(Executed executed) {
    return MessagingException.builder(FailureCode.CONNECTION_LOST, Phase.SEND)
        .executed(executed)
        .build();
  }

  private void assertNothingIsLeft() {
    assertThat(messenger.sendsInFlight()).isZero();
    assertThat(messenger.wheel().size()).isZero();
    assertThat(listener.sent).hasSize(1);
    assertThat(listener.followed).hasSizeLessThanOrEqualTo(1).allMatch(a -> a.ends.size() == 1);
  }

  @ParameterizedTest
  @EnumSource(Phase.class)
  void deadlineEndsEveryPhase(Phase phase) {
    TestSubscriber<Message> caller = sendThatIsIn(phase);

    time.advanceTimeBy(TIMEOUT.minusNanos(1));
    assertThat(caller.isTerminated()).isFalse();
    time.advanceTimeBy(LATE);

    MessagingException e = failure(caller);
    assertThat(listener.failures).containsExactly(e);
    assertThat(e.code()).isEqualTo(FailureCode.TIMEOUT);
    assertThat(e.phase()).isEqualTo(phase);
    assertThat(e.executed()).isEqualTo(phase == Phase.AWAIT ? Executed.UNKNOWN : Executed.NO);
    assertThat(e.isRetryable()).isEqualTo(phase != Phase.AWAIT);
    assertThat(e.peer()).isEqualTo(bob);
    assertThat(listener.sent).containsExactly("TIMEOUT " + phase);
    assertUpstreamCancelled();
    assertNothingIsLeft();
  }

  @ParameterizedTest
  @EnumSource(Phase.class)
  void cancellingEndsEveryPhase(Phase phase) {
    TestSubscriber<Message> caller = sendThatIsIn(phase);

    caller.cancel();

    assertThat(listener.sent).containsExactly("cancelled");
    assertUpstreamCancelled();
    assertNothingIsLeft();
    time.advanceTimeBy(TIMEOUT.plus(LATE));
    assertThat(caller.isTerminated()).isFalse();
    assertNothingIsLeft();
  }

  private void assertUpstreamCancelled() {
    assertThat(transport.connects).allMatch(connect -> connect.cancelled);
    assertThat(link.calls).allMatch(call -> call.cancelled);
    assertThat(transport.connects.size() + link.calls.size()).isEqualTo(1);
  }

  @Test
  void itsTraceGoesWithTheMessageAndItsEndIsTold() {
    transport.open = link;
    TestSubscriber<Message> caller = send();

    assertThat(Objects.requireNonNull(link.lastCall().request.annex()).trace())
        .isSameAs(RecordingListener.Followed.TRACE);
    assertThat(listener.followed.get(0).ends).isEmpty();
    link.lastCall().answer(Message.empty());

    assertThat(caller.isTerminatedComplete()).isTrue();
    assertThat(listener.followed.get(0).ends).containsExactly("ok");
  }

  @Test
  void answersEndASend() {
    transport.open = link;
    TestSubscriber<Message> caller = send();

    link.lastCall().answer(Message.text("re"));

    assertThat(caller.getReceivedOnNext()).containsExactly(Message.text("re"));
    assertThat(caller.isTerminatedComplete()).isTrue();
    assertThat(listener.sent).containsExactly("answered");
    assertNothingIsLeft();
  }

  @Test
  void connectsWhereNoLinkIsOpenAndKeepsTheDeadline() {
    TestSubscriber<Message> caller = send();
    long deadline = nanos() + TIMEOUT.toNanos();
    time.advanceTimeBy(Duration.ofSeconds(2));

    transport.lastConnect().sink.success(link);

    assertThat(link.lastCall().request.deadlineNanos()).isEqualTo(deadline);
    time.advanceTimeBy(Duration.ofSeconds(1).plus(LATE));
    assertThat(failure(caller).phase()).isEqualTo(Phase.AWAIT);
    assertNothingIsLeft();
  }

  @Test
  void failedConnectsFailTheSendWithTheirTrail() {
    TestSubscriber<Message> caller = send();
    MessagingException unreachable =
        MessagingException.builder(FailureCode.AGENT_UNREACHABLE, Phase.DIAL).build();

    transport.lastConnect().sink.error(unreachable);

    assertThat(failure(caller).code()).isEqualTo(FailureCode.AGENT_UNREACHABLE);
    assertThat(failure(caller).peer()).isEqualTo(bob);
    assertNothingIsLeft();
  }

  @Test
  void timeoutsTellTheTrail() {
    TestSubscriber<Message> caller = send();
    transport.lastConnect().trail.step(Phase.DIAL, "b.example:1", "refused");

    time.advanceTimeBy(TIMEOUT.plus(LATE));

    assertThat(failure(caller).trail().steps()).hasSize(1);
  }

  @Test
  void answersAfterTheDeadlineAreDropped() {
    transport.open = link;
    TestSubscriber<Message> caller = send();
    time.advanceTimeBy(TIMEOUT.plus(LATE));

    link.lastCall().answer(Message.text("late"));
    link.lastCall().caller.onError(lost(Executed.UNKNOWN));

    assertThat(caller.getReceivedOnNext()).isEmpty();
    assertThat(failure(caller).code()).isEqualTo(FailureCode.TIMEOUT);
    assertThat(caller.getProtocolErrors()).isEmpty();
    assertNothingIsLeft();
  }

  @Test
  void linksThatComeAfterTheDeadlineGetNoMessage() {
    send();
    time.advanceTimeBy(TIMEOUT.plus(LATE));

    transport.lastConnect().sink.success(link);

    assertThat(link.calls).isEmpty();
  }

  @Test
  void staleLinksAreRedialledWhereNothingHadLeft() {
    transport.open = link;
    TestSubscriber<Message> caller = send();
    transport.open = null;

    link.lastCall().caller.onError(lost(Executed.NO));
    FakeLink fresh = new FakeLink(bob);
    transport.lastConnect().sink.success(fresh);
    fresh.lastCall().answer(Message.text("re"));

    assertThat(caller.isTerminatedComplete()).isTrue();
    assertThat(link.calls).hasSize(1);
    assertThat(fresh.calls).hasSize(1);
    assertNothingIsLeft();
    assertThat(listener.retried).isEqualTo(1);
  }

  @Test
  void linksThatStayStaleEndTheSend() {
    transport.open = link;
    TestSubscriber<Message> caller = send();

    for (int i = 0; i < 10 && !caller.isTerminated(); i++) {
      link.lastCall().caller.onError(lost(Executed.NO));
    }

    assertThat(failure(caller).code()).isEqualTo(FailureCode.CONNECTION_LOST);
    assertThat(link.calls).hasSize(3);
    assertNothingIsLeft();
  }

  @ParameterizedTest
  @EnumSource(
      value = Executed.class,
      mode = Mode.EXCLUDE,
      names = {"NO"})
  void whatMayHaveBeenExecutedIsNeverSentAgain(Executed executed) {
    transport.open = link;
    TestSubscriber<Message> caller = send();

    link.lastCall().caller.onError(lost(executed));

    assertThat(failure(caller).executed()).isEqualTo(executed);
    assertThat(failure(caller).isRetryable()).isFalse();
    assertThat(link.calls).hasSize(1);
    assertThat(transport.connects).isEmpty();
    assertNothingIsLeft();
  }

  @ParameterizedTest
  @EnumSource(
      value = FailureCode.class,
      mode = Mode.EXCLUDE,
      names = {"CONNECTION_LOST", "SHUT_DOWN"})
  void otherFailuresAreNotSentAgain(FailureCode code) {
    transport.open = link;
    TestSubscriber<Message> caller = send();

    link.lastCall()
        .caller
        .onError(MessagingException.builder(code, Phase.AWAIT).executed(Executed.NO).build());

    assertThat(failure(caller).code()).isEqualTo(code);
    assertThat(link.calls).hasSize(1);
    assertNothingIsLeft();
  }

  @Test
  void aFaultOfOursIsNamedSoAndCountsAsExecutedPerhaps() {
    transport.open = link;
    TestSubscriber<Message> caller = send();

    link.lastCall().caller.onError(new IllegalStateException("a defect"));

    assertThat(failure(caller).code()).isEqualTo(FailureCode.INTERNAL);
    assertThat(failure(caller)).hasCauseInstanceOf(IllegalStateException.class);
    assertThat(failure(caller).executed()).isEqualTo(Executed.UNKNOWN);
    assertThat(failure(caller)).hasMessageNotContaining("a defect");
    assertNothingIsLeft();
  }

  @Test
  void moreSendsThanTheBoundFailAtOnce() {
    transport.open = link;
    TestSubscriber<Message> first = send();
    send();

    TestSubscriber<Message> third = send();

    assertThat(failure(third).code()).isEqualTo(FailureCode.OVERLOADED);
    assertThat(failure(third).executed()).isEqualTo(Executed.NO);
    assertThat(link.calls).hasSize(2);
    assertThat(messenger.sendsInFlight()).isEqualTo(2);
    assertThat(listener.sent).containsExactly("OVERLOADED RESOLVE");
    first.cancel();
    assertThat(send().isTerminated()).isFalse();
  }

  @Test
  void nothingHappensBeforeDemand() {
    transport.open = link;
    TestSubscriber<Message> caller = TestSubscriber.builder().initialRequest(0).build();
    messenger.send(bob, Message.empty(), SendOptions.timeout(TIMEOUT)).subscribe(caller);
    assertThat(link.calls).isEmpty();
    assertThat(messenger.sendsInFlight()).isZero();

    caller.cancel();
    caller.request(1);

    assertThat(link.calls).isEmpty();
    assertThat(messenger.sendsInFlight()).isZero();
    assertThat(listener.sent).isEmpty();
  }

  /** The clock is what runs between demand and admission, so it stands in for another thread. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void cancellingWhileTheSendIsAdmittedLeavesNothingBehind(int reads) {
    AtomicReference<TestSubscriber<Message>> caller = new AtomicReference<>();
    List<Long> clock = new ArrayList<>();
    Messenger racing =
        Messenger.builder(Identity.generate().id(), transport)
            .nanoClock(
                () -> {
                  clock.add(nanos());
                  if (caller.get() != null && clock.size() > reads) {
                    caller.getAndSet(null).cancel();
                  }
                  return nanos();
                })
            .timer(time)
            .maxConcurrentSends(1)
            .build();
    transport.open = link;
    TestSubscriber<Message> racer = TestSubscriber.builder().initialRequest(0).build();
    racing.send(bob, Message.empty(), SendOptions.timeout(TIMEOUT)).subscribe(racer);
    clock.clear();
    caller.set(racer);

    racer.request(1);
    if (caller.get() != null) {
      racer.cancel();
    }

    assertThat(racing.sendsInFlight()).isZero();
    assertThat(racing.wheel().size()).isZero();
    assertThat(link.calls).allMatch(call -> call.cancelled);
    assertThat(racer.isTerminated()).isFalse();
  }

  @Test
  void demandingTwiceSendsOnce() {
    transport.open = link;
    TestSubscriber<Message> caller = send();
    caller.request(5);

    assertThat(link.calls).hasSize(1);
    assertThat(messenger.sendsInFlight()).isEqualTo(1);
  }

  @Test
  void refusesToSendToItself() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> messenger.send(messenger.id(), Message.empty()));
  }

  /** Reactor passes such an Error on, up to whoever has signalled. */
  @ParameterizedTest
  @ValueSource(
      classes = {NoClassDefFoundError.class, StackOverflowError.class, OutOfMemoryError.class})
  void anErrorOfASubscriberIsItsOwnEnd(Class<? extends Error> kind) throws Exception {
    Error error = kind.getConstructor().newInstance();
    transport.open = link;
    TestSubscriber<Message> caller = TestSubscriber.create();
    messenger
        .send(bob, Message.text("m"), SendOptions.timeout(TIMEOUT))
        .map(
            answer -> {
              throw error;
            })
        .cast(Message.class)
        .subscribe(caller);

    link.lastCall().answer(Message.text("answer"));

    assertThat(caller.expectTerminalError()).isSameAs(error);
    assertThat(messenger.sendsInFlight()).isZero();
    assertThat(messenger.wheel().size()).isZero();
  }
}
