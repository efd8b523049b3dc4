package dev.parley.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Annex;
import dev.parley.Executed;
import dev.parley.FailureCode;
import dev.parley.HandlerFailure;
import dev.parley.Inbound;
import dev.parley.Message;
import dev.parley.MessagingException;
import dev.parley.spi.Link;
import dev.parley.spi.Outbound;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What one message with one answer, and one without, must do on every transport. */
abstract class RequestContract extends TransportFixture {

  private Message ask(Message message) {
    return present(await(link().requestResponse(to("", message))));
  }

  @Test
  public void saysThatAMessageLeavesBeforeItArrives() {
    AtomicInteger left = new AtomicInteger();
    AtomicInteger leftOnArrival = new AtomicInteger();
    atBob.onRequest =
        in -> {
          leftOnArrival.set(left.get());
          return Mono.just(in.message());
        };
    atBob.onStream = in -> Flux.just(in.message());

    await(link().requestResponse(asking("?").withDeparture(left::incrementAndGet)));
    assertThat(leftOnArrival).hasValue(1);
    await(link().requestStream(asking("?").withDeparture(left::incrementAndGet)).then());
    assertThat(left).hasValue(2);
  }

  @Test
  public void doesNotSayThatAMessageLeavesWhichCannot() {
    AtomicInteger left = new AtomicInteger();
    Message tooLarge = Message.of(new byte[maxMessageBytes() + 1]);

    failure(link().requestResponse(to("", tooLarge).withDeparture(left::incrementAndGet)));

    assertThat(left).hasValue(0);
  }

  @Test
  public void answersWhatIsAsked() {
    atBob.onRequest = in -> Mono.just(Message.text("re: " + in.message().text()));

    assertThat(ask(Message.text("hello"))).isEqualTo(Message.text("re: hello"));
  }

  @Test
  public void carriesEverySizeUpToTheLimit() {
    for (int size : new int[] {0, 1, 1000, maxMessageBytes()}) {
      byte[] data = new byte[size];
      Arrays.fill(data, (byte) 7);

      assertThat(ask(Message.of(data)).bytes()).as("%d bytes", size).isEqualTo(data);
    }
  }

  @Test
  public void refusesMessagesAboveTheLimitBeforeTheyLeave() {
    Message tooLarge = Message.of(new byte[maxMessageBytes() + 1]);

    MessagingException e = failure(link().requestResponse(to("", tooLarge)));

    assertThat(e.code()).isEqualTo(FailureCode.MESSAGE_TOO_LARGE);
    assertThat(e.executed()).isEqualTo(Executed.NO);
    assertThat(ask(Message.text("still there")).text()).isEqualTo("still there");
    assertThat(atBob.arrived).hasSize(1);
  }

  @Test
  public void tellsThatATooLargeAnswerWasExecuted() {
    atBob.onRequest = in -> Mono.just(Message.of(new byte[maxMessageBytes() + 1]));

    MessagingException e = failure(link().requestResponse(asking("for too much")));

    assertThat(e.code()).isEqualTo(FailureCode.MESSAGE_TOO_LARGE);
    assertThat(e.executed()).isEqualTo(Executed.YES);
  }

  @Test
  public void carriesRouteContentTypeAndHeadersBothWays() {
    Message question =
        Message.of(new byte[] {1}, "application/x-q").withHeader("a", "1").withHeader("ä", "");
    Message answer = Message.of(new byte[] {2}, "application/x-a").withHeader("b", "2");
    atBob.onRequest = in -> Mono.just(answer);

    Message received = present(await(link().requestResponse(to("house/bid", question))));

    Inbound inbound = next(atBob.arrived);
    assertThat(inbound.route()).isEqualTo("house/bid");
    assertThat(inbound.message()).isEqualTo(question);
    assertThat(received).isEqualTo(answer);
  }

  @Test
  public void carriesWhatRemainsOfTheDeadline() {
    Duration limit = Duration.ofSeconds(30);
    long deadline = nanoClock().getAsLong() + limit.toNanos();

    await(link().requestResponse(new Outbound("", Message.empty(), deadline)));

    Inbound inbound = next(atBob.arrived);
    assertThat(inbound.remaining()).isBetween(Duration.ofSeconds(5), limit.plusMillis(5));
    assertThat(inbound.deadlineNanos() - deadline)
        .as("nanoseconds between the deadlines of both sides, which have one clock here")
        .isBetween(-Duration.ofMillis(5).toNanos(), Duration.ofSeconds(25).toNanos());
  }

  /** For protocols; a message's handler sees nothing of it. */
  @Test
  public void carriesFieldsBesideTheMessage() {
    byte[] claim = {1, 2, 3};

    await(
        link().requestResponse(asking("with").withField(0x20, claim).withField(0x7F, new byte[0])));
    await(link().requestResponse(asking("without")));

    Inbound with = next(atBob.arrived);
    assertThat(with.message().text()).isEqualTo("with");
    Annex annex = Objects.requireNonNull(with.annex());
    assertThat(annex.field(0x20)).isEqualTo(claim);
    assertThat(annex.field(0x7F)).isEmpty();
    assertThat(annex.trace()).isNull();
    assertThat(next(atBob.arrived).annex()).isNull();
  }

  @Test
  public void bothEndsKnowTheirLinkByOneBinding() {
    await(link().requestResponse(asking("hello")));
    Link there = linkAtBob();

    assertThat(link().binding()).hasSize(32).isEqualTo(there.binding());
    link().binding()[0]++; // a copy
    assertThat(link().binding()).isEqualTo(there.binding());
    assertThat(link().features()).isEqualTo(there.features());
  }

