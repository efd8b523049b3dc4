package dev.parley.transport.rsocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Address;
import dev.parley.Executed;
import dev.parley.Identity;
import dev.parley.Message;
import dev.parley.MessagingException;
import dev.parley.spi.Link;
import dev.parley.testkit.fault.Fault;
import dev.parley.testkit.fault.FaultProxy;
import dev.parley.transport.rsocket.TransportFixture.Started;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Several links between two agents: dead ones that nobody knows of, and several processes. */
class SeveralLinksTest {
  private static final Duration LIMIT = TransportFixture.LIMIT;

  private final TransportFixture fixture = new TransportFixture();
  private final List<SilentRelay> relays = new ArrayList<>();

  @AfterEach
  void close() {
    fixture.close();
    relays.forEach(SilentRelay::close);
  }

  /** Two identities, the one with the smaller id first. */
  private static List<Identity> two() {
    Identity one = Identity.generate();
    Identity other = Identity.generate();
    return one.id().compareTo(other.id()) < 0 ? List.of(one, other) : List.of(other, one);
  }

  private Started listening(Identity identity, String name) {
    return fixture.start(
        identity,
        in -> Mono.just(Message.text(name)),
        o -> o.listen(Address.tcp("127.0.0.1", 0)).dialling(d -> d.reconnectFor(Duration.ZERO)));
  }

  private static String ask(Link link) {
    return link.requestResponse(TransportFixture.request(Message.text("who?"))).block(LIMIT).text();
  }

