package dev.parley.messenger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.AgentId;
import dev.parley.FailureCode;
import dev.parley.Identity;
import dev.parley.MessagingException;
import dev.parley.Phase;
import dev.parley.Pong;
import dev.parley.Trail;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import reactor.test.scheduler.VirtualTimeScheduler;
import reactor.test.subscriber.TestSubscriber;

class PingerTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(3);
  private static final Duration LATE = Duration.ofMillis(100);

  private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
  private final AgentId bob = Identity.generate().id();
  private final FakeTransport transport = new FakeTransport(this::nanos);
  private final FakeLink link = new FakeLink(bob);
  private final Messenger messenger =
      Messenger.builder(Identity.generate().id(), transport)
          .nanoClock(this::nanos)
          .timer(time)
          .build();

  private long nanos() {
    return time.now(TimeUnit.NANOSECONDS);
  }

  private TestSubscriber<Pong> ping() {
    TestSubscriber<Pong> caller = TestSubscriber.create();
    messenger.ping(bob, TIMEOUT).subscribe(caller);
    return caller;
  }

  private static MessagingException failure(TestSubscriber<Pong> caller) {
    return (MessagingException) caller.expectTerminalError();
  }

  @Test
  void tellsTheRoundTripAndThePathOfAnOpenLink() {
    transport.open = link;
    TestSubscriber<Pong> caller = ping();

    link.pong.tryEmitValue(Duration.ofMillis(7));

    assertThat(caller.getReceivedOnNext())
        .containsExactly(new Pong(Duration.ofMillis(7), FakeLink.PATH, Trail.empty()));
    assertThat(messenger.wheel().size()).isZero();
  }

  @Test
  void connectsFirstWhereThereIsNoLink() {
    TestSubscriber<Pong> caller = ping();

    transport.lastConnect().sink.success(link);
    link.pong.tryEmitValue(Duration.ofMillis(7));

    assertThat(caller.isTerminatedComplete()).isTrue();
    assertThat(messenger.wheel().size()).isZero();
  }

  @ParameterizedTest
  @EnumSource(
      value = Phase.class,
      mode = Mode.EXCLUDE,
      names = {"SEND"})
  void deadlineEndsEveryPhase(Phase phase) {
    transport.open = phase == Phase.AWAIT ? link : null;
    TestSubscriber<Pong> caller = ping();
    if (transport.open == null) {
      transport.lastConnect().trail.enter(phase);
    }

    time.advanceTimeBy(TIMEOUT.minusNanos(1));
    assertThat(caller.isTerminated()).isFalse();
    time.advanceTimeBy(LATE);

    assertThat(failure(caller).code()).isEqualTo(FailureCode.TIMEOUT);
    assertThat(failure(caller).phase()).isEqualTo(phase);
    assertThat(failure(caller).peer()).isEqualTo(bob);
    assertThat(transport.connects).allMatch(connect -> connect.cancelled);
    assertThat(messenger.wheel().size()).isZero();
  }

  @Test
  void cancellingStopsTheDialAndTheTimer() {
    TestSubscriber<Pong> caller = ping();

    caller.cancel();

    assertThat(transport.lastConnect().cancelled).isTrue();
    assertThat(messenger.wheel().size()).isZero();
  }

  @Test
  void failedConnectsFailThePing() {
    TestSubscriber<Pong> caller = ping();

    transport
        .lastConnect()
        .sink
        .error(MessagingException.builder(FailureCode.AGENT_NOT_FOUND, Phase.RESOLVE).build());

    assertThat(failure(caller).code()).isEqualTo(FailureCode.AGENT_NOT_FOUND);
    assertThat(messenger.wheel().size()).isZero();
  }
}
