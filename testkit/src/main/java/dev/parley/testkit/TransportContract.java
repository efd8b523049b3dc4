package dev.parley.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.parley.AgentResolver.Candidate;
import dev.parley.Executed;
import dev.parley.FailureCode;
import dev.parley.Identity;
import dev.parley.Message;
import dev.parley.MessagingException;
import dev.parley.Phase;
import dev.parley.Trail;
import dev.parley.carrier.Transport;
import dev.parley.spi.Link;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * The contract of {@link Transport} and {@link Link} as tests: an implementation proves itself by a
 * subclass that supplies transports.
 *
 * <pre>{@code
 * class MyTransportTest extends TransportContract {
 *   @Override protected Transport transport(Identity identity) { … }
 *   @Override protected int maxMessageBytes() { return 4 << 20; }
 *   @Override protected void loseLinks() { … }
 *   @Override protected Address refusingAddress() { … }
 * }
 * }</pre>
 *
 * <p>Each test has two fresh transports, starts them, and closes them in the end. Nothing sleeps
 * and everything is bounded. A transport that deliberately departs from the contract overrides the
 * test in question with one that is disabled and says why.
 */
@Timeout(120)
public abstract class TransportContract extends StreamContract {
  /** A contract for a subclass to fulfil. */
  protected TransportContract() {}

  private Mono<Link> connect(Flux<Candidate> candidates) {
    return alice().connect(bobId(), trail -> candidates, trail -> {});
  }

  @Test
  public void startsOnce() {
    assertThatIllegalStateException().isThrownBy(() -> await(bob().start(atBob)));
  }

  @Test
  public void connectsOnlyBetweenStartAndClose() {
    Transport fresh = transport(Identity.generate());
    Mono<Link> connect = fresh.connect(bobId(), trail -> Flux.just(bobsAddress()), trail -> {});

    assertThat(failure(connect).code()).isEqualTo(FailureCode.SHUT_DOWN);
    await(fresh.start(atAlice));
    assertThat(await(connect)).isNotNull();
    await(fresh.close());
    assertThat(failure(connect).code()).isEqualTo(FailureCode.SHUT_DOWN);
    assertThat(fresh.openLink(bobId())).isNull();
  }

  @Test
  public void knowsItsOpenLinks() {
    assertThat(alice().openLink(bobId())).isNull();
    assertThat(alice().links()).isEmpty();

    Link link = link();
    Link atBob = linkAtBob();

    assertThat(alice().openLink(bobId())).isSameAs(link);
    assertThat(alice().links()).containsExactly(link);
    assertThat(bob().links()).containsExactly(atBob);
    assertThat(link.isOpen()).isTrue();
    assertThat(link.path().dialled()).isTrue();
    assertThat(atBob.path().dialled()).isFalse();
  }

  @Test
  public void sharesOneDialAmongAllWhoWait() {
    AtomicInteger asked = new AtomicInteger();
    Sinks.One<Candidate> found = Sinks.one();
    Function<Trail.Recorder, Flux<Candidate>> candidates =
        trail -> found.asMono().flux().doOnSubscribe(s -> asked.incrementAndGet());
    List<Trail.Recorder> trails = new ArrayList<>();

    List<CompletableFuture<Link>> waiting =
        List.of(
            alice().connect(bobId(), candidates, trails::add).toFuture(),
            alice().connect(bobId(), candidates, trails::add).toFuture());
    found.tryEmitValue(bobsAddress());

    Link first = present(await(waiting.get(0)));
    assertThat(await(waiting.get(1))).isSameAs(first);
    assertThat(asked).hasValue(1);
    assertThat(trails).hasSize(2);
    assertThat(trails.get(1)).isSameAs(trails.get(0));
    assertThat(alice().links()).hasSize(1);
  }

  @Test
  public void unitesWhatDifferentCallersKnow() {
    CompletableFuture<Link> knowsNothing = connect(Flux.never()).toFuture();
    CompletableFuture<Link> knowsWhere = connect(Flux.just(bobsAddress())).toFuture();

    Link first = present(await(knowsNothing));

    assertThat(await(knowsWhere)).isSameAs(first);
    assertThat(alice().links()).hasSize(1);
  }

  @Test
  public void reportsWhyAResolverFailed() {
    MessagingException gone =
        MessagingException.builder(FailureCode.AGENT_UNREACHABLE, Phase.RESOLVE)
            .peer(bobId())
            .detail("it has left")
            .build();

    MessagingException e = failure(connect(Flux.error(gone)));

    assertThat(e.code()).isEqualTo(FailureCode.AGENT_UNREACHABLE);
    assertThat(e.phase()).isEqualTo(Phase.RESOLVE);
    assertThat(e.getMessage()).contains("it has left");
  }

  @Test
  public void asksForNoCandidatesWhereALinkIsOpen() {
    Link link = link();

    Mono<Link> again =
        connect(
            Flux.defer(
                () -> {
                  throw new AssertionError("candidates are not needed");
                }));

    assertThat(await(again)).isSameAs(link);
  }

