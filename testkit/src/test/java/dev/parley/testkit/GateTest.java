package dev.parley.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.parley.Agent;
import dev.parley.FailureCode;
import dev.parley.Handler;
import dev.parley.HandlerFailure;
import dev.parley.Identity;
import dev.parley.Inbound;
import dev.parley.Message;
import dev.parley.MessagingException;
import dev.parley.SendOptions;
import dev.parley.StreamOptions;
import dev.parley.spi.ExchangeFilter;
import dev.parley.spi.Host;
import dev.parley.spi.InteractionModel;
import dev.parley.spi.Link;
import dev.parley.spi.Outbound;
import dev.parley.spi.Protocol;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A protocol whose gate opens handlers to exchanges that carry a field. */
class GateTest {
  private static final int TICKET = 0x30;

  private final VirtualTime time = VirtualTime.create();
  private final InMemoryNetwork network = InMemoryNetwork.create(time);
  private final Gated house = new Gated();
  private final InMemoryAgent bob = agent(house);
  private final Gated visitor = new Gated();
  private final InMemoryAgent alice = agent(visitor);

  private InMemoryAgent agent(Protocol protocol) {
    return time.await(network.configure(Identity.generate().id()).with(protocol).start());
  }

  /** Lets in who carries a ticket. */
  private static final class Gated implements Protocol, Protocol.Running, Host.Gate {
    private final Map<String, Handler> handlers = new HashMap<>();
    private Mono<Void> before = Mono.empty();
    private Host host;
    private int admitted;

    @Override
    public String name() {
      return "gated";
    }

    @Override
    public Mono<Gated> start(Host value) {
      return Mono.fromSupplier(
          () -> {
            host = value;
            host.answer("parley.gated/*", this);
            return this;
          });
    }

    @Override
    public Mono<Handler> admit(Link link, InteractionModel model, Inbound request) {
      if (request.annex() == null || request.annex().field(TICKET) == null) {
        return Mono.error(HandlerFailure.unauthorized());
      }
      return before.then(
          Mono.fromSupplier(
              () -> {
                admitted++;
                return handlers.get(request.route().substring("parley.gated/".length()));
              }));
    }

    Agent withTicket() {
      return host.agent(
          new ExchangeFilter() {
            @Override
            public Publisher<Message> sending(
                InteractionModel model,
                Link link,
                Outbound request,
                Function<Outbound, ? extends Publisher<Message>> next) {
              return next.apply(request.withField(TICKET, new byte[] {1}));
            }
          });
    }
  }

  private static SendOptions to(String name) {
    return SendOptions.to("parley.gated/" + name).withTimeout(Duration.ofSeconds(2));
  }

  private static StreamOptions streamTo(String name) {
    return StreamOptions.defaults().route("parley.gated/" + name);
  }

  private void fails(Mono<?> call, FailureCode code) {
    assertThatExceptionOfType(MessagingException.class)
        .isThrownBy(() -> time.await(call))
        .satisfies(e -> assertThat(e.code()).isEqualTo(code));
  }

  @Test
  void handsToAHandlerOfEachKindWhatItLetsIn() {
    house.handlers.put("once", messages(in -> Mono.just(Message.text(in.route()))));
    house.handlers.put("many", streams(in -> Flux.just(Message.text("a"), Message.text("b"))));
    house.handlers.put("both", channels((in, items) -> items));

    Agent agent = visitor.withTicket();
    assertThat(time.await(agent.send(bob.id(), Message.empty(), to("once"))).text())
        .isEqualTo("parley.gated/once");
    assertThat(time.await(agent.stream(bob.id(), Message.empty(), streamTo("many")).collectList()))
        .extracting(Message::text)
        .containsExactly("a", "b");
    assertThat(
            time.await(
                agent
                    .channel(
                        bob.id(),
                        Message.empty(),
                        Flux.just(Message.text("x"), Message.text("y")),
                        streamTo("both"))
                    .collectList()))
        .extracting(Message::text)
        .containsExactly("x", "y");
  }

  @Test
  void refusesWhoHasNoTicketAndHasNoHandlerForOtherKinds() {
    house.handlers.put("once", messages(in -> Mono.just(in.message())));

    Agent agent = visitor.withTicket();
    fails(
        Objects.requireNonNull(visitor.host).agent().send(bob.id(), Message.empty(), to("once")),
        FailureCode.UNAUTHORIZED);
    fails(
        agent.stream(bob.id(), Message.empty(), streamTo("once")).then(), FailureCode.NO_RECEIVER);
    fails(agent.send(bob.id(), Message.empty(), to("other")), FailureCode.NO_RECEIVER);
    time.await(agent.signal(bob.id(), Message.empty(), to("once")));
    time.runDue();
    assertThat(house.admitted).isEqualTo(2);
  }

  @Test
  void endsAHandlerBehindItAtItsDeadline() {
    boolean[] cancelled = {false};
    house.handlers.put(
        "once", messages(in -> Mono.<Message>never().doOnCancel(() -> cancelled[0] = true)));

    fails(visitor.withTicket().send(bob.id(), Message.empty(), to("once")), FailureCode.TIMEOUT);
    time.advance(Duration.ofSeconds(1));

    assertThat(cancelled[0]).isTrue();
  }

  @Test
  void isCancelledWithTheExchange() {
    boolean[] cancelled = {false};
    house.before = Mono.<Void>never().doOnCancel(() -> cancelled[0] = true);

    Disposable call =
        visitor.withTicket().send(bob.id(), Message.empty(), to("once")).subscribe(m -> {});
    time.runDue();
    call.dispose();
    time.runDue();

    assertThat(cancelled[0]).isTrue();
    assertThat(house.admitted).isZero();
  }

  @Test
  void leavesOtherRoutesAsTheyAre() {
    bob.receive(in -> Mono.just(Message.text(String.valueOf(in.annex()))));

    assertThat(time.await(alice.send(bob.id(), Message.empty())).text()).isEqualTo("null");
    assertThat(List.of(house.admitted, visitor.admitted)).containsOnly(0);
  }

  private static Handler messages(Handler.Messages handler) {
    return handler;
  }

  private static Handler streams(Handler.Streams handler) {
    return handler;
  }

  private static Handler channels(Handler.Channels handler) {
    return handler;
  }
}
