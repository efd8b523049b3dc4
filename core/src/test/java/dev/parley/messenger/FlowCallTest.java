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
import dev.parley.StreamOptions;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.test.publisher.TestPublisher;
import reactor.test.scheduler.VirtualTimeScheduler;
import reactor.test.subscriber.TestSubscriber;

/** One stream or channel against a link that does only what it is told, in virtual time. */
class FlowCallTest {
  private static final Duration LATE = Duration.ofMillis(100);
  private static final StreamOptions OPTIONS =
      StreamOptions.to("r").openTimeout(Duration.ofSeconds(3)).withTimeout(Duration.ofSeconds(60));

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

  private @Nullable Runnable onNextLook; // at the clock

  private long nanos() {
    Runnable look = onNextLook;
    if (look != null) {
      onNextLook = null;
      look.run();
    }
    return time.now(TimeUnit.NANOSECONDS);
  }

  private TestSubscriber<Message> stream(StreamOptions options, long demand) {
    TestSubscriber<Message> consumer = TestSubscriber.builder().initialRequest(demand).build();
    messenger.stream(bob, Message.text("q"), options).subscribe(consumer);
    return consumer;
  }

  private TestSubscriber<Message> channel(Flux<Message> items) {
    TestSubscriber<Message> consumer = TestSubscriber.create();
    messenger.channel(bob, Message.text("q"), items, OPTIONS).subscribe(consumer);
    return consumer;
  }

  private static MessagingException failure(TestSubscriber<Message> consumer) {
    assertThat(consumer.isTerminatedError()).isTrue();
    return (MessagingException) consumer.expectTerminalError();
  }

  private static MessagingException lost(Executed executed) {
    return MessagingException.builder(FailureCode.CONNECTION_LOST, Phase.SEND)
        .executed(executed)
        .build();
  }

  private void item(String text) {
    link.lastCall().caller.onNext(Message.text(text));
  }

  private void assertNothingIsLeft() {
    assertThat(messenger.sendsInFlight()).isZero();
    assertThat(messenger.wheel().size()).isZero();
    assertThat(listener.sent).hasSize(1);
  }

  @Test
  void demandGoesToTheLinkAndNoMore() {
    transport.open = link;
    TestSubscriber<Message> consumer = stream(OPTIONS, 3);
    assertThat(link.lastCall().requested).isEqualTo(3);

    consumer.request(2);

    assertThat(link.lastCall().requested).isEqualTo(5);
    assertThat(link.lastCall().request.route()).isEqualTo("r");
  }

  @Test
  void demandBeforeThereIsALinkIsNotLost() {
    TestSubscriber<Message> consumer = stream(OPTIONS, 3);
    consumer.request(2);

    transport.lastConnect().sink.success(link);

    assertThat(link.lastCall().requested).isEqualTo(5);
    assertThat(link.calls).hasSize(1);
  }

  @Test
  void nothingHappensBeforeSomethingIsAskedFor() {
    transport.open = link;
    TestSubscriber<Message> consumer = stream(OPTIONS, 0);
    assertThat(link.calls).isEmpty();
    assertThat(messenger.sendsInFlight()).isZero();

    consumer.cancel();

    assertThat(listener.sent).isEmpty();
  }

  @Test
  void itemsComeAndTheEndFreesEverything() {
    transport.open = link;
    TestSubscriber<Message> consumer = stream(OPTIONS, Long.MAX_VALUE);
    item("a");
    item("b");
    assertThat(messenger.sendsInFlight()).isEqualTo(1);

    link.lastCall().caller.onComplete();

    assertThat(consumer.getReceivedOnNext()).containsExactly(Message.text("a"), Message.text("b"));
    assertThat(consumer.isTerminatedComplete()).isTrue();
    assertThat(listener.sent).containsExactly("answered");
    assertNothingIsLeft();
  }

  @Test
  void cancellingReachesTheLink() {
    transport.open = link;
    TestSubscriber<Message> consumer = stream(OPTIONS, 1);
    item("a");

    consumer.cancel();

    assertThat(link.lastCall().cancelled).isTrue();
    assertThat(listener.sent).containsExactly("cancelled");
    assertNothingIsLeft();
  }

