package dev.parley.messenger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.AgentId;
import dev.parley.FailureCode;
import dev.parley.Handler;
import dev.parley.HandlerFailure;
import dev.parley.Identity;
import dev.parley.Inbound;
import dev.parley.Message;
import dev.parley.spi.NodeListener.Refusal;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.publisher.TestPublisher;
import reactor.test.scheduler.VirtualTimeScheduler;
import reactor.test.subscriber.TestSubscriber;

/** One message on its way through a handler, in virtual time. */
class ReceiveCallTest {
  private static final Duration LATE = Duration.ofMillis(100);

  private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
  private final AgentId alice = Identity.generate().id();
  private final FakeTransport transport = new FakeTransport(this::nanos);
  private final FakeLink link = new FakeLink(alice);
  private final RecordingListener listener = new RecordingListener();
  private Messenger messenger = messenger(null);

  private long nanos() {
    return time.now(TimeUnit.NANOSECONDS);
  }

  private Messenger messenger(Scheduler handlers) {
    MessengerBuilder builder =
        Messenger.builder(Identity.generate().id(), transport)
            .nanoClock(this::nanos)
            .timer(time)
            .listener(listener)
            .maxConcurrentHandlers(3); // of which one peer gets two
    return handlers == null ? builder.build() : builder.handlerScheduler(handlers).build();
  }

  @BeforeEach
  void start() {
    messenger.start().block();
  }

  private TestSubscriber<Message> arrive(Duration remaining) {
    Inbound inbound =
        Inbound.of(
            alice,
            "",
            Message.text("m"),
            FakeLink.PATH,
            nanos() + remaining.toNanos(),
            this::nanos);
    TestSubscriber<Message> caller = TestSubscriber.create();
    Objects.requireNonNull(transport.receiver).requestResponse(link, inbound).subscribe(caller);
    return caller;
  }

  private TestSubscriber<Message> arrive(Handler.Messages handler) {
    messenger.receive("", handler);
    return arrive(Duration.ofSeconds(3));
  }

  private static HandlerFailure failure(TestSubscriber<Message> caller) {
    return (HandlerFailure) caller.expectTerminalError();
  }

  private void assertNothingIsLeft() {
    assertThat(messenger.handlersRunning()).isZero();
    assertThat(messenger.wheel().size()).isZero();
    assertThat(listener.followed).allMatch(a -> a.ends.size() == 1);
  }

  @Test
  void theHandlerRunsInsideItsActivity() {
    TestSubscriber<Message> caller =
        arrive(
            in ->
                Mono.deferContextual(
                    context ->
                        Mono.just(
                            Message.text("" + context.hasKey(RecordingListener.Followed.class)))));

    assertThat(caller.getReceivedOnNext()).containsExactly(Message.text("true"));
    assertThat(listener.followed.get(0).ends).containsExactly("ok");
    assertNothingIsLeft();
  }

  @Test
  void answersWithWhatTheHandlerAnswers() {
    TestSubscriber<Message> caller = arrive(in -> Mono.just(in.message()));

    assertThat(caller.getReceivedOnNext()).containsExactly(Message.text("m"));
    assertThat(caller.isTerminatedComplete()).isTrue();
    assertThat(listener.received).containsExactly("answered");
    assertNothingIsLeft();
  }

  @Test
  void completingEmptyAnswersAnEmptyMessage() {
    assertThat(arrive(in -> Mono.empty()).getReceivedOnNext()).containsExactly(Message.empty());
    assertNothingIsLeft();
  }

  @Test
  void refusesWhereThereIsNoHandler() {
    TestSubscriber<Message> caller = arrive(Duration.ofSeconds(3));

    assertThat(failure(caller).code()).isEqualTo(FailureCode.NO_RECEIVER);
    assertThat(listener.refused).containsExactly(Refusal.NO_RECEIVER);
  }

  @Test
  void chosenFailuresPassAndOthersLoseTheirText() {
    assertThat(failure(arrive(in -> Mono.error(HandlerFailure.rejected("sold out")))).text())
        .isEqualTo("sold out");
    HandlerFailure other = failure(arrive(in -> Mono.error(new IllegalStateException("secret"))));
    assertThat(other.code()).isEqualTo(FailureCode.REMOTE_FAILURE);
    assertThat(other.text()).isNull();
    assertNothingIsLeft();
  }

  @Test
  void throwingIsTheSameAsAnError() {
    TestSubscriber<Message> caller =
        arrive(
            in -> {
              throw new IllegalStateException("secret");
            });

    assertThat(failure(caller).code()).isEqualTo(FailureCode.REMOTE_FAILURE);
    assertThat(failure(caller).text()).isNull();
    assertNothingIsLeft();
  }

  @Test
  void errorsOfAHandlerStayWithItsCaller() {
    TestSubscriber<Message> asserting =
        arrive(
            in -> {
              throw new AssertionError("secret");
            });
    TestSubscriber<Message> overflowing =
        arrive(
            in -> {
              throw new StackOverflowError();
            });

    assertThat(failure(asserting).code()).isEqualTo(FailureCode.REMOTE_FAILURE);
    assertThat(failure(overflowing).code()).isEqualTo(FailureCode.REMOTE_FAILURE);
    assertNothingIsLeft();
  }

  @Test
  void fatalErrorsEndTheCallAndNothingElse() {
    TestSubscriber<Message> caller =
        arrive(
            in -> {
              throw new OutOfMemoryError("none left");
            });

    assertThat(failure(caller).code()).isEqualTo(FailureCode.REMOTE_FAILURE);
    assertThat(listener.received).containsExactly("REMOTE_FAILURE");
    assertNothingIsLeft();
  }