  /** A link through a relay that then falls silent: its far end never learns of its end. */
  private Link linkThatDiesUnheard(Started from, Started to) {
    SilentRelay relay = new SilentRelay(to.address().port());
    relays.add(relay);
    Link link = from.connect(to.id(), Address.tcp("127.0.0.1", relay.port())).block(LIMIT);
    assertThat(ask(link)).isNotEmpty();
    relay.fallSilent();
    return link;
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aProcessThatCrashedUnheardIsServedAtOnceWhenItIsBack(boolean survivorIsSmaller) {
    List<Identity> ids = two();
    Started survivor = listening(ids.get(survivorIsSmaller ? 0 : 1), "survivor");
    Identity peer = ids.get(survivorIsSmaller ? 1 : 0);
    Started crashed = listening(peer, "crashed");
    linkThatDiesUnheard(crashed, survivor);
    crashed.transport().close().block(LIMIT);

    Started back = listening(peer, "back");
    Link link = back.connect(survivor).block(LIMIT);

    assertThat(ask(link)).isEqualTo("survivor");
    assertThat(ask(survivor.connect(back).block(LIMIT))).isEqualTo("back");
    awaitClosed("silent");
    assertThat(ask(link)).isEqualTo("survivor");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aLinkThatDiedOnTheWayGivesWayToTheNextOfTheSameProcess(boolean survivorIsSmaller) {
    List<Identity> ids = two();
    Started survivor = listening(ids.get(survivorIsSmaller ? 0 : 1), "survivor");
    Started peer = listening(ids.get(survivorIsSmaller ? 1 : 0), "peer");
    Link dead = linkThatDiesUnheard(survivor, peer);
    // The peer has noticed, the survivor has not.
    peer.transport().links().forEach(l -> l.closeGracefully(Duration.ZERO).block(LIMIT));

    Link link = peer.connect(survivor).block(LIMIT);

    assertThat(ask(link)).isEqualTo("survivor");
    assertThat(dead.onClose().thenReturn(true).block(LIMIT)).isTrue();
    assertThat(fixture.closedLinks).contains("silent");
    assertThat(ask(survivor.connect(peer).block(LIMIT))).isEqualTo("peer");
  }

  @Test
  void deadLinksKeepNoLiveOneOut() {
    Started survivor = listening(Identity.generate(), "survivor");
    Identity peer = Identity.generate();
    for (int i = 0; i < 20; i++) {
      Started crashed = listening(peer, "crashed");
      linkThatDiesUnheard(crashed, survivor);
      crashed.transport().close().block(LIMIT);
    }

    Started back = listening(peer, "back");

    assertThat(ask(back.connect(survivor).block(LIMIT))).isEqualTo("survivor");
  }

  @Test
  void twoProcessesWithOneKeyStandSideBySide() {
    Started common = listening(Identity.generate(), "common");
    Identity key = Identity.generate();
    Started one = listening(key, "one");
    Started other = listening(key, "other");

    for (int i = 0; i < 100; i++) {
      assertThat(ask(one.connect(common).block(LIMIT))).isEqualTo("common");
      assertThat(ask(other.connect(common).block(LIMIT))).isEqualTo("common");
      assertThat(ask(common.connect(one).block(LIMIT))).isIn("one", "other");
    }

    assertThat(fixture.openedLinks).hasSize(4); // two, each at both ends
    assertThat(fixture.closedLinks).isEmpty();
  }

  @Test
  void aCheckLeavesTheLinkAlone() {
    Sinks.One<Message> answer = Sinks.one();
    Started bob =
        fixture.start(
            Identity.generate(), in -> answer.asMono(), o -> o.listen(Address.tcp("127.0.0.1", 0)));
    Started alice = listening(Identity.generate(), "alice");
    Link link = alice.connect(bob).block(LIMIT);
    CompletableFuture<Message> running =
        link.requestResponse(TransportFixture.request(Message.text("wait"))).toFuture();

    for (int i = 0; i < 10; i++) {
      alice.transport().check(bob.id(), bob.address()).block(LIMIT);
      bob.transport().check(alice.id(), alice.address()).block(LIMIT);
    }
    // What a check might set in motion would show within the time that a doubted link has.
    assertThat(link.ping().delaySubscription(Duration.ofMillis(1200)).block(LIMIT)).isNotNull();
    answer.tryEmitValue(Message.text("done"));

    assertThat(running.join().text()).isEqualTo("done");
    assertThat(alice.transport().openLink(bob.id())).isSameAs(link);
    assertThat(fixture.openedLinks).hasSize(2);
    assertThat(fixture.closedLinks).isEmpty();
  }

  /** As of a peer whose process is frozen: its kernel takes bytes, and answers none. */
  @Test
  void aLinkThatOwesAnswersAndIsSilentTakesNothingNew() {
    Started alice = listening(Identity.generate(), "alice");
    Started bob = listening(Identity.generate(), "bob");
    linkThatDiesUnheard(alice, bob);
    CompletableFuture<Message> owed = owed(alice, bob);

    await(() -> alice.transport().openLink(bob.id()) == null);
    Link next = alice.connect(bob).block(LIMIT);

    assertThat(ask(next)).isEqualTo("bob");
    assertThat(owed)
        .failsWithin(LIMIT)
        .withThrowableThat()
        .havingCause()
        .isInstanceOfSatisfying(
            MessagingException.class, e -> assertThat(e.executed()).isEqualTo(Executed.UNKNOWN));
    assertThat(fixture.closedLinks).contains("silent");
  }

  @Test
  void aLinkIsUsedAgainWhenItsPeerIsHeardAgain() {
    Started alice = listening(Identity.generate(), "alice");
    Started bob = listening(Identity.generate(), "bob");
    try (FaultProxy way = FaultProxy.to("127.0.0.1", bob.address().port()).start()) {
      Link link = alice.connect(bob.id(), Address.tcp("127.0.0.1", way.port())).block(LIMIT);
      way.toServer(Fault.stallAfter(0));
      CompletableFuture<Message> owed = owed(alice, bob);
      await(() -> alice.transport().openLink(bob.id()) == null);
      CompletableFuture<Link> waiting =
          alice.transport().connect(bob.id(), trail -> Flux.never(), trail -> {}).toFuture();

      way.heal();

      assertThat(owed.join().text()).isEqualTo("bob");
      assertThat(waiting.join()).isSameAs(link);
      assertThat(alice.transport().openLink(bob.id())).isSameAs(link);
    }
  }

  private static CompletableFuture<Message> owed(Started from, Started to) {
    return from.transport()
        .openLink(to.id())
        .requestResponse(TransportFixture.request(Message.text("who?")))
        .toFuture();
  }

  private void await(BooleanSupplier condition) {
    Flux.interval(Duration.ofMillis(5))
        .filter(i -> condition.getAsBoolean())
        .next()
        .timeout(LIMIT)
        .onErrorMap(e -> new AssertionError("closed: " + fixture.closedLinks))
        .block();
  }

  private void awaitClosed(String reason) {
    await(() -> fixture.closedLinks.contains(reason));
  }
}