  @Test
  public void stopsADialWhenTheLastWhoWaitsCancels() {
    CompletableFuture<Void> stopped = new CompletableFuture<>();
    Flux<Candidate> candidates = Flux.<Candidate>never().doOnCancel(() -> stopped.complete(null));
    Probe<Link> one = Probe.of(connect(candidates), 1);
    Probe<Link> other = Probe.of(connect(candidates), 1);

    one.cancel();
    settle();
    assertThat(stopped).isNotDone();
    other.cancel();

    await(stopped);
    assertThat(link().isOpen()).isTrue();
  }

  @Test
  public void failsWithoutCandidates() {
    MessagingException e = failure(connect(Flux.empty()));

    assertThat(e.code()).isEqualTo(FailureCode.AGENT_NOT_FOUND);
    assertThat(e.phase()).isEqualTo(Phase.RESOLVE);
    assertThat(e.executed()).isEqualTo(Executed.NO);
    assertThat(e.peer()).isEqualTo(bobId());
  }

  @Test
  public void failsWhereDialsAreRefused() {
    MessagingException e =
        failure(connect(Flux.just(new Candidate(refusingAddress(), "contract"))));

    assertThat(e.code()).isEqualTo(FailureCode.AGENT_UNREACHABLE);
    assertThat(e.phase()).isEqualTo(Phase.DIAL);
    assertThat(e.executed()).isEqualTo(Executed.NO);
    assertThat(e.trail().steps()).isNotEmpty();
  }

  @Test
  public void triesEveryCandidate() {
    Link link =
        present(
            await(connect(Flux.just(new Candidate(refusingAddress(), "contract"), bobsAddress()))));

    assertThat(link.peer()).isEqualTo(bobId());
  }

  @Test
  public void anotherAgentAtTheAddressIsAMismatch() {
    Mono<Link> connect =
        alice().connect(Identity.generate().id(), trail -> Flux.just(bobsAddress()), trail -> {});

    MessagingException e = failure(connect);

    assertThat(e.code()).isEqualTo(FailureCode.IDENTITY_MISMATCH);
    assertThat(e.phase()).isEqualTo(Phase.HANDSHAKE);
    assertThat(alice().links()).isEmpty();
    assertThat(atBob.arrived).isEmpty();
  }

  @Test
  public void losingALinkFailsEachInteractionOnceAtBothSides() {
    List<CompletableFuture<Void>> cancelled = new ArrayList<>();
    Probe<Message> items = new Probe<>();
    for (int i = 0; i < 4; i++) {
      cancelled.add(new CompletableFuture<>());
    }
    atAlice.onRequest =
        in -> Mono.<Message>never().doOnCancel(() -> cancelled.get(0).complete(null));
    Link back = linkAtBob();
    atBob.arrived.clear();
    atBob.onRequest = in -> Mono.<Message>never().doOnCancel(() -> cancelled.get(1).complete(null));
    atBob.onStream = in -> Flux.<Message>never().doOnCancel(() -> cancelled.get(2).complete(null));
    atBob.onChannel =
        (first, rest) -> {
          rest.subscribe(items);
          return Flux.<Message>never().doOnCancel(() -> cancelled.get(3).complete(null));
        };
    Link link = link();
    List<Probe<Message>> calls =
        List.of(
            Probe.of(back.requestResponse(asking("back")), 1),
            Probe.of(link.requestResponse(asking("once")), 1),
            Probe.of(link.requestStream(asking("many")), 1),
            Probe.of(link.requestChannel(asking("both"), Flux.never()), 1));
    next(atAlice.arrived);
    for (int i = 0; i < 3; i++) {
      next(atBob.arrived);
    }

    loseLinks();

    for (Probe<Message> call : calls) {
      MessagingException e = failure(call.end);
      assertThat(e.code()).isEqualTo(FailureCode.CONNECTION_LOST);
      assertThat(e.executed()).isEqualTo(Executed.UNKNOWN);
    }
    cancelled.forEach(this::await);
    assertThat(failure(items.end).code()).isEqualTo(FailureCode.CONNECTION_LOST);
    await(link.onClose());
    await(back.onClose());
    assertThat(calls).allMatch(call -> call.ends() == 1);
    assertThat(alice().openLink(bobId())).isNull();
    assertThat(bob().openLink(aliceId())).isNull();
  }

  @Test
  public void aLostLinkTakesNothingNew() {
    Link link = link();
    loseLinks();
    await(link.onClose());

    MessagingException e = failure(link.requestResponse(asking("too late")));

    assertThat(e.code()).isEqualTo(FailureCode.CONNECTION_LOST);
    assertThat(e.executed()).isEqualTo(Executed.NO);
    assertThat(failure(link.requestStream(asking("too late")).then()).executed())
        .isEqualTo(Executed.NO);
    assertThat(failure(link.fireAndForget(asking("too late"))).executed()).isEqualTo(Executed.NO);
    assertThat(failure(link.ping()).code()).isEqualTo(FailureCode.CONNECTION_LOST);
    assertThat(link.isOpen()).isFalse();
  }

