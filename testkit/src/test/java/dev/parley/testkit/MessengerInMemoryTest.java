package dev.parley.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.AddressBook;
import dev.parley.AgentId;
import dev.parley.Executed;
import dev.parley.FailureCode;
import dev.parley.Handler;
import dev.parley.Identity;
import dev.parley.Message;
import dev.parley.MessagingException;
import dev.parley.Phase;
import dev.parley.Pong;
import dev.parley.SendOptions;
import dev.parley.messenger.Messenger;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/** Messengers of two agents over a network with latency, in virtual time. */
class MessengerInMemoryTest {
  private static final Duration LATENCY = Duration.ofSeconds(1);
  private static final Duration LATE = Duration.ofMillis(100);
  private static final Handler.Messages ECHO = in -> Mono.just(in.message());

  private final VirtualTime time = VirtualTime.create();
  private final InMemoryNetwork network =
      InMemoryNetwork.on(time.scheduler(), time)
          .latency(LATENCY)
          .dialTimeout(Duration.ofSeconds(5))
          .create();
  private final AddressBook addresses = AddressBook.create();
  private final Messenger alice = messenger();
  private final Messenger bob = messenger();

  private Messenger messenger() {
    InMemoryTransport transport = network.transport(Identity.generate().id());
    addresses.add(transport.peerAddress());
    Messenger messenger =
        Messenger.builder(transport.self(), transport)
            .resolver(addresses)
            .nanoClock(time)
            .timer(time.scheduler())
            .build();
    messenger.start().block();
    return messenger;
  }

  private CompletableFuture<Message> send(Duration timeout) {
    return alice.send(bob.id(), Message.text("hello"), SendOptions.timeout(timeout)).toFuture();
  }

  private void linkUp() {
    CompletableFuture<Pong> ping = alice.ping(bob.id(), Duration.ofMinutes(1)).toFuture();
    time.advance(LATENCY.multipliedBy(6));
    assertThat(ping).isCompleted();
  }

  private static MessagingException failure(CompletableFuture<?> future) {
    assertThat(future).isCompletedExceptionally();
    return (MessagingException) future.handle((value, e) -> e).join();
  }

  private void assertNothingIsLeft() {
    assertThat(alice.sendsInFlight()).isZero();
    assertThat(bob.handlersRunning()).isZero();
  }

  @Test
  void sendsAndAnswers() {
    bob.receive("", in -> Mono.just(Message.text("re: " + in.message().text())));

    CompletableFuture<Message> answer = send(Duration.ofSeconds(10));
    time.advance(LATENCY.multipliedBy(6));

    assertThat(answer.join().text()).isEqualTo("re: hello");
    assertNothingIsLeft();
  }

  @ParameterizedTest
  @CsvSource({"1500, DIAL, NO", "3500, HANDSHAKE, NO", "5500, AWAIT, UNKNOWN"})
  void deadlineEndsASendWhereverItIs(int millis, Phase phase, Executed executed) {
    bob.receive("", ECHO);
    Duration timeout = Duration.ofMillis(millis);

    CompletableFuture<Message> answer = send(timeout);
    time.advance(timeout.minusNanos(1));
    assertThat(answer).isNotDone();
    time.advance(LATE);

    assertThat(failure(answer).code()).isEqualTo(FailureCode.TIMEOUT);
    assertThat(failure(answer).phase()).isEqualTo(phase);
    assertThat(failure(answer).executed()).isEqualTo(executed);
    assertThat(failure(answer).trail().steps()).isNotEmpty();
    time.advance(Duration.ofMinutes(1));
    assertNothingIsLeft();
  }

  @Test
  void deadlinesHoldOverADeadNetwork() {
    linkUp();
    network.swallow(alice.id(), bob.id());

    CompletableFuture<Message> answer = send(Duration.ofSeconds(3));
    time.advance(Duration.ofSeconds(3).plus(LATE));

    assertThat(failure(answer).code()).isEqualTo(FailureCode.TIMEOUT);
    assertThat(failure(answer).phase()).isEqualTo(Phase.AWAIT);
    assertNothingIsLeft();
  }

  @Test
  void peersThatAreOfflineFailLongBeforeTheDeadline() {
    network.isolate(bob.id());

    CompletableFuture<Message> answer = send(Duration.ofMinutes(5));
    time.advance(LATENCY.multipliedBy(2));

    assertThat(failure(answer).code()).isEqualTo(FailureCode.AGENT_UNREACHABLE);
    assertThat(failure(answer).isRetryable()).isTrue();
    assertNothingIsLeft();
  }