  @ParameterizedTest
  @EnumSource(Phase.class)
  void openingHasItsOwnTimeout(Phase phase) {
    transport.open = phase.compareTo(Phase.SEND) >= 0 ? link : null;
    link.holds = phase == Phase.SEND;
    TestSubscriber<Message> consumer = stream(OPTIONS, 1);
    if (transport.open == null) {
      transport.lastConnect().trail.enter(phase);
    }

    time.advanceTimeBy(Duration.ofSeconds(3).plus(LATE));

    if (phase == Phase.AWAIT) {
      assertThat(consumer.isTerminated()).isFalse(); // it is open
      return;
    }
    MessagingException e = failure(consumer);
    assertThat(e.code()).isEqualTo(FailureCode.TIMEOUT);
    assertThat(e.phase()).isEqualTo(phase);
    assertThat(e.executed()).isEqualTo(Executed.NO);
    assertThat(e).hasMessageContaining("not open within 3000 ms");
    assertNothingIsLeft();
  }

  @Test
  void theWholeStreamHasADeadlineThatTravels() {
    transport.open = link;
    TestSubscriber<Message> consumer = stream(OPTIONS, Long.MAX_VALUE);
    assertThat(link.lastCall().request.deadlineNanos())
        .isEqualTo(nanos() + Duration.ofSeconds(60).toNanos());
    time.advanceTimeBy(Duration.ofSeconds(30));
    item("a");
    time.advanceTimeBy(Duration.ofSeconds(29));
    assertThat(consumer.isTerminated()).isFalse();

    time.advanceTimeBy(Duration.ofSeconds(1).plus(LATE));

    MessagingException e = failure(consumer);
    assertThat(e.code()).isEqualTo(FailureCode.TIMEOUT);
    assertThat(e.phase()).isEqualTo(Phase.AWAIT);
    assertThat(e.executed()).isEqualTo(Executed.YES);
    assertThat(link.lastCall().cancelled).isTrue();
    assertNothingIsLeft();
  }

  @Test
  void silenceFailsWhereItemsAreAskedFor() {
    transport.open = link;
    TestSubscriber<Message> consumer =
        stream(OPTIONS.idleTimeout(Duration.ofSeconds(2)), Long.MAX_VALUE);
    for (int i = 0; i < 5; i++) {
      time.advanceTimeBy(Duration.ofMillis(1_900));
      item("i" + i);
    }
    assertThat(consumer.isTerminated()).isFalse();

    time.advanceTimeBy(Duration.ofSeconds(2).plus(LATE));

    assertThat(failure(consumer)).hasMessageContaining("nothing came for 2000 ms");
    assertNothingIsLeft();
  }

  @Test
  void silenceIsNoFailureWhileNothingIsAskedFor() {
    transport.open = link;
    TestSubscriber<Message> consumer = stream(OPTIONS.idleTimeout(Duration.ofSeconds(2)), 1);
    item("a");
    time.advanceTimeBy(Duration.ofSeconds(20));
    assertThat(consumer.isTerminated()).isFalse();

    consumer.request(1);
    time.advanceTimeBy(Duration.ofMillis(1_900));
    assertThat(consumer.isTerminated()).isFalse();
    time.advanceTimeBy(Duration.ofMillis(2_200));

    assertThat(failure(consumer).code()).isEqualTo(FailureCode.TIMEOUT);
  }

  @Test
  void aStaleLinkIsReplacedWithAllTheDemand() {
    transport.open = link;
    TestSubscriber<Message> consumer = stream(OPTIONS, 3);
    consumer.request(4);

    link.lastCall().caller.onError(lost(Executed.NO));

    assertThat(link.calls).hasSize(2);
    assertThat(link.lastCall().requested).isEqualTo(7);
    link.lastCall().caller.onError(lost(Executed.NO));
    link.lastCall().caller.onError(lost(Executed.NO));
    assertThat(link.calls).hasSize(3);
    assertThat(failure(consumer).code()).isEqualTo(FailureCode.CONNECTION_LOST);
    assertNothingIsLeft();
  }

  @Test
  void aLinkThatIsLostAfterItemsCameEndsTheStream() {
    transport.open = link;
    TestSubscriber<Message> consumer = stream(OPTIONS, 3);
    item("a");

    link.lastCall().caller.onError(lost(Executed.UNKNOWN));

    assertThat(link.calls).hasSize(1);
    assertThat(failure(consumer).executed()).isEqualTo(Executed.YES);
    assertThat(failure(consumer).peer()).isEqualTo(bob);
    assertNothingIsLeft();
  }