  @Test
  public void drainingLetsRunningOnesFinishAndRefusesNewOnes() {
    Sinks.One<Message> answer = Sinks.one();
    atBob.onRequest = in -> answer.asMono();
    Link link = link();
    Probe<Message> running = Probe.of(link.requestResponse(asking("slow")), 1);
    next(atBob.arrived);

    CompletableFuture<Void> drained = bob().drain(LIMIT).toFuture();
    awaitTrue(() -> !link.isOpen());
    MessagingException refused = failure(link.requestResponse(asking("new")));
    answer.tryEmitValue(Message.text("done"));

    assertThat(next(running.items).text()).isEqualTo("done");
    assertThat(refused.executed()).isEqualTo(Executed.NO);
    assertThat(refused.code()).isIn(FailureCode.CONNECTION_LOST, FailureCode.SHUT_DOWN);
    await(drained);
    await(link.onClose());
    assertThat(bob().links()).isEmpty();
    assertThat(alice().openLink(bobId())).isNull();
  }

  @Test
  public void drainedTransportsRefuseDials() {
    Candidate address = bobsAddress();
    await(bob().drain(LIMIT));

    // A proxy on the way may accept, and reset what it cannot pass on.
    assertThat(failure(connect(Flux.just(address))).code())
        .isIn(FailureCode.AGENT_UNREACHABLE, FailureCode.HANDSHAKE_FAILED, FailureCode.OVERLOADED);
  }

  @Test
  public void closesALinkGracefully() {
    Sinks.One<Message> answer = Sinks.one();
    atBob.onRequest = in -> answer.asMono();
    Link link = link();
    Probe<Message> running = Probe.of(link.requestResponse(asking("slow")), 1);
    next(atBob.arrived);

    CompletableFuture<Void> closed = link.closeGracefully(LIMIT).toFuture();
    settle();
    assertThat(link.isOpen()).isFalse();
    assertThat(closed).isNotDone();
    answer.tryEmitValue(Message.text("done"));

    assertThat(next(running.items).text()).isEqualTo("done");
    await(closed);
    await(link.closeGracefully(Duration.ZERO));
    await(link.onClose());
  }

  @Test
  public void closingEndsWhatRuns() {
    CompletableFuture<Void> cancelled = new CompletableFuture<>();
    atBob.onRequest = in -> Mono.<Message>never().doOnCancel(() -> cancelled.complete(null));
    Link link = link();
    Probe<Message> running = Probe.of(link.requestResponse(asking("slow")), 1);
    next(atBob.arrived);

    await(bob().close());

    MessagingException e = failure(running.end);
    assertThat(e.code()).isEqualTo(FailureCode.CONNECTION_LOST);
    assertThat(e.executed()).isEqualTo(Executed.UNKNOWN);
    await(cancelled);
    await(link.onClose());
  }

  @Test
  public void bearsAskingALinkAfterItsTransportIsClosed() {
    Link link = link();
    await(alice().close());

    await(link.closeGracefully(Duration.ofSeconds(1)));
    assertThat(failure(link.ping()).code()).isEqualTo(FailureCode.CONNECTION_LOST);
    assertThat(failure(link.requestResponse(asking("late"))).code())
        .isEqualTo(FailureCode.CONNECTION_LOST);
    assertThat(link.isOpen()).isFalse();
  }

  @Test
  public void closesAsOftenAsIsAsked() {
    link();

    await(Mono.when(alice().close(), alice().close(), alice().drain(LIMIT)));
    await(alice().close());

    assertThat(alice().links()).isEmpty();
  }

  @Test
  public void measuresTheRoundTrip() {
    assertThat(present(await(link().ping()))).isBetween(Duration.ZERO, LIMIT);
  }

  @Test
  public void countsWhatGoesOverALink() {
    Link back = linkAtBob();
    Link link = link();
    Link.Stats before = link.stats();
    Link.Stats beforeAtBob = back.stats();

    await(link.requestResponse(to("", Message.of(new byte[1000]))));

    Link.Stats after = link.stats();
    assertThat(after.bytesSealed() - before.bytesSealed()).isGreaterThanOrEqualTo(1000);
    assertThat(after.bytesOpened() - before.bytesOpened()).isGreaterThanOrEqualTo(1000);
    assertThat(after.recordsSealed()).isGreaterThan(before.recordsSealed());
    assertThat(after.recordsOpened()).isGreaterThan(before.recordsOpened());
    assertThat(after.wireBytesOut()).isGreaterThan(before.wireBytesOut());
    assertThat(after.wireBytesIn()).isGreaterThan(before.wireBytesIn());
    assertThat(back.stats().bytesOpened() - beforeAtBob.bytesOpened()).isGreaterThanOrEqualTo(1000);
  }
}
