package dev.parley.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.FailureCode;
import dev.parley.Identity;
import dev.parley.Message;
import dev.parley.MessagingException;
import dev.parley.SendOptions;
import dev.parley.StreamOptions;
import dev.parley.spi.Link;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** What goes wrong in one subscriber or handler does not reach the calls of others. */
@Timeout(120)
class CallersFaultsIT {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final Sinks.One<Message> slow = Sinks.one();
  private AgentNode bob;
  private AgentNode alice;

  @BeforeEach
  void start() {
    bob = node(AgentNode.builder().listen("127.0.0.1", 0));
    alice = node(AgentNode.builder().peer(bob.peerAddress()));
    bob.receive("slow", in -> slow.asMono());
    bob.receive("echo", in -> Mono.just(in.message()));
    bob.receive("silent", in -> Mono.never());
    bob.receiveStreams("items", in -> Flux.range(0, 1000).map(i -> Message.text("item")));
  }

  @AfterEach
  void close() {
    alice.close();
    bob.close();
  }

  private static AgentNode node(AgentNodeBuilder builder) {
    return builder.identity(Identity.generate()).network("test").startNow();
  }

  private Mono<Message> send(String route, Duration timeout) {
    return alice.send(bob.id(), Message.text("m"), SendOptions.to(route).withTimeout(timeout));
  }

  private static <T> T sneak(Class<? extends Error> kind) {
    try {
      throw kind.getConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  /** Runs a fault while another call is under way on the same link, which then is answered. */
  private void beside(Runnable fault) {
    CompletableFuture<Message> other = send("slow", LIMIT).toFuture();
    send("echo", LIMIT).block(LIMIT);
    Link link = alice.links().iterator().next();

    fault.run();

    slow.tryEmitValue(Message.text("answer"));
    assertThat(other.join().text()).isEqualTo("answer");
    assertThat(alice.links()).containsExactly(link);
  }

  @ParameterizedTest
  @ValueSource(
      classes = {NoClassDefFoundError.class, StackOverflowError.class, OutOfMemoryError.class})
  void anErrorInOneSubscriberIsNotTheLinks(Class<? extends Error> kind) {
    beside(
        () ->
            assertThatThrownBy(() -> send("echo", LIMIT).map(answer -> sneak(kind)).block(LIMIT))
                .isInstanceOf(kind));
  }

  @ParameterizedTest
  @ValueSource(
      classes = {NoClassDefFoundError.class, StackOverflowError.class, OutOfMemoryError.class})
  void anErrorInTheSubscriberOfAStreamIsNotTheLinks(Class<? extends Error> kind) {
    beside(
        () ->
            assertThatThrownBy(
                    () ->
                        alice.stream(bob.id(), Message.text("q"), StreamOptions.to("items"))
                            .map(item -> sneak(kind))
                            .blockLast(LIMIT))
                .isInstanceOf(kind));
  }

  @ParameterizedTest
  @ValueSource(
      classes = {NoClassDefFoundError.class, StackOverflowError.class, OutOfMemoryError.class})
  void anErrorInTheSourceOfAHandlerIsNotTheLinks(Class<? extends Error> kind) {
    bob.receiveStreams("broken", in -> Flux.generate(sink -> sneak(kind)));
    beside(
        () ->
            assertThatThrownBy(
                    () ->
                        alice.stream(bob.id(), Message.text("q"), StreamOptions.to("broken"))
                            .blockLast(LIMIT))
                .isInstanceOfSatisfying(
                    MessagingException.class,
                    e -> assertThat(e.code()).isEqualTo(FailureCode.REMOTE_FAILURE)));
  }

  @ParameterizedTest
  @ValueSource(
      classes = {NoClassDefFoundError.class, StackOverflowError.class, OutOfMemoryError.class})
  void anErrorInAHandlerIsNotTheLinks(Class<? extends Error> kind) {
    bob.receive("broken", in -> sneak(kind));
    beside(
        () ->
            assertThatThrownBy(() -> send("broken", LIMIT).block(LIMIT))
                .isInstanceOfSatisfying(
                    MessagingException.class,
                    e -> assertThat(e.code()).isEqualTo(FailureCode.REMOTE_FAILURE)));
  }

  @Test
  void aSubscriberThatBlocksInItsTimeoutDelaysNoOther() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    CountDownLatch blocked = new CountDownLatch(1);
    send("echo", LIMIT).block(LIMIT);
    try {
      send("silent", Duration.ofMillis(50))
          .subscribe(
              answer -> {},
              e -> {
                blocked.countDown();
                awaitQuietly(release);
              });
      assertThat(blocked.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();

      assertThatThrownBy(() -> send("silent", Duration.ofMillis(50)).block(LIMIT))
          .isInstanceOf(MessagingException.class);
    } finally {
      release.countDown();
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      assertThat(latch.await(LIMIT.toSeconds() * 2, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
