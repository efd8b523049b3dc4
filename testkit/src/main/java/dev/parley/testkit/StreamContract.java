package dev.parley.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Executed;
import dev.parley.FailureCode;
import dev.parley.HandlerFailure;
import dev.parley.Inbound;
import dev.parley.Message;
import dev.parley.MessagingException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** What streams and channels must do on every transport. */
abstract class StreamContract extends RequestContract {

  private static Flux<Message> numbers(int count) {
    return Flux.range(0, count).map(i -> Message.text("n" + i));
  }

  private static List<String> texts(List<Message> messages) {
    return messages.stream().map(Message::text).toList();
  }

  private List<String> all(Flux<Message> flux) {
    return texts(present(await(flux.collectList())));
  }

  @Test
  public void streamsEverythingInOrder() {
    atBob.onStream = in -> numbers(1000);

    assertThat(all(link().requestStream(to("numbers", Message.text("q")))))
        .isEqualTo(texts(present(numbers(1000).collectList().block())));
    Inbound inbound = next(atBob.arrived);
    assertThat(inbound.route()).isEqualTo("numbers");
    assertThat(inbound.message()).isEqualTo(Message.text("q"));
    assertThat(inbound.from()).isEqualTo(aliceId());
  }

  @Test
  public void streamsNothing() {
    atBob.onStream = in -> Flux.empty();

    assertThat(all(link().requestStream(asking("nothing")))).isEmpty();
  }

  @Test
  public void demandReachesTheProducerAndNoMore() {
    AtomicLong demanded = new AtomicLong();
    atBob.onStream = in -> numbers(100).doOnRequest(demanded::addAndGet);

    Probe<Message> stream = Probe.of(link().requestStream(asking("count")), 3);
    for (int i = 0; i < 3; i++) {
      assertThat(next(stream.items).text()).isEqualTo("n" + i);
    }
    assertThat(demanded).hasValue(3);
    stream.request(2);
    assertThat(next(stream.items).text()).isEqualTo("n3");
    assertThat(next(stream.items).text()).isEqualTo("n4");
    assertThat(demanded).hasValue(5);
    assertThat(stream.items).isEmpty();
    stream.cancel();
  }

  @Test
  public void cancellingAStreamReachesTheProducer() {
    CompletableFuture<Void> cancelled = new CompletableFuture<>();
    atBob.onStream =
        in ->
            Flux.concat(numbers(1), Flux.<Message>never())
                .doOnCancel(() -> cancelled.complete(null));
    Probe<Message> stream = Probe.of(link().requestStream(asking("count")), Long.MAX_VALUE);
    next(stream.items);

    stream.cancel();

    await(cancelled);
    assertThat(stream.ends()).isZero();
  }

  @Test
  public void errorsEndAStreamAfterItsItems() {
    atBob.onStream = in -> Flux.concat(numbers(2), Flux.error(HandlerFailure.failed("no ink")));

    Probe<Message> stream = Probe.of(link().requestStream(asking("count")), Long.MAX_VALUE);

    MessagingException e = failure(stream.end);
    assertThat(e.code()).isEqualTo(FailureCode.REMOTE_FAILURE);
    assertThat(e.peerText()).isEqualTo("no ink");
    assertThat(stream.items).hasSize(2);
  }

  @Test
  public void streamsTellNoTextsOfOtherErrors() {
    atBob.onStream = in -> Flux.error(new IllegalStateException("the secret of the house"));

    MessagingException e = failure(link().requestStream(asking("count")).then());

    assertThat(e.code()).isEqualTo(FailureCode.REMOTE_FAILURE);
    assertThat(e.peerText()).isNull();
    assertThat(e).hasMessageNotContaining("secret");
  }

  @Test
  public void refusesStreamsWhoseRequestIsAboveTheLimit() {
    Message tooLarge = Message.of(new byte[maxMessageBytes() + 1]);

    MessagingException e = failure(link().requestStream(to("", tooLarge)).then());

    assertThat(e.code()).isEqualTo(FailureCode.MESSAGE_TOO_LARGE);
    assertThat(e.executed()).isEqualTo(Executed.NO);
  }

  @Test
  public void tooLargeItemsEndAStream() {
    CompletableFuture<Void> cancelled = new CompletableFuture<>();
    atBob.onStream =
        in ->
            Flux.concat(
                    Flux.just(Message.of(new byte[maxMessageBytes() + 1])), Flux.<Message>never())
                .doOnCancel(() -> cancelled.complete(null));

    MessagingException e = failure(link().requestStream(asking("too much")).then());

    assertThat(e.code()).isEqualTo(FailureCode.MESSAGE_TOO_LARGE);
    assertThat(e.executed()).isEqualTo(Executed.YES);
    await(cancelled);
  }

  @Test
  public void channelsEcho() {
    atBob.onChannel = (first, rest) -> Flux.from(rest).map(m -> Message.text("re: " + m.text()));

    List<String> answers =
        all(link().requestChannel(to("talk", Message.text("first")), numbers(300)));

    assertThat(answers).hasSize(300).startsWith("re: n0", "re: n1").endsWith("re: n299");
    Inbound inbound = next(atBob.arrived);
    assertThat(inbound.route()).isEqualTo("talk");
    assertThat(inbound.message().text()).isEqualTo("first");
    assertThat(inbound.from()).isEqualTo(aliceId());
  }

  @Test
  public void channelsOfOneMessageComplete() {
    atBob.onChannel = (first, rest) -> Flux.from(rest).startWith(first.message());

    assertThat(all(link().requestChannel(asking("alone"), Flux.empty()))).containsExactly("alone");
  }