  @Test
  void returningNullIsAFailure() {
    TestSubscriber<Message> caller = arrive(in -> null);

    assertThat(failure(caller).code()).isEqualTo(FailureCode.REMOTE_FAILURE);
    assertNothingIsLeft();
  }

  @Test
  void publishersThatThrowWhenSubscribedAreAFailure() {
    TestSubscriber<Message> caller =
        arrive(
            in ->
                new Mono<>() {
                  @Override
                  public void subscribe(CoreSubscriber<? super Message> actual) {
                    throw new IllegalStateException("a broken publisher");
                  }
                });

    assertThat(failure(caller).code()).isEqualTo(FailureCode.REMOTE_FAILURE);
    assertNothingIsLeft();
  }

  @Test
  void deadlineCancelsTheHandler() {
    TestPublisher<Message> answer = TestPublisher.create();
    TestSubscriber<Message> caller = arrive(in -> answer.mono());

    time.advanceTimeBy(Duration.ofSeconds(3).minusNanos(1));
    answer.assertWasNotCancelled();
    time.advanceTimeBy(LATE);

    answer.assertCancelled();
    assertThat(failure(caller).code()).isEqualTo(FailureCode.TIMEOUT);
    assertThat(listener.received).containsExactly("TIMEOUT");
    assertNothingIsLeft();
  }

  @Test
  void messagesThatComeAfterTheirDeadlineReachNoHandler() {
    List<Inbound> received = new ArrayList<>();
    messenger.receive(
        "",
        in -> {
          received.add(in);
          return Mono.empty();
        });

    TestSubscriber<Message> caller = arrive(Duration.ZERO);

    assertThat(failure(caller).code()).isEqualTo(FailureCode.TIMEOUT);
    assertThat(received).isEmpty();
    assertNothingIsLeft();
  }

  @Test
  void cancellingReachesTheHandlerAndFreesItsPlace() {
    TestPublisher<Message> answer = TestPublisher.create();
    TestSubscriber<Message> caller = arrive(in -> answer.mono());
    assertThat(messenger.handlersRunning()).isEqualTo(1);

    caller.cancel();

    answer.assertCancelled();
    assertNothingIsLeft();
    assertThat(caller.isTerminated()).isFalse();
  }

  @Test
  void moreHandlersThanTheBoundAreRefused() {
    arrive(in -> Mono.never());
    TestSubscriber<Message> second = arrive(in -> Mono.never());

    TestSubscriber<Message> third = arrive(in -> Mono.never());

    assertThat(failure(third).code()).isEqualTo(FailureCode.OVERLOADED);
    assertThat(listener.refused).containsExactly(Refusal.OVERLOADED);
    assertThat(messenger.handlersRunning()).isEqualTo(2);
    second.cancel();
    assertThat(arrive(in -> Mono.never()).isTerminated()).isFalse();
  }

  @Test
  void answersAfterTheDeadlineAreDropped() {
    TestPublisher<Message> answer =
        TestPublisher.createNoncompliant(TestPublisher.Violation.CLEANUP_ON_TERMINATE);
    TestSubscriber<Message> caller = arrive(in -> Mono.fromDirect(answer));
    time.advanceTimeBy(Duration.ofSeconds(3).plus(LATE));

    answer.next(Message.text("late"));

    assertThat(caller.getReceivedOnNext()).isEmpty();
    assertThat(caller.getProtocolErrors()).isEmpty();
    assertNothingIsLeft();
  }

  @Test
  void handlersRunOnTheirScheduler() {
    Queue<Runnable> handlers = new ArrayDeque<>();
    messenger = messenger(Schedulers.fromExecutor(handlers::add));
    start();
    TestSubscriber<Message> caller = arrive(in -> Mono.just(in.message()));
    assertThat(caller.isTerminated()).isFalse();
    TestSubscriber<Message> cancelled = arrive(Duration.ofSeconds(3));

    cancelled.cancel();
    handlers.forEach(Runnable::run);

    assertThat(caller.isTerminatedComplete()).isTrue();
    assertThat(cancelled.isTerminated()).isFalse();
    assertThat(listener.received).containsExactly("cancelled", "answered");
    assertNothingIsLeft();
  }

  @Test
  void aCancelledHandlerIsTold() {
    TestSubscriber<Message> caller = arrive(in -> Mono.never());

    caller.cancel();

    assertThat(listener.received).containsExactly("cancelled");
    assertNothingIsLeft();
  }

  @Test
  void aFullHandlerSchedulerIsOverload() {
    messenger = messenger(new Full());
    start();

    assertThat(failure(arrive(in -> Mono.empty())).code()).isEqualTo(FailureCode.OVERLOADED);
    assertNothingIsLeft();
  }

  /** A scheduler that takes nothing. */
  private static final class Full implements Scheduler {
    @Override
    public Disposable schedule(Runnable task) {
      throw new RejectedExecutionException("full");
    }

    @Override
    public Worker createWorker() {
      throw new RejectedExecutionException("full");
    }
  }

  /** The transport is first to break off an answer: its peer is told that the link is gone. */
  @Test
  void whatBeginsWhileTheNodeClosesIsLeftToTheTransport() {
    transport.closing = Mono.never();
    TestSubscriber<Message> caller =
        arrive(m -> Mono.<Message>never().doOnSubscribe(s -> messenger.close().subscribe()));

    assertThat(caller.isTerminated()).isFalse();

    caller.cancel();
    assertNothingIsLeft();
  }
}
