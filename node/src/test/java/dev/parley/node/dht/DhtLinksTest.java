package dev.parley.node.dht;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Address;
import dev.parley.AgentId;
import dev.parley.AgentResolver.Candidate;
import dev.parley.FailureCode;
import dev.parley.Identity;
import dev.parley.Inbound;
import dev.parley.Message;
import dev.parley.MessagingException;
import dev.parley.Network;
import dev.parley.NetworkId;
import dev.parley.Phase;
import dev.parley.Trail;
import dev.parley.dht.DhtEvent;
import dev.parley.dht.DhtOptions;
import dev.parley.dht.DhtSnapshot;
import dev.parley.dht.DhtStats;
import dev.parley.dht.PublishReport;
import dev.parley.dht.ResolveOptions;
import dev.parley.dht.Resolved;
import dev.parley.dht.port.CallOptions;
import dev.parley.dht.port.Caller;
import dev.parley.dht.port.DhtControl;
import dev.parley.dht.port.DhtRpcException;
import dev.parley.dht.port.DhtState;
import dev.parley.dht.port.Finding;
import dev.parley.dht.wire.Contact;
import dev.parley.dht.wire.DhtAnswer;
import dev.parley.dht.wire.DhtCodec;
import dev.parley.dht.wire.DhtKey;
import dev.parley.dht.wire.DhtRequest;
import dev.parley.dht.wire.IpEndpoint;
import dev.parley.dht.wire.ListingAddress;
import dev.parley.dht.wire.NodeKey;
import dev.parley.spi.Host;
import dev.parley.spi.Link;
import dev.parley.testkit.InMemoryNetwork;
import dev.parley.testkit.StubLink;
import dev.parley.testkit.VirtualTime;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.scheduler.VirtualTimeScheduler;

/** What peers may ask of the DHT over their links. */
class DhtLinksTest {
  private static final NetworkId NETWORK = Network.open("links").id();
  private static final Identity PEER = Identity.generate();

  private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
  private final DhtCodec codec = DhtCodec.of(NETWORK);
  private final Sinks.One<DhtAnswer> answer = Sinks.one();
  private final DhtLinks links =
      new DhtLinks(
          NETWORK,
          DhtOptions.defaults(),
          InMemoryNetwork.create(VirtualTime.create()).transport(Identity.generate().id()),
          time,
          () -> 0,
          agent -> {});
  private int asked;

  private final Link link = StubLink.accepted(PEER.id());

  /** A node that answers everybody when the test says so. */
  private final class Node implements DhtControl {
    @Override
    public void reseed(List<Contact> seeds) {}

    @Override
    public Mono<DhtAnswer> answer(Caller from, DhtRequest request, int deadlineMillis) {
      asked++;
      return answer.asMono();
    }

    @Override
    public NodeKey self() {
      return NodeKey.of(NETWORK, PEER.id());
    }

    @Override
    public Mono<Void> start(List<Contact> seeds, List<IpEndpoint> listen) {
      return Mono.never();
    }

    @Override
    public Mono<Void> stop() {
      return Mono.empty();
    }

    @Override
    public Flux<Resolved> resolve(AgentId agent, ResolveOptions options) {
      return Flux.never();
    }

    @Override
    public Mono<PublishReport> publish(List<? extends ListingAddress> addresses) {
      return Mono.never();
    }

    @Override
    public Flux<Contact> closest(DhtKey target) {
      return Flux.never();
    }

    @Override
    public DhtStats stats() {
      return new DhtStats(
          DhtStats.Health.GOOD,
          true,
          0,
          0,
          false,
          0,
          0,
          0,
          0,
          0,
          0,
          0,
          0,
          0,
          0,
          Map.of(),
          0,
          0,
          0,
          Map.of(),
          Map.of());
    }

    @Override
    public Flux<DhtEvent> events() {
      return Flux.never();
    }

    @Override
    public Flux<Finding> find(AgentId agent, ResolveOptions options) {
      return Flux.never();
    }

    @Override
    public Mono<DhtState> state() {
      return Mono.never();
    }

    @Override
    public Mono<DhtSnapshot> snapshot() {
      return Mono.never();
    }
  }

  private List<DhtAnswer> ask(byte[] bytes) {
    List<DhtAnswer> answers = new ArrayList<>();
    Inbound request =
        Inbound.of(
            PEER.id(),
            DhtLinks.ROUTE,
            Message.of(bytes, Message.OCTETS),
            link.path(),
            Duration.ofSeconds(10).toNanos(),
            () -> 0);
    links
        .requestResponse(link, request)
        .map(message -> codec.decodeAnswer(DhtRequest.Op.PING, message.bytes()))
        .subscribe(answers::add);
    return answers;
  }

  private byte[] ping() {
    return codec.encode(new DhtRequest.Ping(), 1000);
  }