  @Test
  void aChannelIsNotRepeatedOnceItsItemsWereTaken() {
    transport.open = link;
    TestSubscriber<Message> consumer = channel(Flux.never());
    link.lastCall().caller.onError(lost(Executed.NO));
    assertThat(link.calls).hasSize(2);

    Objects.requireNonNull(link.lastCall().rest).subscribe(TestSubscriber.create());
    link.lastCall().caller.onError(lost(Executed.NO));

    assertThat(link.calls).hasSize(2);
    assertThat(failure(consumer).code()).isEqualTo(FailureCode.CONNECTION_LOST);
  }

  @Test
  void theCallersOwnFailureEndsAChannelAsItIs() {
    transport.open = link;
    TestPublisher<Message> items = TestPublisher.create();
    TestSubscriber<Message> consumer = channel(items.flux());
    TestSubscriber<Message> wire = TestSubscriber.create();
    Objects.requireNonNull(link.lastCall().rest).subscribe(wire);
    IllegalStateException own = new IllegalStateException("of the caller's");

    items.error(own);
    link.lastCall().caller.onError(lost(Executed.UNKNOWN));

    assertThat(consumer.expectTerminalError()).isSameAs(own);
    assertThat(listener.sent).containsExactly("cancelled");
    assertNothingIsLeft();
  }

  /** A deadline that passes while an item is signalled, on whatever thread, waits for its end. */
  @Test
  void theFailureComesBehindTheItemThatIsBeingSignalled() {
    transport.open = link;
    SerialConsumer consumer = new SerialConsumer();
    consumer.withinItem = () -> time.advanceTimeBy(OPTIONS.timeout().plus(LATE));
    messenger.stream(bob, Message.text("q"), OPTIONS).subscribe(consumer);

    item("a");

    assertThat(consumer.signals).containsExactly("a", "TIMEOUT");
    assertThat(consumer.overlapped).isFalse();
    assertNothingIsLeft();
  }

  @Test
  void noItemComesBehindTheFailureThoughItWasOnItsWay() {
    transport.open = link;
    Duration idle = Duration.ofSeconds(10);
    SerialConsumer consumer = new SerialConsumer();
    messenger.stream(bob, Message.text("q"), OPTIONS.idleTimeout(idle)).subscribe(consumer);
    onNextLook = () -> time.advanceTimeBy(OPTIONS.timeout().plus(LATE));

    item("a");

    assertThat(consumer.signals).containsExactly("a", "TIMEOUT");
    assertNothingIsLeft();
  }

  @Test
  void whoCancelsWithinAnItemIsNotToldOfTheEndBehindIt() {
    transport.open = link;
    SerialConsumer consumer = new SerialConsumer();
    consumer.withinItem =
        () -> {
          time.advanceTimeBy(OPTIONS.timeout().plus(LATE));
          consumer.cancel();
        };
    messenger.stream(bob, Message.text("q"), OPTIONS).subscribe(consumer);

    item("a");

    assertThat(consumer.signals).containsExactly("a");
    assertNothingIsLeft();
  }

  @Test
  void tooManyAreRefusedBeforeAnythingHappens() {
    transport.open = link;
    TestSubscriber<Message> first = stream(OPTIONS, 1);
    TestSubscriber<Message> second = stream(OPTIONS, 1);

    MessagingException e = failure(stream(OPTIONS, 1));

    assertThat(e.code()).isEqualTo(FailureCode.OVERLOADED);
    assertThat(e.executed()).isEqualTo(Executed.NO);
    first.cancel();
    second.cancel();
    assertThat(messenger.sendsInFlight()).isZero();
  }

  @Test
  void refusesTheAgentItself() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> messenger.stream(messenger.id(), Message.empty(), OPTIONS));
  }

  @Test
  void optionsNameWhatIsOutOfRange() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OPTIONS.idleTimeout(Duration.ofNanos(1)))
        .withMessageContaining("idleTimeout is PT0.000000001S");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OPTIONS.openTimeout(Duration.ZERO))
        .withMessageContaining("openTimeout");
  }

  @Test
  void anErrorOfASubscriberEndsItsStreamAndNothingElse() {
    transport.open = link;
    Error error = new NoClassDefFoundError("of the caller's");
    TestSubscriber<Message> consumer = TestSubscriber.create();
    messenger.stream(bob, Message.text("q"), OPTIONS)
        .map(
            item -> {
              throw error;
            })
        .cast(Message.class)
        .subscribe(consumer);

    item("a");

    assertThat(link.lastCall().cancelled).isTrue();
    assertThat(consumer.expectTerminalError()).isSameAs(error);
    assertNothingIsLeft();
  }
}
