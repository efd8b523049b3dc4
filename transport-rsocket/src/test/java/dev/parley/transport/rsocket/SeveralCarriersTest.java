package dev.parley.transport.rsocket;

import static dev.parley.transport.rsocket.TransportFixture.LIMIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.parley.Address;
import dev.parley.AgentId;
import dev.parley.AgentResolver.Candidate;
import dev.parley.FailureCode;
import dev.parley.Identity;
import dev.parley.Message;
import dev.parley.MessagingException;
import dev.parley.Network;
import dev.parley.Phase;
import dev.parley.carrier.InstanceId;
import dev.parley.links.LinkOptions;
import dev.parley.links.Links;
import dev.parley.spi.Link;
import dev.parley.transport.session.SessionOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Nodes that have a pipe beside TCP: one table of links, and one race for each peer. */
class SeveralCarriersTest {
  private static final Network NETWORK = Network.open("several-carriers");
  private static final Duration STAGGER = Duration.ofMillis(250);

  private final List<Node> nodes = new ArrayList<>();

  private record Node(AgentId id, Links links, PipeCarrier pipe, List<Address> addresses) {
    Address address(Address.Scheme scheme) {
      return addresses.stream().filter(a -> a.scheme().equals(scheme)).findFirst().orElseThrow();
    }

    Link connect(AgentId peer, Address... at) {
      return links
          .connect(
              peer, trail -> Flux.fromArray(at).map(a -> new Candidate(a, "test")), trail -> {})
          .block(LIMIT);
    }
  }

  private Node node(int number) {
    Identity identity = Identity.generate();
    InstanceId instance = new InstanceId(0, number);
    TransportOptions options =
        TransportOptions.builder()
            .listen(Address.tcp("127.0.0.1", 0))
            .threads(n -> n.eventLoops(1))
            .build();
    SessionOptions session =
        SessionOptions.builder().identity(identity).network(NETWORK).instance(instance).build();
    PipeCarrier pipe = new PipeCarrier(session, options);
    Links links =
        Links.builder(identity.id())
            .carrier(pipe)
            .carrier(
                RSocketCarrier.builder(identity, NETWORK)
                    .options(options)
                    .instance(instance)
                    .build())
            .options(new LinkOptions(STAGGER, Duration.ofSeconds(1), Duration.ZERO))
            .build();
    List<Address> bound =
        links.start(new TransportFixture.Handler(in -> Mono.just(in.message()))).block(LIMIT);
    Node node = new Node(identity.id(), links, pipe, bound);
    nodes.add(node);
    return node;
  }

  @AfterEach
  void close() {
    Mono.when(nodes.stream().map(n -> n.links().close()).toList()).block(LIMIT);
  }

  private static String echo(Link link, String text) {
    return link.requestResponse(TransportFixture.request(Message.text(text))).block(LIMIT).text();
  }

  @Test
  void oneRaceOverBothLeadsToOneLinkThatStays() {
    Node alice = node(1);
    Node bob = node(2);
    Address pipe = bob.address(PipeCarrier.PIPE);
    Address tcp = bob.address(Address.Scheme.TCP);

    Link link = alice.connect(bob.id(), pipe, tcp);

    assertThat(echo(link, "first")).isEqualTo("first");
    assertThat(alice.links().links()).containsExactly(link);
    assertThat(bob.links().links()).hasSize(1);
    assertThat(alice.connect(bob.id(), tcp)).isSameAs(link);
    assertThat(echo(alice.connect(bob.id(), tcp, pipe), "second")).isEqualTo("second");
    assertThat(alice.links().links()).containsExactly(link);
    assertThat(link.stats().messagesOut()).isEqualTo(2);
  }

  @Test
  void thePeersLinkIsUsedWhicheverCarrierBroughtIt() {
    Node alice = node(1);
    Node bob = node(2);
    echo(alice.connect(bob.id(), bob.address(PipeCarrier.PIPE)), "hello");

    Link back = bob.connect(alice.id(), alice.address(Address.Scheme.TCP));

    assertThat(back.path().kind()).isEqualTo("pipe");
    assertThat(back.path().dialled()).isFalse();
    assertThat(echo(back, "back")).isEqualTo("back");
  }

  @Test
  void whereThePipeIsGoneTcpWinsTheRace() {
    Node alice = node(1);
    Node bob = node(2);
    Address nowhere = new Address(PipeCarrier.PIPE, "here", 65_535, "");
    Address tcp = bob.address(Address.Scheme.TCP);
    Link before = alice.connect(bob.id(), bob.address(PipeCarrier.PIPE));
    bob.pipe().lose();
    before.onClose().block(LIMIT);

    Link link = alice.connect(bob.id(), nowhere, tcp);

    assertThat(link.path().kind()).isEqualTo("tcp");
    assertThat(echo(link, "again")).isEqualTo("again");
  }

  @Test
  void anAddressThatNobodyCarriesIsToldWithWhatIsCarried() {
    Node alice = node(1);
    AgentId bob = Identity.generate().id();

    assertThatExceptionOfType(MessagingException.class)
        .isThrownBy(() -> alice.connect(bob, Address.parse("quic://bob.example:443")))
        .withMessageContaining("no carrier here carries quic addresses; carried are pipe, tcp, ws")
        .satisfies(
            e -> {
              assertThat(e.code()).isEqualTo(FailureCode.AGENT_UNREACHABLE);
              assertThat(e.phase()).isEqualTo(Phase.DIAL);
              assertThat(e.trail().toString()).contains("no_carrier");
            });
  }

  @Test
  void tcpDoesNotListenAtAPipe() {
    Identity identity = Identity.generate();
    TransportOptions options =
        TransportOptions.builder().listen(new Address(PipeCarrier.PIPE, "here", 1, "")).build();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> RSocketCarrier.builder(identity, NETWORK).options(options).build())
        .withMessage("listen is pipe://here:1, must be host:port or ws://host:port/path");
  }
}