  @Test
  void sixteenRequestsOfOnePeerAreAnsweredAtOnceAndTheOthersAreTurnedAway() {
    links.serve(new Node());
    links.linkOpened(link);
    for (int i = 0; i < DhtLinks.MAX_PER_PEER; i++) {
      assertThat(ask(ping())).isEmpty();
    }

    assertThat(ask(ping()))
        .singleElement()
        .isInstanceOfSatisfying(
            DhtAnswer.Refused.class,
            refused -> assertThat(refused.refusal()).isEqualTo(DhtAnswer.Refusal.BUSY));
    assertThat(asked).isEqualTo(16);

    answer.tryEmitValue(new DhtAnswer.Pong(IpEndpoint.v4(0x7f000001, 7400), 1, 0)).orThrow();
    assertThat(ask(ping())).singleElement().isInstanceOf(DhtAnswer.Pong.class);
  }

  @Test
  void whatCannotBeReadIsRefusedAndReachesNoNode() {
    links.serve(new Node());
    links.linkOpened(link);
    byte[] unknown = ping();
    unknown[1] = 0x55;

    assertThat(ask(new byte[] {1, 2, 3}))
        .containsExactly(new DhtAnswer.Refused(DhtAnswer.Refusal.INVALID, 0));
    assertThat(ask(unknown))
        .containsExactly(new DhtAnswer.Refused(DhtAnswer.Refusal.UNSUPPORTED, 0));
    assertThat(asked).isZero();
  }

  /** A link on which a request's failure and its cancellation meet. */
  private static Link crossing() {
    Link stub = StubLink.dialled(PEER.id());
    return (Link)
        Proxy.newProxyInstance(
            Link.class.getClassLoader(),
            new Class<?>[] {Link.class},
            (proxy, method, args) ->
                method.getName().equals("requestResponse")
                    ? Mono.from((Publisher<Message>) DhtLinksTest::fail)
                    : method.invoke(stub, args));
  }

  private static void fail(Subscriber<? super Message> caller) {
    caller.onSubscribe(
        new Subscription() {
          @Override
          public void request(long n) {}

          @Override
          public void cancel() {
            caller.onError(
                MessagingException.builder(FailureCode.NO_RECEIVER, Phase.AWAIT).build());
          }
        });
  }

  /** The links of a node that has one. */
  private record OneLink(Link link) implements Host.Links {
    @Override
    public Link openLink(AgentId peer) {
      return link;
    }

    @Override
    public Mono<Link> connect(
        AgentId peer,
        Function<Trail.Recorder, Flux<Candidate>> candidates,
        Consumer<Trail.Recorder> progress) {
      return Mono.just(link);
    }

    @Override
    public Collection<Link> links() {
      return List.of(link);
    }

    @Override
    public Mono<Void> check(AgentId peer, Address address) {
      return Mono.empty();
    }
  }

  @Test
  void aFailureThatComesWhenTheTimeIsUpIsNotLogged() {
    Link crossing = crossing();
    DhtLinks asking =
        new DhtLinks(
            NETWORK,
            DhtOptions.defaults(),
            new OneLink(crossing),
            time,
            () -> time.now(TimeUnit.NANOSECONDS),
            agent -> {});
    asking.linkOpened(crossing);
    Contact to =
        new Contact(NodeKey.of(NETWORK, PEER.id()), List.of(IpEndpoint.v4(0x7f000001, 7400)));
    CallOptions options = new CallOptions(TimeUnit.SECONDS.toNanos(1), CallOptions.Route.OPEN_LINK);
    List<Throwable> failures = new ArrayList<>();
    List<Throwable> dropped = new ArrayList<>();
    Hooks.onErrorDropped(dropped::add);
    try {
      asking.call(to, new DhtRequest.Ping(), options).subscribe(answer -> {}, failures::add);
      time.advanceTimeBy(Duration.ofSeconds(2));
    } finally {
      Hooks.resetOnErrorDropped();
    }

    assertThat(failures)
        .singleElement()
        .isInstanceOfSatisfying(
            DhtRpcException.class,
            e -> assertThat(e.kind()).isEqualTo(DhtRpcException.Kind.TIMEOUT));
    assertThat(dropped).isEmpty();
  }

  @Test
  void tellsOfTheFirstLinkToAPeerAndOfTheEndOfTheLast() {
    List<NodeKey> changes = new ArrayList<>();
    links.onLinkChange(changes::add);

    links.linkOpened(link);
    links.linkOpened(link);
    links.linkClosed(link, "local");
    assertThat(changes).hasSize(2).containsOnly(NodeKey.of(NETWORK, PEER.id()));
    links.linkClosed(link, "local");

    assertThat(changes).hasSize(3);
  }
}
