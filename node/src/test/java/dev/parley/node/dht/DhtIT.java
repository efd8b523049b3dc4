package dev.parley.node.dht;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.Address;
import dev.parley.FailureCode;
import dev.parley.Handler;
import dev.parley.Identity;
import dev.parley.Message;
import dev.parley.MessagingException;
import dev.parley.PeerAddress;
import dev.parley.Phase;
import dev.parley.SendOptions;
import dev.parley.dht.DhtEvent;
import dev.parley.dht.DhtOptions;
import dev.parley.dht.Outcome;
import dev.parley.dht.ResolveOptions;
import dev.parley.dht.Resolved;
import dev.parley.dht.port.DhtListener;
import dev.parley.dht.port.DhtState;
import dev.parley.dht.wire.AgentListing;
import dev.parley.dht.wire.DhtAnswer;
import dev.parley.dht.wire.DhtKey;
import dev.parley.node.AgentNode;
import dev.parley.node.AgentNodeBuilder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Real nodes over loopback that know one seed and otherwise nothing but keys. */
@Timeout(180)
class DhtIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Handler.Messages ECHO = in -> Mono.just(in.message());

  private final List<AgentNode> nodes = new ArrayList<>();

  @AfterEach
  void close() {
    Flux.fromIterable(nodes).flatMap(AgentNode::closeLater).blockLast(LIMIT);
  }

  private AgentNode start(AgentNodeBuilder builder) {
    AgentNode node = builder.start().block(LIMIT);
    nodes.add(node);
    return node;
  }

  private static AgentNodeBuilder node() {
    return AgentNode.builder().identity(Identity.generate()).network("test");
  }

  private static AgentNodeBuilder listening() {
    return node().listen("127.0.0.1", 0).receive(ECHO);
  }

  private static PeerAddress addressOf(AgentNode node) {
    return new PeerAddress(node.id(), node.addresses().get(0));
  }

  private AgentNode seed() {
    AgentNode seed = start(listening().with(Dht.defaults()));
    seed.online().block(LIMIT);
    return seed;
  }

  private AgentNode joining(AgentNodeBuilder builder, AgentNode seed) {
    return joining(builder, Dht.builder(), seed);
  }

  private AgentNode joining(AgentNodeBuilder builder, Dht.Builder dht, AgentNode seed) {
    AgentNode node = start(builder.with(dht.seed(addressOf(seed)).build()));
    node.online().block(LIMIT);
    return node;
  }

  private static String echoed(AgentNode from, AgentNode to) {
    return from.send(to.id(), Message.text("hello")).block(LIMIT).text();
  }

  private static boolean knows(AgentNode node, AgentNode other) {
    return Dht.of(node).dht().snapshot().block(LIMIT).contacts().stream()
        .anyMatch(c -> c.peer().id().equals(other.id()));
  }

  private static void until(BooleanSupplier condition) {
    Flux.interval(Duration.ofMillis(20), Schedulers.boundedElastic())
        .filter(i -> condition.getAsBoolean())
        .blockFirst(LIMIT);
  }

  private static MessagingException failure(Mono<?> send) {
    AtomicReference<MessagingException> caught = new AtomicReference<>();
    assertThatThrownBy(() -> send.block(LIMIT))
        .isInstanceOfSatisfying(MessagingException.class, caught::set);
    return caught.get();
  }

  @Test
  void everyoneReachesEveryoneWithNothingButKeys() {
    AgentNode seed = seed();
    List<AgentNode> all = new ArrayList<>(List.of(seed));
    for (int i = 0; i < 7; i++) {
      all.add(joining(listening(), seed));
    }

    for (AgentNode from : all) {
      for (AgentNode to : all) {
        if (from != to) {
          assertThat(echoed(from, to))
              .as("from %s to %s", all.indexOf(from), all.indexOf(to))
              .isEqualTo("hello");
        }
      }
    }
  }

  @Test
  void manyMayJoinAtTheSameTime() {
    AgentNode seed = start(listening().with(Dht.defaults()));
    List<AgentNode> all = new ArrayList<>(List.of(seed));
    for (int i = 0; i < 7; i++) {
      all.add(start(listening().with(Dht.seeds(addressOf(seed)))));
    }
    all.forEach(node -> node.online().block(LIMIT));

    for (AgentNode to : all.subList(1, all.size())) {
      assertThat(echoed(seed, to)).isEqualTo("hello");
    }
  }

  @Test
  void findsPeersWhenTheSeedIsGone() {
    AgentNode seed = seed();
    AgentNode alice = joining(listening(), seed);
    AgentNode bob = joining(listening(), seed);
    AgentNode carol = joining(listening(), seed);
    seed.close();

    assertThat(echoed(alice, carol)).isEqualTo("hello");
    assertThat(echoed(carol, bob)).isEqualTo("hello");
    assertThat(echoed(bob, alice)).isEqualTo("hello");
  }

  @Test
  void aClientFindsServersAndIsNotAskedItself() {
    AgentNode seed = seed();
    AgentNode bob = joining(listening(), seed);
    AgentNode alice = joining(node(), seed);

    assertThat(echoed(alice, bob)).isEqualTo("hello");
    assertThat(Dht.of(seed).dht().snapshot().block(LIMIT).contacts())
        .noneMatch(c -> c.peer().id().equals(alice.id()));
  }

  @Test
  void anUnknownAgentIsNotFoundLongBeforeTheDeadline() {
    AgentNode seed = seed();
    AgentNode alice = joining(listening(), seed);

    MessagingException e =
        failure(alice.send(Identity.generate().id(), Message.text("nobody there")));

    assertThat(e.code()).isEqualTo(FailureCode.AGENT_NOT_FOUND);
    assertThat(e.phase()).isEqualTo(Phase.RESOLVE);
    assertThat(e.trail().steps()).anyMatch(s -> s.subject().equals("dht"));
  }

  @Test
  void anAgentThatLeftIsUnreachable() {
    AgentNode seed = seed();
    AgentNode alice = joining(listening(), seed);
    AgentNode polite = joining(listening(), seed);
    AgentNode crashed = joining(listening(), seed);
    polite.drain(Duration.ofSeconds(1)).block(LIMIT);
    crashed.close();

    MessagingException left = failure(alice.send(polite.id(), Message.text("still there?")));
    MessagingException gone = failure(alice.send(crashed.id(), Message.text("still there?")));

    assertThat(left.code()).isEqualTo(FailureCode.AGENT_UNREACHABLE);
    assertThat(gone.code()).isEqualTo(FailureCode.AGENT_UNREACHABLE);
    assertThat(gone.phase()).isEqualTo(Phase.DIAL);
  }

  @Test
  void reachesAnAgentThatMoved() {
    AgentNode seed = seed();
    AgentNode alice = joining(listening(), seed);
    Identity who = Identity.generate();
    AgentNode bob = joining(listening().identity(who), seed);
    assertThat(echoed(alice, bob)).isEqualTo("hello");
    bob.close();

    AgentNode moved = joining(listening().identity(who), seed);

    assertThat(moved.addresses()).isNotEqualTo(bob.addresses());
    assertThat(echoed(alice, moved)).isEqualTo("hello");
  }

  @Test
  void reachesAnAgentThatListensForWebSocketsOnly() {
    AgentNode seed = seed();
    AgentNode alice = joining(node(), seed); // nobody's contact, so bob has no link to it
    AgentNode bob =
        joining(node().listen(Address.ws("127.0.0.1", 0, "/parley")).receive(ECHO), seed);

    assertThat(echoed(alice, bob)).isEqualTo("hello");
    assertThat(alice.links()).anyMatch(link -> link.path().kind().equals("ws"));
    assertThat(Dht.of(bob).dht().stats().server()).isFalse();
  }

  @Test
  void tellsWhereItIsOnceAnotherHasDialledItBack() {
    AgentNode seed = seed();
    AgentNode bob =
        joining(listening(), Dht.builder().options(o -> o.mode(DhtOptions.Mode.AUTO)), seed);
    until(() -> Dht.of(bob).dht().stats().ownCopies() > 0);

    Resolved found = Dht.of(seed).resolve(bob.id(), ResolveOptions.defaults()).blockLast(LIMIT);

    assertThat(found.addresses()).isEqualTo(List.of(bob.addresses().get(0)));
  }

  @Test
  void aPeerWithAnOpenLinkHearsOfAMoveWithoutAsking() {
    AgentNode seed = seed();
    AgentNode alice = joining(listening(), seed);
    AgentNode bob = joining(listening(), seed);
    assertThat(echoed(alice, bob)).isEqualTo("hello");
    Queue<DhtEvent> heard = new ConcurrentLinkedQueue<>();
    Dht.of(alice).dht().events().subscribe(heard::add);
    Dht.of(alice).resolve(bob.id(), ResolveOptions.fresh()).blockLast(LIMIT);

    Dht.of(bob).control().publish(List.of()).block(LIMIT);

    until(() -> heard.stream().anyMatch(DhtIT::isFarewell));
  }

  private static boolean isFarewell(DhtEvent event) {
    return event instanceof DhtEvent.ListingChanged changed && changed.hasLeft();
  }

  @Test
  void explainsALookup() {
    AgentNode seed = seed();
    AgentNode alice = joining(listening(), seed);
    AgentNode bob = joining(listening(), seed);

    Resolved found = Dht.of(alice).resolve(bob.id(), ResolveOptions.fresh()).blockLast(LIMIT);

    assertThat(found.outcome()).isEqualTo(Outcome.FOUND);
    assertThat(found.addresses()).hasSize(1);
    assertThat(found.report().rpcs()).isPositive();
  }

  @Test
  void startsAgainFromSavedContacts(@TempDir Path dir) throws Exception {
    Path file = dir.resolve("contacts");
    AgentNode seed = seed();
    AgentNode bob = joining(listening(), seed);
    AgentNode alice = joining(listening(), Dht.builder().contacts(file), seed);
    until(() -> knows(alice, bob));
    alice.drain(Duration.ofSeconds(1)).block(LIMIT);
    assertThat(file).exists();
    seed.close();

    AgentNode again = start(listening().with(Dht.builder().contacts(file).build()));
    again.online().block(LIMIT);

    assertThat(echoed(again, bob)).isEqualTo("hello");
  }

  /** Also not of one that could not be sent: there is no store and forward. */
  @Test
  void noPartOfAMessageIsEverStored() {
    Queue<AgentListing> stored = new ConcurrentLinkedQueue<>();
    DhtListener spy =
        new DhtListener() {
          @Override
          public void stored(DhtKey place, AgentListing listing, DhtAnswer.PutResult result) {
            stored.add(listing);
          }
        };
    AgentNode seed = start(listening().with(Dht.builder().listener(spy).build()));
    seed.online().block(LIMIT);
    AgentNode alice = joining(listening(), Dht.builder().listener(spy), seed);
    AgentNode bob = joining(listening(), Dht.builder().listener(spy), seed);
    String canary = "canary-5d41402abc4b2a76";

    alice.send(bob.id(), Message.text(canary).withHeader(canary, canary)).block(LIMIT);
    alice.signal(bob.id(), Message.text(canary), SendOptions.timeout(LIMIT)).block(LIMIT);
    AgentNode gone = joining(listening(), Dht.builder().listener(spy), seed);
    gone.close();
    failure(alice.send(gone.id(), Message.text(canary)));

    assertThat(stored).isNotEmpty();
    assertThat(stored)
        .allSatisfy(
            listing -> {
              assertThat(new String(listing.toBytes(), StandardCharsets.ISO_8859_1))
                  .doesNotContain(canary);
              assertThat(listing.toBytes().length).isLessThan(200);
            });
    List<AgentNode> all = List.of(seed, alice, bob, gone);
    for (AgentNode node : List.of(seed, alice, bob)) {
      assertThat(Dht.of(node).dht().snapshot().block(LIMIT).listings())
          .allMatch(
              held ->
                  stored.contains(((DhtState.StoredListing) held).listing())
                      || all.stream().anyMatch(n -> held.agent().equals(n.id())));
    }
  }

  @Test
  void drainsAndClosesAsOftenAsIsAsked() {
    AgentNode bob = joining(listening(), seed());

    bob.closeLater().block(LIMIT);
    bob.drain(Duration.ofSeconds(1)).block(LIMIT);
    bob.drain(Duration.ofSeconds(1)).block(LIMIT);
    bob.closeLater().block(LIMIT);
  }

  @Test
  void refusesAReservedRoute() {
    assertThatThrownBy(() -> node().receive("parley.dht", ECHO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("reserved");
  }

  @Test
  void aNodeWithoutSeedsJoinsThroughAPeerWhoseAddressItKnows() {
    AgentNode seed = seed();
    AgentNode bob = joining(listening(), seed);
    AgentNode alice =
        start(
            listening()
                .peer(addressOf(bob))
                .with(
                    Dht.builder()
                        .options(o -> o.upkeep(u -> u.maintenanceInterval(Duration.ofSeconds(1))))
                        .build()));
    assertThat(echoed(alice, bob)).isEqualTo("hello");

    until(() -> knows(alice, seed));

    assertThat(echoed(alice, seed)).isEqualTo("hello");
  }

  @Test
  void aNodeWithPlaceForFewLinksStillReachesAndIsReachedByAll() {
    AgentNode seed = seed();
    AgentNode tight =
        joining(
            listening(),
            Dht.builder().options(o -> o.table(t -> t.maxLinks(8).maxClientLinks(8).tableLinks(4))),
            seed);
    List<AgentNode> others = new ArrayList<>();
    for (int i = 0; i < 14; i++) {
      others.add(
          joining(listening(), Dht.builder().options(o -> o.table(t -> t.tableLinks(4))), seed));
    }
    until(() -> linksOfTheDht(tight) <= 8);

    others.forEach(other -> assertThat(echoed(other, tight)).isEqualTo("hello"));
    others.forEach(other -> assertThat(echoed(tight, other)).isEqualTo("hello"));
  }

  private static long linksOfTheDht(AgentNode node) {
    return node.bounds().stream()
        .filter(bound -> bound.option().equals("maxLinks"))
        .findFirst()
        .orElseThrow()
        .used();
  }
}
