package dev.parley.messenger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.AgentId;
import dev.parley.FailureCode;
import dev.parley.HandlerFailure;
import dev.parley.Identity;
import dev.parley.Inbound;
import dev.parley.Message;
import dev.parley.spi.NodeListener.Refusal;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.publisher.TestPublisher;
import reactor.test.scheduler.VirtualTimeScheduler;
import reactor.test.subscriber.TestSubscriber;

/** Streams and channels on their way through a handler, in virtual time. */
class ReceiveFlowTest {
  private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
  private final AgentId alice = Identity.generate().id();
  private final FakeTransport transport = new FakeTransport(this::nanos);
  private final FakeLink link = new FakeLink(alice);
  private final RecordingListener listener = new RecordingListener();
  private final Messenger messenger = builder().maxConcurrentHandlers(1).build();

  private MessengerBuilder builder() {
    return Messenger.builder(Identity.generate().id(), transport)
        .nanoClock(this::nanos)
        .timer(time)
        .listener(listener);
  }

  private long nanos() {
    return time.now(TimeUnit.NANOSECONDS);
  }

  @BeforeEach
  void start() {
    messenger.start().block();
  }

  private Inbound inbound() {
    long deadline = nanos() + Duration.ofSeconds(3).toNanos();
    return Inbound.of(alice, "r", Message.text("q"), FakeLink.PATH, deadline, this::nanos);
  }

  private TestSubscriber<Message> arrive(long demand) {
    TestSubscriber<Message> caller = TestSubscriber.builder().initialRequest(demand).build();
    Objects.requireNonNull(transport.receiver).requestStream(link, inbound()).subscribe(caller);
    return caller;
  }

  private void assertNothingIsLeft() {
    assertThat(messenger.handlersRunning()).isZero();
    assertThat(messenger.wheel().size()).isZero();
  }

  @Test
  void demandReachesTheHandlerAndNoMore() {
    AtomicLong asked = new AtomicLong();
    messenger.receiveStreams(
        "r", in -> Flux.range(0, 9).map(i -> Message.text("n" + i)).doOnRequest(asked::addAndGet));

    TestSubscriber<Message> caller = arrive(2);
    assertThat(asked).hasValue(2);
    assertThat(caller.getReceivedOnNext()).hasSize(2);
    caller.request(7);

    assertThat(asked).hasValue(9);
    assertThat(caller.isTerminatedComplete()).isTrue();
    assertThat(listener.received).containsExactly("answered");
    assertNothingIsLeft();
  }

  @Test
  void aDeadlineEndsTheHandlerInTheMiddle() {
    TestPublisher<Message> source = TestPublisher.create();
    messenger.receiveStreams("r", in -> source.flux());
    TestSubscriber<Message> caller = arrive(9);
    source.next(Message.text("a"));

    time.advanceTimeBy(Duration.ofMillis(3_100));

    assertThat(((HandlerFailure) caller.expectTerminalError()).code())
        .isEqualTo(FailureCode.TIMEOUT);
    source.assertCancelled();
    assertThat(listener.received).containsExactly("TIMEOUT");
    assertNothingIsLeft();
  }

  @Test
  void cancellingReachesTheHandlerAndFreesItsPlace() {
    TestPublisher<Message> source = TestPublisher.create();
    messenger.receiveStreams("r", in -> source.flux());
    TestSubscriber<Message> caller = arrive(9);
    assertThat(((HandlerFailure) arrive(1).expectTerminalError()).code())
        .isEqualTo(FailureCode.OVERLOADED);

    caller.cancel();

    source.assertCancelled();
    assertNothingIsLeft();
  }

  @Test
  void errorsKeepTheirTextToThemselves() {
    messenger.receiveStreams("r", in -> Flux.error(new IllegalStateException("secret")));

    HandlerFailure e = (HandlerFailure) arrive(1).expectTerminalError();

    assertThat(e.code()).isEqualTo(FailureCode.REMOTE_FAILURE);
    assertThat(e.text()).isNull();
    assertThat(listener.received).containsExactly("REMOTE_FAILURE");
    assertNothingIsLeft();
  }

  @Test
  void whatIsThrownIsAnErrorToo() {
    messenger.receiveStreams(
        "r",
        in -> {
          throw new IllegalArgumentException("secret");
        });

    assertThat(((HandlerFailure) arrive(1).expectTerminalError()).code())
        .isEqualTo(FailureCode.REMOTE_FAILURE);
  }

  @Test
  void refusesWhereThereIsNoHandler() {
    messenger.receiveStreams("r", in -> Flux.empty()).dispose();

    assertThat(((HandlerFailure) arrive(1).expectTerminalError()).code())
        .isEqualTo(FailureCode.NO_RECEIVER);
    assertThat(listener.refused).containsExactly(Refusal.NO_RECEIVER);
  }

  @Test
  void channelsGetWhatOpenedThemAndWhatFollows() {
    messenger.receiveChannels(
        "r",
        (opening, items) ->
            items.map(i -> Message.text(opening.message().text() + "/" + i.text())));
    TestSubscriber<Message> caller = TestSubscriber.create();

    Objects.requireNonNull(transport.receiver)
        .requestChannel(link, inbound(), Flux.just(Message.text("a"), Message.text("b")))
        .subscribe(caller);

    assertThat(caller.getReceivedOnNext())
        .containsExactly(Message.text("q/a"), Message.text("q/b"));
    assertNothingIsLeft();
  }

  @Test
  void theDeadlineComesBehindTheItemThatIsBeingSignalled() {
    TestPublisher<Message> source = TestPublisher.create();
    messenger.receiveStreams("r", in -> source.flux());
    SerialConsumer caller = new SerialConsumer();
    caller.withinItem = () -> time.advanceTimeBy(Duration.ofSeconds(4));
    Objects.requireNonNull(transport.receiver).requestStream(link, inbound()).subscribe(caller);

    source.next(Message.text("a"));

    assertThat(caller.signals).containsExactly("a", "TIMEOUT");
    assertThat(caller.overlapped).isFalse();
    assertNothingIsLeft();
  }

  @Test
  void aHandlerSchedulerRunsSourcesAndTakesItems() {
    Scheduler handlers = Schedulers.newSingle("handlers");
    Messenger placed = builder().handlerScheduler(handlers).build();
    placed.start().block();
    placed.receiveStreams(
        "r", in -> Flux.generate(s -> s.next(Message.text(Thread.currentThread().getName()))));
    placed.receiveChannels(
        "r", (in, items) -> items.map(i -> Message.text(Thread.currentThread().getName())));

    Message source =
        Objects.requireNonNull(transport.receiver)
            .requestStream(link, inbound())
            .blockFirst(Duration.ofSeconds(30));
    Message item =
        Objects.requireNonNull(transport.receiver)
            .requestChannel(link, inbound(), Flux.just(Message.empty()))
            .blockFirst(Duration.ofSeconds(30));

    handlers.dispose();
    assertThat(Objects.requireNonNull(source).text()).startsWith("handlers");
    assertThat(Objects.requireNonNull(item).text()).startsWith("handlers");
  }
}
