package dev.parley.messenger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.parley.Address;
import dev.parley.AgentId;
import dev.parley.AgentResolver;
import dev.parley.AgentResolver.Candidate;
import dev.parley.FailureCode;
import dev.parley.Identity;
import dev.parley.Message;
import dev.parley.MessagingException;
import dev.parley.Phase;
import dev.parley.SendOptions;
import dev.parley.Trail;
import dev.parley.spi.Link;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.scheduler.VirtualTimeScheduler;
import reactor.test.subscriber.TestSubscriber;

class MessengerTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
  private final AgentId bob = Identity.generate().id();
  private final FakeTransport transport = new FakeTransport(this::nanos);
  private final FakeLink link = new FakeLink(bob);

  private long nanos() {
    return time.now(TimeUnit.NANOSECONDS);
  }

  private MessengerBuilder builder() {
    return Messenger.builder(Identity.generate().id(), transport)
        .nanoClock(this::nanos)
        .timer(time);
  }

  @Test
  void sendNowIsRefusedOnThreadsThatMustNotBlock() {
    Messenger messenger = builder().build();
    Scheduler eventLoop = Schedulers.newParallel("loop", 1, true);
    try {
      Mono<Message> onLoop =
          Mono.fromCallable(() -> messenger.sendNow(bob, Message.empty(), SendOptions.defaults()))
              .subscribeOn(eventLoop);

      assertThatIllegalStateException()
          .isThrownBy(() -> onLoop.block(LIMIT))
          .withMessageContaining("use send()");
      assertThat(transport.connects).isEmpty();
    } finally {
      eventLoop.dispose();
    }
  }

  @Test
  void sendNowThrowsWhatSendSignals() {
    Messenger messenger = builder().maxConcurrentSends(1).build();
    messenger.send(bob, Message.empty()).subscribe();

    assertThatExceptionOfType(MessagingException.class)
        .isThrownBy(() -> messenger.sendNow(bob, Message.empty(), SendOptions.defaults()))
        .matches(e -> e.code() == FailureCode.OVERLOADED);
  }

  @Test
  void connectGivesTheOpenLinkOrAsksTheResolver() {
    Candidate candidate = new Candidate(Address.tcp("b.example", 1), "test");
    AgentResolver resolver = (agent, trail) -> Flux.just(candidate);
    Messenger messenger = builder().resolver(resolver).build();
    CompletableFuture<Link> connecting = messenger.connect(bob).toFuture();

    FakeTransport.Connect connect = transport.lastConnect();
    assertThat(connect.candidates.apply(Trail.Recorder.start(this::nanos)).blockFirst())
        .isEqualTo(candidate);
    connect.sink.success(link);
    transport.open = link;

    assertThat(connecting).isCompletedWithValue(link);
    assertThat(messenger.connect(bob).block(LIMIT)).isSameAs(link);
    assertThat(transport.connects).hasSize(1);
  }

  @Test
  void eachSubscriptionSendsOnce() {
    transport.open = link;
    Mono<Message> cold = builder().build().send(bob, Message.text("m"));
    assertThat(link.calls).isEmpty();

    cold.subscribe(TestSubscriber.create());
    cold.subscribe(TestSubscriber.create());

    assertThat(link.calls).hasSize(2);
  }

  @Test
  void whatIsSentWithoutOptionsGoesToTheDefaultRoute() {
    transport.open = link;
    Messenger messenger = builder().build();

    messenger.send(bob, Message.text("m")).subscribe();
    messenger.stream(bob, Message.text("m")).subscribe();
    messenger.channel(bob, Message.text("m"), Flux.never()).subscribe();
    messenger.signal(bob, Message.text("m")).block(LIMIT);
    assertThat(messenger.signalAll(List.of(bob), Message.text("m")).blockLast(LIMIT).isSent())
        .isTrue();

    assertThat(link.calls).hasSize(3).allMatch(call -> call.request.route().isEmpty());
    assertThat(link.signals).hasSize(2).allMatch(signal -> signal.route().isEmpty());
  }

  @Test
  void closedMessengersDoNotRedialStaleLinks() {
    transport.open = link;
    Messenger messenger = builder().build();
    TestSubscriber<Message> caller = TestSubscriber.create();
    messenger.send(bob, Message.empty()).subscribe(caller);

    messenger.close().block(LIMIT);
    link.lastCall()
        .caller
        .onError(MessagingException.builder(FailureCode.CONNECTION_LOST, Phase.SEND).build());

    assertThat(caller.isTerminatedError()).isTrue();
    assertThat(link.calls).hasSize(1);
    assertThat(transport.closed).isEqualTo(1);
  }

  @Test
  void drainsTheTransport() {
    builder().build().drain(LIMIT).block(LIMIT);

    assertThat(transport.drained).isEqualTo(1);
  }

  @Test
  void refusesBoundsBelowOne() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().maxConcurrentSends(0))
        .withMessage("maxConcurrentSends is 0, must be 1 or more");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().maxConcurrentHandlers(0))
        .withMessage("maxConcurrentHandlers is 0, must be 1 or more");
  }
}