  @Test
  public void cancellingAChannelEndsBothItsDirections() {
    CompletableFuture<Void> answersCancelled = new CompletableFuture<>();
    CompletableFuture<Void> restCancelled = new CompletableFuture<>();
    Probe<Message> items = new Probe<>();
    atBob.onChannel =
        (first, rest) -> {
          rest.subscribe(items);
          items.request(Long.MAX_VALUE);
          return Flux.concat(numbers(1), Flux.<Message>never())
              .doOnCancel(() -> answersCancelled.complete(null));
        };
    Flux<Message> rest = oneThenNever(restCancelled);
    Probe<Message> channel = Probe.of(link().requestChannel(asking("first"), rest), Long.MAX_VALUE);
    next(channel.items);
    assertThat(next(items.items).text()).isEqualTo("n0");

    channel.cancel();

    await(answersCancelled);
    await(restCancelled);
    assertThat(failure(items.end)).isNotNull();
    assertThat(channel.ends()).isZero();
  }

  @Test
  public void handlersDemandReachesTheItemsOfAChannel() {
    AtomicLong demanded = new AtomicLong();
    CompletableFuture<Probe<Message>> taking = new CompletableFuture<>();
    atBob.onChannel =
        (first, rest) -> {
          taking.complete(Probe.of(rest, 3));
          return Flux.never();
        };
    LinkedTransferQueue<String> emitted = new LinkedTransferQueue<>();
    Flux<Message> rest =
        numbers(100).doOnNext(m -> emitted.add(m.text())).doOnRequest(demanded::addAndGet);

    Probe<Message> channel = Probe.of(link().requestChannel(asking("first"), rest), 1);
    Probe<Message> items = present(await(taking));
    assertThat(next(items.items).text()).isEqualTo("n0");
    assertThat(next(items.items).text()).isEqualTo("n1");
    assertThat(next(items.items).text()).isEqualTo("n2");

    assertThat(items.items).isEmpty();
    assertThat(demanded.get()).isLessThanOrEqualTo(3);
    channel.cancel();
  }

  @Test
  public void itemsAreNotSubscribedBeforeTheHandlerAsksForThem() {
    CompletableFuture<Void> subscribed = new CompletableFuture<>();
    Sinks.Empty<Void> now = Sinks.empty();
    atBob.onChannel =
        (first, rest) -> Flux.concat(numbers(1), now.asMono().thenMany(Flux.from(rest)));
    Flux<Message> rest = numbers(1).doOnSubscribe(s -> subscribed.complete(null));

    Probe<Message> channel = Probe.of(link().requestChannel(asking("first"), rest), Long.MAX_VALUE);
    next(channel.items);
    assertThat(subscribed).isNotDone();
    now.tryEmitEmpty();

    await(subscribed);
    await(channel.end);
  }

  @Test
  public void whatIsLeftOfTheItemsIsCancelledWhenTheAnswersEnd() {
    CompletableFuture<Void> restCancelled = new CompletableFuture<>();
    Probe<Message> items = new Probe<>();
    atBob.onChannel =
        (first, rest) -> {
          rest.subscribe(items);
          items.request(2);
          return Mono.fromFuture(items.first()).thenMany(numbers(1));
        };

    assertThat(all(link().requestChannel(asking("first"), oneThenNever(restCancelled))))
        .containsExactly("n0");
    await(restCancelled);
    assertThat(failure(items.end)).isNotNull();
    assertThat(items.ends()).isEqualTo(1);
  }

  @Test
  public void failingHandlersEndAChannel() {
    CompletableFuture<Void> restCancelled = new CompletableFuture<>();
    atBob.onChannel =
        (first, rest) -> Flux.from(rest).concatMap(i -> Flux.error(HandlerFailure.rejected("no")));

    MessagingException e =
        failure(link().requestChannel(asking("first"), oneThenNever(restCancelled)).then());

    assertThat(e.code()).isEqualTo(FailureCode.REJECTED);
    assertThat(e.peerText()).isEqualTo("no");
    await(restCancelled);
  }

  @Test
  public void failingItemsEndAChannelWithoutTheirText() {
    Probe<Message> items = new Probe<>();
    CompletableFuture<Void> answersCancelled = new CompletableFuture<>();
    atBob.onChannel =
        (first, rest) -> {
          rest.subscribe(items);
          items.request(Long.MAX_VALUE);
          return Flux.<Message>never().doOnCancel(() -> answersCancelled.complete(null));
        };
    Sinks.Many<Message> rest = Sinks.many().unicast().onBackpressureBuffer();
    Probe<Message> channel =
        Probe.of(link().requestChannel(asking("first"), rest.asFlux()), Long.MAX_VALUE);
    rest.tryEmitNext(Message.text("n0"));
    next(items.items);

    rest.tryEmitError(new IllegalStateException("the secret of the house"));

    assertThat(failure(channel.end).peerText()).isNull();
    assertThat(failure(items.end)).hasMessageNotContaining("secret");
    await(answersCancelled);
  }

  @Test
  public void handlersMayStopTakingItemsAndGoOnAnswering() {
    CompletableFuture<Void> restCancelled = new CompletableFuture<>();
    atBob.onChannel =
        (first, rest) -> Flux.concat(Flux.from(rest).take(1), Flux.just(Message.text("enough")));

    assertThat(all(link().requestChannel(asking("first"), oneThenNever(restCancelled))))
        .containsExactly("n0", "enough");
    await(restCancelled);
  }

  private static Flux<Message> oneThenNever(CompletableFuture<Void> cancelled) {
    return Flux.concat(numbers(1), Flux.<Message>never())
        .doOnCancel(() -> cancelled.complete(null));
  }
}
