package dev.parley.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.parley.AgentId;
import dev.parley.Executed;
import dev.parley.FailureCode;
import dev.parley.HandlerFailure;
import dev.parley.Identity;
import dev.parley.Inbound;
import dev.parley.Message;
import dev.parley.MessagingException;
import dev.parley.SendOptions;
import dev.parley.messenger.Messenger;
import dev.parley.messenger.MessengerBuilder;
import dev.parley.spi.ExchangeFilter;
import dev.parley.spi.InteractionModel;
import dev.parley.spi.Link;
import dev.parley.spi.Outbound;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What stands around exchanges, in both directions and in each model. */
class ExchangeFilterTest {
  private final VirtualTime time = VirtualTime.create();
  private final InMemoryNetwork network = InMemoryNetwork.create(time);
  private final InMemoryAgent bob = network.agent();
  private final List<String> seen = new ArrayList<>();

  /** Writes down what goes by. */
  private ExchangeFilter noting(String name) {
    return new ExchangeFilter() {
      @Override
      public Publisher<Message> sending(
          InteractionModel model,
          Link link,
          Outbound request,
          Function<Outbound, ? extends Publisher<Message>> next) {
        seen.add(name + " > " + model + " " + request.message().text());
        return Flux.from(next.apply(request))
            .doOnNext(answer -> seen.add(name + " < " + answer.text()));
      }

      @Override
      public Publisher<Message> receiving(
          InteractionModel model,
          Link link,
          Inbound request,
          Function<Inbound, ? extends Publisher<Message>> next) {
        seen.add(name + " >> " + model + " " + request.message().text());
        return Flux.from(next.apply(request))
            .doOnNext(answer -> seen.add(name + " << " + answer.text()));
      }
    };
  }

  private Messenger with(ExchangeFilter... filters) {
    InMemoryTransport transport = network.transport(Identity.generate().id());
    MessengerBuilder builder =
        Messenger.builder(transport.self(), transport).nanoClock(time).timer(time.scheduler());
    for (ExchangeFilter filter : filters) {
      builder.filter(filter);
    }
    Messenger messenger = builder.build();
    time.await(messenger.start());
    time.await(bob.ping(messenger.id(), Duration.ofSeconds(1)));
    return messenger;
  }

  private void bobEchoes() {
    bob.receive(in -> Mono.just(in.message()));
    bob.receiveSignals("", in -> Mono.fromRunnable(() -> seen.add("bob " + in.message().text())));
    bob.receiveStreams("", in -> Flux.just(in.message(), in.message()));
    bob.receiveChannels("", (first, items) -> items);
  }

  @Test
  void theLastOneStandsOutermostAroundWhatIsSent() {
    bobEchoes();
    Messenger alice = with(noting("inner"), noting("outer"));

    assertThat(time.await(alice.send(bob.id(), Message.text("a"))).text()).isEqualTo("a");

    assertThat(seen)
        .containsExactly("outer > REQUEST a", "inner > REQUEST a", "inner < a", "outer < a");
  }

  @Test
  void standsAroundEachModel() {
    bobEchoes();
    Messenger alice = with(noting("f"));

    time.await(alice.signal(bob.id(), Message.text("s")));
    time.await(alice.stream(bob.id(), Message.text("t")).collectList());
    time.await(
        alice.channel(bob.id(), Message.text("c"), Flux.just(Message.text("d"))).collectList());

    assertThat(seen)
        .containsExactly(
            "f > SIGNAL s", "bob s", "f > STREAM t", "f < t", "f < t", "f > CHANNEL c", "f < d");
  }

  @Test
  void standsAroundWhatArrives() {
    Messenger alice = with(noting("f"));
    alice.receive(in -> Mono.just(Message.text("answer")));
    alice.receiveStreams("", in -> Flux.just(Message.text("1"), Message.text("2")));

    time.await(bob.send(alice.id(), Message.text("q")));
    time.await(bob.stream(alice.id(), Message.text("t")).collectList());
    time.await(bob.signal(alice.id(), Message.text("s")));
    time.runDue();

    assertThat(seen)
        .containsExactly(
            "f >> REQUEST q", "f << answer", "f >> STREAM t", "f << 1", "f << 2", "f >> SIGNAL s");
  }