  @Test
  public void provesWhoAsks() {
    Link back = linkAtBob();
    await(back.requestResponse(asking("and back")));

    assertThat(next(atBob.arrived).from()).isEqualTo(aliceId());
    assertThat(next(atAlice.arrived).from()).isEqualTo(bobId());
    assertThat(back.peer()).isEqualTo(aliceId());
    assertThat(link().peer()).isEqualTo(bobId());
  }

  @Test
  public void sendsNothingBeforeItIsSubscribedTo() {
    Link link = link();
    Mono<Message> cold = link.requestResponse(asking("cold"));

    await(link.requestResponse(asking("first")));
    await(cold);
    await(cold);

    assertThat(atBob.arrived)
        .extracting(in -> in.message().text())
        .containsExactly("first", "cold", "cold");
  }

  @Test
  public void cancellingReachesTheHandler() {
    CompletableFuture<Void> cancelled = new CompletableFuture<>();
    atBob.onRequest = in -> Mono.<Message>never().doOnCancel(() -> cancelled.complete(null));
    Probe<Message> call = Probe.of(link().requestResponse(asking("never mind")), 1);
    next(atBob.arrived);

    call.cancel();

    await(cancelled);
    assertThat(call.ends()).isZero();
  }

  @Test
  public void tellsTheCodesOfHandlers() {
    Map<HandlerFailure, Executed> executed = new HashMap<>();
    executed.put(HandlerFailure.rejected("sold out"), Executed.NO);
    executed.put(HandlerFailure.unauthorized(), Executed.NO);
    executed.put(HandlerFailure.failed("no ink"), Executed.YES);
    executed.put(HandlerFailure.of(FailureCode.OVERLOADED, null, null), Executed.NO);
    executed.put(HandlerFailure.of(FailureCode.NO_RECEIVER, null, null), Executed.NO);
    executed.put(HandlerFailure.of(FailureCode.TIMEOUT, null, null), Executed.UNKNOWN);
    executed.forEach(
        (failure, ran) -> {
          atBob.onRequest = in -> Mono.error(failure);

          MessagingException e = failure(link().requestResponse(asking("fail")));

          assertThat(e.code()).isEqualTo(failure.code());
          assertThat(e.executed()).as("%s", failure.code()).isEqualTo(ran);
          assertThat(e.peerText()).as("text of %s", failure.code()).isEqualTo(failure.text());
          assertThat(e.peer()).isEqualTo(bobId());
        });
  }

  @Test
  public void keepsTheTextsOfOtherErrorsToItself() {
    atBob.onRequest = in -> Mono.error(new IllegalStateException("the secret of the house"));

    MessagingException e = failure(link().requestResponse(asking("fail")));

    assertThat(e.code()).isEqualTo(FailureCode.REMOTE_FAILURE);
    assertThat(e.executed()).isEqualTo(Executed.YES);
    assertThat(e.peerText()).isNull();
    assertThat(e).hasMessageNotContaining("secret").hasNoCause();
  }

  @Test
  public void answersAnEmptyMessageWhereTheReceiverCompletesEmpty() {
    atBob.onRequest = in -> Mono.empty();

    assertThat(ask(Message.text("anything to say?"))).isEqualTo(Message.empty());
  }

  @Test
  public void answersWhileItAsksBack() {
    atAlice.onRequest = in -> Mono.just(Message.text("alice"));
    atBob.onRequest =
        in ->
            present(bob().openLink(in.from()))
                .requestResponse(asking("who is there?"))
                .map(who -> Message.text("hello " + who.text()));

    assertThat(ask(Message.text("knock")).text()).isEqualTo("hello alice");
  }

  @Test
  public void keepsConcurrentAnswersApart() {
    Link link = link();

    List<String> answers =
        present(
            await(
                Flux.range(0, 200)
                    .flatMap(
                        i ->
                            link.requestResponse(asking("m" + i))
                                .filter(answer -> answer.text().equals("m" + i))
                                .map(Message::text),
                        64)
                    .collectList()));

    assertThat(answers).hasSize(200).doesNotHaveDuplicates();
  }

  @Test
  public void deliversSignals() {
    Message signal = Message.text("published").withHeader("a", "1");

    await(link().fireAndForget(to("news", signal)));

    Inbound inbound = next(atBob.arrived);
    assertThat(inbound.route()).isEqualTo("news");
    assertThat(inbound.message()).isEqualTo(signal);
    assertThat(inbound.from()).isEqualTo(aliceId());
  }

  @Test
  public void keepsFailuresOfSignalsAtTheReceiver() {
    AtomicInteger failed = new AtomicInteger();
    atBob.onSignal =
        in ->
            Mono.defer(
                () -> {
                  failed.incrementAndGet();
                  return Mono.error(HandlerFailure.failed("nobody hears this"));
                });

    await(link().fireAndForget(asking("hm")));
    next(atBob.arrived);

    assertThat(ask(Message.text("still there")).text()).isEqualTo("still there");
    assertThat(failed).hasValue(1);
  }

  @Test
  public void refusesSignalsAboveTheLimit() {
    Message tooLarge = Message.of(new byte[maxMessageBytes() + 1]);

    assertThat(failure(link().fireAndForget(to("", tooLarge))).code())
        .isEqualTo(FailureCode.MESSAGE_TOO_LARGE);
  }
}
