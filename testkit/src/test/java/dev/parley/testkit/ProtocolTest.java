package dev.parley.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.parley.Address;
import dev.parley.Agent;
import dev.parley.AgentId;
import dev.parley.AgentResolver.Candidate;
import dev.parley.FailureCode;
import dev.parley.Identity;
import dev.parley.Inbound;
import dev.parley.Message;
import dev.parley.MessagingException;
import dev.parley.SendOptions;
import dev.parley.messenger.Messenger;
import dev.parley.spi.Bound;
import dev.parley.spi.Host;
import dev.parley.spi.Link;
import dev.parley.spi.NodeListener;
import dev.parley.spi.Protocol;
import dev.parley.spi.Receiver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What a node speaks beside messages, by a protocol that knows each door there is. */
class ProtocolTest {
  private static final SendOptions TALLY = SendOptions.to("parley.tally/count");

  private final VirtualTime time = VirtualTime.create();
  private final InMemoryNetwork network = InMemoryNetwork.create(time);
  private final List<String> life = new ArrayList<>();
  private final InMemoryAgent alice = network.agent();

  /** Counts who asked it how often, finds one agent, and writes down its life. */
  private final class Tally implements Protocol, Receiver {
    private final List<AgentId> askers = new ArrayList<>();
    private Host host;

    @Override
    public String name() {
      return "tally";
    }

    @Override
    public Mono<Running> start(Host value) {
      return Mono.fromSupplier(
          () -> {
            host = value;
            life.add("start");
            host.answer("parley.tally/*", this);
            host.agent().receive("parley.tally/hello", in -> Mono.just(Message.text("hello")));
            host.watchLinks(
                new NodeListener() {
                  @Override
                  public void linkOpened(Link link) {
                    life.add("link");
                  }
                });
            host.disposeLast(() -> life.add("disposed"));
            return new Counting();
          });
    }

    @Override
    public Mono<Message> requestResponse(Link link, Inbound request) {
      return Mono.fromSupplier(
          () -> {
            askers.add(request.from());
            return Message.text(String.valueOf(askers.size()));
          });
    }

    @Override
    public Mono<Void> fireAndForget(Link link, Inbound request) {
      return Mono.fromRunnable(() -> askers.add(request.from()));
    }

    @Override
    public Flux<Message> requestStream(Link link, Inbound request) {
      return Flux.fromIterable(askers).map(id -> Message.text(id.toString()));
    }

    @Override
    public Flux<Message> requestChannel(Link link, Inbound first, Publisher<Message> rest) {
      return Flux.from(rest);
    }

    private final class Counting implements Running {
      @Override
      public void listening(List<Address> addresses) {
        life.add("listening at " + addresses.size());
      }

      @Override
      public Mono<Void> leave() {
        return Mono.fromRunnable(() -> life.add("leave"));
      }

      @Override
      public void closing() {
        life.add("closing");
      }

      @Override
      public Mono<Void> stop() {
        return Mono.fromRunnable(() -> life.add("stop, links " + host.links().links().size()));
      }

      @Override
      public List<Bound> bounds() {
        return List.of(new Bound("maxAskers", askers.size(), 10));
      }
    }
  }

  private final Tally tally = new Tally();

  private Messenger with(Protocol protocol) {
    AgentId id = Identity.generate().id();
    Messenger messenger =
        Messenger.builder(id, network.transport(id))
            .nanoClock(time)
            .timer(time.scheduler())
            .with(protocol)
            .build();
    time.await(messenger.start());
    return messenger;
  }

  @Test
  void answersOnItsRoutesAndLivesWithItsNode() {
    Messenger bob = with(tally);

    assertThat(time.await(alice.send(bob.id(), Message.empty(), TALLY)).text()).isEqualTo("1");
    assertThat(time.await(alice.send(bob.id(), Message.empty(), TALLY)).text()).isEqualTo("2");
    SendOptions hello = SendOptions.to("parley.tally/hello"); // a handler comes before it
    assertThat(time.await(alice.send(bob.id(), Message.empty(), hello)).text()).isEqualTo("hello");
    assertThat(tally.askers).containsExactly(alice.id(), alice.id());
    assertThat(bob.protocolBounds()).containsExactly(new Bound("maxAskers", 2, 10));
    assertThat(bob.protocol(Tally.Counting.class)).isPresent();

    bob.drain(Duration.ofSeconds(1)).subscribe();
    time.advance(Duration.ofSeconds(2));

    assertThat(life)
        .startsWith("start", "listening at 1", "link", "leave", "closing", "stop, links 1");
  }

  @Test
  void threadsOfItsGoWhenAllElseHasEnded() {
    Messenger bob = with(tally);

    bob.close().block(Duration.ofSeconds(10));

    assertThat(life).endsWith("disposed").contains("closing", "stop, links 0");
  }

  @Test
  void otherRoutesAreNotItsOwn() {
    Messenger bob = with(tally);

    assertThatExceptionOfType(MessagingException.class)
        .isThrownBy(
            () -> time.await(alice.send(bob.id(), Message.empty(), SendOptions.to("parley.tall"))))
        .returns(FailureCode.NO_RECEIVER, MessagingException::code);
    assertThat(tally.askers).isEmpty();
  }

  @Test
  void usersCannotTakeItsRoutes() {
    Agent bob = with(tally);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> bob.receive("parley.tally/hello", in -> Mono.empty()))
        .withMessageContaining("reserved");
  }

  @Test
  void addsNothingAfterItsStart() {
    with(tally);

    assertThatIllegalStateException()
        .isThrownBy(() -> tally.host.answer("parley.other", tally))
        .withMessageContaining("tally has started");
    assertThatIllegalStateException()
        .isThrownBy(() -> tally.host.identity())
        .withMessageContaining("keys");
  }

  /** Two that answer the same would hide one another. */
  @Test
  void twoOnOneRouteDoNotStart() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> {
              AgentId id = Identity.generate().id();
              Messenger twice =
                  Messenger.builder(id, network.transport(id))
                      .nanoClock(time)
                      .timer(time.scheduler())
                      .with(tally)
                      .with(new Tally())
                      .build();
              time.await(twice.start());
            })
        .withMessageContaining("another protocol");
  }

  /** The address of one agent, which no book has. */
  private record Finding(Agent whom, List<Address> where) implements Protocol {
    @Override
    public String name() {
      return "finding";
    }

    @Override
    public Mono<Running> start(Host host) {
      return Mono.fromSupplier(
          () -> {
            host.search(
                (agent, trail) ->
                    agent.equals(whom.id())
                        ? Flux.fromIterable(where).map(a -> new Candidate(a, "finding"))
                        : Flux.empty());
            return new Running() {};
          });
    }
  }

  @Test
  void findsPeers() {
    List<Address> at = new ArrayList<>();
    time.await(alice.resolve(with(tally).id()).collectList());
    InMemoryTransport transport = network.transport(Identity.generate().id());
    at.add(transport.address());
    Messenger carol =
        Messenger.builder(transport.self(), transport)
            .nanoClock(time)
            .timer(time.scheduler())
            .receive("", in -> Mono.just(Message.text("found")))
            .build();
    time.await(carol.start());

    Messenger dave = with(new Finding(carol, at));

    assertThat(time.await(dave.send(carol.id(), Message.empty())).text()).isEqualTo("found");
  }
}