  /** It may answer in a handler's place, refuse, and change both ways. */
  @Test
  void decidesWhatHappens() {
    ExchangeFilter strict =
        new ExchangeFilter() {
          @Override
          public Publisher<Message> receiving(
              InteractionModel model,
              Link link,
              Inbound request,
              Function<Inbound, ? extends Publisher<Message>> next) {
            return switch (request.message().text()) {
              case "cached" -> Mono.just(Message.text("from the filter"));
              case "no" -> Mono.error(HandlerFailure.rejected("not today"));
              case "bug" -> throw new IllegalStateException("a defect");
              default -> next.apply(request);
            };
          }
        };
    Messenger alice = with(strict);
    alice.receive(in -> Mono.just(Message.text("from the handler")));

    assertThat(ask(alice.id(), "cached")).isEqualTo("from the filter");
    assertThat(ask(alice.id(), "else")).isEqualTo("from the handler");
    assertThatExceptionOfType(MessagingException.class)
        .isThrownBy(() -> ask(alice.id(), "no"))
        .returns(FailureCode.REJECTED, MessagingException::code)
        .returns("not today", MessagingException::peerText);
    assertThatExceptionOfType(MessagingException.class)
        .isThrownBy(() -> ask(alice.id(), "bug"))
        .returns(FailureCode.REMOTE_FAILURE, MessagingException::code)
        .withMessageNotContaining("a defect");
  }

  private String ask(AgentId whom, String what) {
    return time.await(bob.send(whom, Message.text(what))).text();
  }

  @Test
  void aFaultOfAFilterIsInternalAndNothingHasLeft() {
    bobEchoes();
    Messenger alice =
        with(
            new ExchangeFilter() {
              @Override
              public Publisher<Message> sending(
                  InteractionModel model,
                  Link link,
                  Outbound request,
                  Function<Outbound, ? extends Publisher<Message>> next) {
                throw new IllegalStateException("a defect");
              }
            });

    assertThatExceptionOfType(MessagingException.class)
        .isThrownBy(() -> time.await(alice.send(bob.id(), Message.empty())))
        .returns(FailureCode.INTERNAL, MessagingException::code)
        .returns(Executed.NO, MessagingException::executed);
  }

  /** Whether anything has left is known behind a filter as without one. */
  @Test
  void tellsTruthfullyWhatWasExecuted() {
    bob.receive(in -> Mono.never());
    SendOptions second = SendOptions.timeout(Duration.ofSeconds(1));
    Messenger open = with(noting("open"));
    Messenger holding =
        with(
            new ExchangeFilter() {
              @Override
              public Publisher<Message> sending(
                  InteractionModel model,
                  Link link,
                  Outbound request,
                  Function<Outbound, ? extends Publisher<Message>> next) {
                return Mono.delay(Duration.ofMinutes(1), time.scheduler())
                    .then(Mono.defer(() -> Mono.from(next.apply(request))));
              }
            });

    assertThatExceptionOfType(MessagingException.class)
        .isThrownBy(() -> time.await(open.send(bob.id(), Message.empty(), second)))
        .returns(FailureCode.TIMEOUT, MessagingException::code)
        .returns(Executed.UNKNOWN, MessagingException::executed);
    assertThatExceptionOfType(MessagingException.class)
        .isThrownBy(() -> time.await(holding.send(bob.id(), Message.empty(), second)))
        .returns(FailureCode.TIMEOUT, MessagingException::code)
        .returns(Executed.NO, MessagingException::executed);
  }

  @Test
  void cancellingReachesThePeersHandler() {
    bob.receive(in -> Mono.<Message>never().doOnCancel(() -> seen.add("cancelled")));
    Messenger alice = with(noting("f"));
    var sending = alice.send(bob.id(), Message.text("x")).subscribe();
    time.runDue();

    sending.dispose();
    time.runDue();

    assertThat(seen).containsExactly("f > REQUEST x", "cancelled");
    assertThat(alice.sendsInFlight()).isZero();
  }
}
