package dev.parley.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.parley.FailureCode;
import dev.parley.Message;
import dev.parley.MessagingException;
import dev.parley.StreamOptions;
import dev.parley.node.AgentNode;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class StreamsGuideTest {
  private static final Page PAGE = Page.of("streams.md");
  @RegisterExtension final Agents agents = new Agents();
  private final AtomicInteger rows = new AtomicInteger();
  private final AgentNode bob = agents.start(Agents.listening());
  private final AgentNode alice = agents.start(Agents.knowing(bob));

  @Test
  void asksForManyItems() {
    // region stream
    bob.receiveStreams("count", in -> Flux.range(1, 1_000_000).map(i -> Message.text("item " + i)));

    Flux<String> items =
        alice.stream(bob.id(), Message.empty(), StreamOptions.to("count"))
            .map(Message::text)
            .take(3);
    // endregion
    StepVerifier.create(items).expectNext("item 1", "item 2", "item 3").expectComplete().verify();
  }

  @Test
  void aSlowReaderSlowsTheHandler() {
    AtomicInteger produced = new AtomicInteger();
    bob.receiveStreams(
        "many",
        in -> Flux.range(1, 1_000_000).doOnNext(produced::set).map(i -> Message.text("row")));

    StepVerifier.create(alice.stream(bob.id(), Message.empty(), StreamOptions.to("many")), 10)
        .expectNextCount(10)
        .then(() -> assertThat(produced.get()).isLessThanOrEqualTo(10 + 256))
        .thenCancel()
        .verify(Duration.ofSeconds(30));
  }

  @Test
  void asksForAsMuchAsIsWritten() {
    bob.receiveStreams("rows", in -> Flux.range(1, 500).map(i -> Message.text("row " + i)));
    // region slow
    Mono<Void> written =
        alice.stream(bob.id(), Message.empty(), StreamOptions.to("rows"))
            .limitRate(64) // ask for 64 rows, and for more when three quarters of them are written
            .concatMap(row -> write(row))
            .then();
    // endregion
    written.block(Duration.ofSeconds(30));
    assertThat(rows.get()).isEqualTo(500);
  }

  private Mono<Void> write(Message row) {
    return Mono.fromRunnable(rows::incrementAndGet);
  }

  @Test
  void doesNotWaitForATickThatNobodyAskedFor() {
    // region ticks
    bob.receiveStreams(
        "ticks",
        in ->
            Flux.interval(Duration.ofMillis(20))
                .onBackpressureDrop() // a slow reader misses ticks, and does not break the stream
                .map(n -> Message.text("tick " + n)));
    // endregion
    StepVerifier.create(alice.stream(bob.id(), Message.empty(), StreamOptions.to("ticks")).take(3))
        .expectNextCount(3)
        .expectComplete()
        .verify(Duration.ofSeconds(30));
  }

  @Test
  void exchangesItemsBothWays() {
    // region channel
    bob.receiveChannels(
        "shout", (opening, items) -> items.map(m -> Message.text(m.text().toUpperCase())));

    Flux<Message> words = Flux.just("to", "be").map(Message::text);
    List<String> answers =
        alice
            .channel(bob.id(), Message.empty(), words, StreamOptions.to("shout"))
            .map(Message::text)
            .collectList()
            .block();
    // endregion
    assertThat(answers).containsExactly("TO", "BE");
  }

  @Test
  void opensAgainWhereItBroke() {
    Supplier<Long> lastSeen = () -> 0L;
    bob.receiveStreams(
        "events", in -> Flux.just(Message.text("event after " + in.message().text())));
    // region reopen
    Flux<Message> events =
        Flux.defer(
                () ->
                    alice.stream(
                        bob.id(),
                        Message.text(String.valueOf(lastSeen.get())), // where to go on
                        StreamOptions.to("events").idleTimeout(Duration.ofSeconds(30))))
            .retryWhen(
                reactor.util.retry.Retry.backoff(Long.MAX_VALUE, Duration.ofMillis(200))
                    .maxBackoff(Duration.ofSeconds(10))
                    .filter(e -> e instanceof MessagingException m && m.code().isTransient()));
    // endregion
    assertThat(events.blockFirst(Duration.ofSeconds(30)).text()).isEqualTo("event after 0");
  }

  @Test
  void silenceIsAFailureWhereItIsBounded() {
    bob.receiveStreams("silent", in -> Flux.never());
    StreamOptions options = StreamOptions.to("silent").idleTimeout(Duration.ofMillis(300));
    MessagingException e =
        (MessagingException)
            catchThrowable(() -> alice.stream(bob.id(), Message.empty(), options).blockLast());
    assertThat(e.code()).isEqualTo(FailureCode.TIMEOUT);
    PAGE.tells(e.getMessage());
  }
}
