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
import java.util.concurrent.LinkedBlockingQueue;
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
    atBob.onChannel = (first, all) -> Flux.from(all).map(m -> Message.text("re: " + m.text()));

    List<String> answers =
        all(link().requestChannel(to("talk", Message.text("first")), numbers(300)));

    assertThat(answers).hasSize(301).startsWith("re: first", "re: n0").endsWith("re: n299");
    Inbound inbound = next(atBob.arrived);
    assertThat(inbound.route()).isEqualTo("talk");
    assertThat(inbound.message().text()).isEqualTo("first");
    assertThat(inbound.from()).isEqualTo(aliceId());
  }

  @Test
  public void channelsOfOneMessageComplete() {
    atBob.onChannel = (first, all) -> Flux.from(all);

    assertThat(all(link().requestChannel(asking("alone"), Flux.empty()))).containsExactly("alone");
  }

  @Test
  public void cancellingAChannelEndsBothItsDirections() {
    CompletableFuture<Void> answersCancelled = new CompletableFuture<>();
    CompletableFuture<Void> restCancelled = new CompletableFuture<>();
    Probe<Message> items = new Probe<>();
    atBob.onChannel =
        (first, all) -> {
          all.subscribe(items);
          items.request(Long.MAX_VALUE);
          return Flux.concat(numbers(1), Flux.<Message>never())
              .doOnCancel(() -> answersCancelled.complete(null));
        };
    Flux<Message> rest = Flux.<Message>never().doOnCancel(() -> restCancelled.complete(null));
    Probe<Message> channel = Probe.of(link().requestChannel(asking("first"), rest), Long.MAX_VALUE);
    next(channel.items);
    assertThat(next(items.items).text()).isEqualTo("first");

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
        (first, all) -> {
          taking.complete(Probe.of(all, 3));
          return Flux.never();
        };
    LinkedBlockingQueue<String> emitted = new LinkedBlockingQueue<>();
    Flux<Message> rest =
        numbers(100).doOnNext(m -> emitted.add(m.text())).doOnRequest(demanded::addAndGet);

    Probe<Message> channel = Probe.of(link().requestChannel(asking("first"), rest), 1);
    Probe<Message> items = present(await(taking));
    assertThat(next(items.items).text()).isEqualTo("first");
    assertThat(next(items.items).text()).isEqualTo("n0");
    assertThat(next(items.items).text()).isEqualTo("n1");

    assertThat(items.items).isEmpty();
    assertThat(demanded.get()).isLessThanOrEqualTo(3);
    channel.cancel();
  }

  @Test
  public void failingHandlersEndAChannel() {
    CompletableFuture<Void> restWanted = new CompletableFuture<>();
    CompletableFuture<Void> restCancelled = new CompletableFuture<>();
    atBob.onChannel =
        (first, all) ->
            Mono.fromFuture(restWanted)
                .thenMany(Flux.error(HandlerFailure.rejected("closed today")));
    Flux<Message> rest = never(restWanted, restCancelled);

    MessagingException e = failure(link().requestChannel(asking("first"), rest).then());

    assertThat(e.code()).isEqualTo(FailureCode.REJECTED);
    assertThat(e.peerText()).isEqualTo("closed today");
    await(restCancelled);
  }

  @Test
  public void failingItemsEndAChannelWithoutTheirText() {
    Probe<Message> items = new Probe<>();
    CompletableFuture<Void> answersCancelled = new CompletableFuture<>();
    atBob.onChannel =
        (first, all) -> {
          all.subscribe(items);
          items.request(Long.MAX_VALUE);
          return Flux.<Message>never().doOnCancel(() -> answersCancelled.complete(null));
        };
    Sinks.Many<Message> rest = Sinks.many().unicast().onBackpressureBuffer();
    Probe<Message> channel =
        Probe.of(link().requestChannel(asking("first"), rest.asFlux()), Long.MAX_VALUE);
    next(items.items);

    rest.tryEmitError(new IllegalStateException("the secret of the house"));

    assertThat(failure(channel.end).peerText()).isNull();
    assertThat(failure(items.end)).hasMessageNotContaining("secret");
    await(answersCancelled);
  }

  @Test
  public void handlersMayStopTakingItemsAndGoOnAnswering() {
    CompletableFuture<Void> restWanted = new CompletableFuture<>();
    CompletableFuture<Void> restCancelled = new CompletableFuture<>();
    atBob.onChannel =
        (first, all) ->
            Flux.concat(
                Flux.from(all).delayUntil(item -> Mono.fromFuture(restWanted)).take(1),
                Flux.just(Message.text("enough")));
    Flux<Message> rest = never(restWanted, restCancelled);

    assertThat(all(link().requestChannel(asking("first"), rest)))
        .containsExactly("first", "enough");
    await(restCancelled);
  }

  /** What is cancelled before it is subscribed need not be subscribed at all, so tests wait. */
  private static Flux<Message> never(
      CompletableFuture<Void> subscribed, CompletableFuture<Void> cancelled) {
    return Flux.<Message>never()
        .doOnSubscribe(s -> subscribed.complete(null))
        .doOnCancel(() -> cancelled.complete(null));
  }
}