  @Test
  void unknownAgentsAreNotFound() {
    AgentId nobody = Identity.generate().id();

    CompletableFuture<Message> answer = alice.send(nobody, Message.empty()).toFuture();
    time.runDue();

    assertThat(failure(answer).code()).isEqualTo(FailureCode.AGENT_NOT_FOUND);
    assertThat(failure(answer).trail().steps()).hasSize(1);
  }

  @Test
  void deadlineThatPassesAtTheReceiverCancelsTheHandler() {
    linkUp();
    AtomicInteger cancelled = new AtomicInteger();
    bob.receive("", in -> Mono.<Message>never().doOnCancel(cancelled::incrementAndGet));
    CompletableFuture<Message> answer = send(Duration.ofSeconds(3));
    time.advance(LATENCY);
    assertThat(bob.handlersRunning()).isEqualTo(1);
    network.swallow(alice.id(), bob.id());

    time.advance(Duration.ofSeconds(2).plus(LATE));

    assertThat(cancelled).as("without a cancel from Alice, which is swallowed").hasValue(1);
    assertThat(failure(answer).code()).isEqualTo(FailureCode.TIMEOUT);
    assertNothingIsLeft();
  }

  @Test
  void cancellingASendCancelsTheHandler() {
    linkUp();
    AtomicInteger cancelled = new AtomicInteger();
    bob.receive("", in -> Mono.<Message>never().doOnCancel(cancelled::incrementAndGet));
    Disposable send = alice.send(bob.id(), Message.empty()).subscribe();
    time.advance(LATENCY);

    send.dispose();
    assertThat(alice.sendsInFlight()).isZero();
    time.advance(LATENCY);

    assertThat(cancelled).hasValue(1);
    assertNothingIsLeft();
  }

  @Test
  void messagesThatMayHaveArrivedAreNotSentAgain() {
    linkUp();
    AtomicInteger received = new AtomicInteger();
    bob.receive(
        "",
        in -> {
          received.incrementAndGet();
          return Mono.never();
        });
    CompletableFuture<Message> answer = send(Duration.ofMinutes(1));
    time.advance(LATENCY);

    network.cut(alice.id(), bob.id());
    network.heal(alice.id(), bob.id());
    time.advance(Duration.ofSeconds(30));

    assertThat(failure(answer).code()).isEqualTo(FailureCode.CONNECTION_LOST);
    assertThat(failure(answer).executed()).isEqualTo(Executed.UNKNOWN);
    assertThat(received).hasValue(1);
    assertNothingIsLeft();
  }

  @Test
  void messagesThatHadNotLeftGoOverANewLink() {
    linkUp();
    bob.receive("", ECHO);
    CompletableFuture<Message> answer = send(Duration.ofMinutes(1));

    network.cut(alice.id(), bob.id());
    network.heal(alice.id(), bob.id());
    time.advance(LATENCY.multipliedBy(6));

    assertThat(answer).isCompletedWithValue(Message.text("hello"));
    assertNothingIsLeft();
  }

  @Test
  void messagesToADrainingPeerAreRefusedAsNotExecuted() {
    linkUp();
    bob.receive("", ECHO);
    bob.drain(Duration.ofSeconds(30)).subscribe();
    time.runDue();

    CompletableFuture<Message> answer = send(Duration.ofMinutes(1));
    time.advance(Duration.ofSeconds(10));

    assertThat(failure(answer).executed()).isEqualTo(Executed.NO);
    assertThat(failure(answer).isRetryable()).isTrue();
  }

  @Test
  void agentsMaySendToEachOtherWhileTheyAnswer() {
    alice.receive("", in -> Mono.just(Message.text("alice")));
    bob.receive(
        "",
        in ->
            bob.send(in.from(), Message.text("who is there?"))
                .map(who -> Message.text("hello " + who.text())));

    CompletableFuture<Message> answer = send(Duration.ofMinutes(1));
    time.advance(LATENCY.multipliedBy(8));

    assertThat(answer.join().text()).isEqualTo("hello alice");
  }

  @Test
  void concurrentSendsShareOneDial() {
    bob.receive("", ECHO);
    CompletableFuture<Message> one = send(Duration.ofMinutes(1));
    time.advance(LATENCY);
    CompletableFuture<Message> other = send(Duration.ofMinutes(1));
    time.advance(LATENCY.multipliedBy(5));

    assertThat(one).isCompleted();
    assertThat(other).isCompleted();
  }
}
