package dev.parley.dht.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Address;
import dev.parley.dht.DhtEvent;
import dev.parley.dht.DhtOptions;
import dev.parley.dht.PublishReport;
import dev.parley.dht.node.Calls;
import dev.parley.dht.node.Environments;
import dev.parley.dht.node.NodeCore;
import dev.parley.dht.node.Nodes;
import dev.parley.dht.node.Reachability;
import dev.parley.dht.node.StubRpc;
import dev.parley.dht.port.CallOptions;
import dev.parley.dht.wire.AgentListing;
import dev.parley.dht.wire.Contact;
import dev.parley.dht.wire.DhtAnswer;
import dev.parley.dht.wire.DhtRequest;
import dev.parley.dht.wire.IpEndpoint;
import dev.parley.dht.wire.ListingSigner;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

/** When our own listing is signed and brought, and when not. */
class PublisherTest {
  private static final Duration MOMENT = Duration.ofMillis(1);
  private static final IpEndpoint HOME = IpEndpoint.v4(0x2e000001, 7400);

  private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
  private final Nodes nodes = new Nodes(21);
  private final Holders rpc = new Holders();
  private final NodeCore core =
      new NodeCore(
          Nodes.ALICE_KEY,
          DhtOptions.builder().mode(DhtOptions.Mode.SERVER).build(),
          Environments.of(time, nodes.random(), rpc));
  private final Calls calls = new Calls(core);
  private final Publisher publisher = new Publisher(core, calls);
  private final List<PublishReport> reports = new ArrayList<>();
  private final List<Contact> holders = nodes.contacts(5);

  PublisherTest() {
    calls.observe(new Reachability(core, calls));
    meet();
    rpc.peers = nodes.contacts(1);
  }

  private void meet() {
    holders.forEach(c -> core.admit(c, 10, false));
  }

  /** Lets time pass; the holders are alive at its end. */
  private void later(Duration duration) {
    time.advanceTimeBy(duration);
    meet();
  }

  /** Nodes that hold what they are given, and a peer with an open link. */
  private static final class Holders extends StubRpc {
    final List<AgentListing> brought = new ArrayList<>();
    final List<AgentListing> pushed = new ArrayList<>();
    final List<DhtRequest.Have> offers = new ArrayList<>();
    List<Contact> peers;
    @Nullable AgentListing newer;

    @Override
    public Mono<DhtAnswer> call(Contact to, DhtRequest request, CallOptions options) {
      if (request instanceof DhtRequest.Put put) {
        (peers.contains(to) ? pushed : brought).add(put.listing());
        AgentListing held = newer;
        if (held != null && held.compareVersion(put.listing()) > 0) {
          return Mono.just(new DhtAnswer.Stored(DhtAnswer.PutResult.OLDER, held, List.of()));
        }
        return Mono.just(new DhtAnswer.Stored(DhtAnswer.PutResult.STORED, null, List.of()));
      }
      if (request instanceof DhtRequest.Have have) {
        offers.add(have);
        return Mono.just(new DhtAnswer.Wanted(0));
      }
      return Mono.just(new DhtAnswer.Nodes(List.of()));
    }

    @Override
    public List<Contact> links() {
      return peers;
    }

    List<AgentListing> distinct() {
      return brought.stream().distinct().toList();
    }
  }

  private static IpEndpoint port(int port) {
    return HOME.withPort(port);
  }

  private void publish(IpEndpoint... addresses) {
    core.execute(() -> publisher.publish(List.of(addresses), reports::add));
  }

  private void publishFirst() {
    publish(HOME);
    time.advanceTimeBy(MOMENT);
    assertThat(rpc.distinct()).hasSize(1);
  }

  @Test
  void theFirstListingGoesAtOnceToHoldersAndPeers() {
    publishFirst();

    assertThat(rpc.brought).hasSize(5);
    assertThat(rpc.pushed).isEqualTo(rpc.distinct());
    assertThat(reports)
        .singleElement()
        .satisfies(
            report -> {
              assertThat(report.stored()).isEqualTo(5);
              assertThat(report.complete()).isTrue();
            });
  }

  @Test
  void changesAreBroughtTogetherOnceTheyHaveSettled() {
    publishFirst();
    later(Duration.ofMinutes(5));
    publish(port(7401));
    time.advanceTimeBy(Duration.ofMillis(1500));
    publish(port(7402));
    time.advanceTimeBy(Duration.ofMillis(1990));
    assertThat(rpc.distinct()).hasSize(1);

    time.advanceTimeBy(Duration.ofMillis(20));

    assertThat(rpc.distinct()).hasSize(2);
    assertThat(rpc.distinct().get(1).addresses()).isEqualTo(List.of(port(7402)));
    assertThat(rpc.pushed).isEqualTo(rpc.distinct());
    assertThat(reports).hasSize(3).allMatch(PublishReport::complete);
    assertThat(reports.get(1)).isEqualTo(reports.get(2));
  }

  @Test
  void changesAreBroughtHalfAMinuteApart() {
    publishFirst();
    time.advanceTimeBy(Duration.ofSeconds(10));
    publish(port(7401));
    time.advanceTimeBy(Duration.ofMillis(19_990));
    assertThat(rpc.distinct()).hasSize(1);

    time.advanceTimeBy(Duration.ofMillis(20));

    assertThat(rpc.distinct()).hasSize(2);
  }

  @Test
  void whatChangesAllTheTimeIsBroughtEveryHalfMinute() {
    publishFirst();
    for (int i = 1; i <= 300; i++) {
      later(Duration.ofSeconds(1));
      publish(port(7400 + i));
    }

    assertThat(rpc.distinct()).hasSizeBetween(9, 11);
  }

  @Test
  void whatIsTheSameIsNotSignedAnew() {
    publishFirst();
    for (int i = 0; i < 100; i++) {
      time.advanceTimeBy(Duration.ofSeconds(5));
      publish(HOME);
    }

    assertThat(rpc.distinct()).hasSize(1);
    assertThat(rpc.brought).hasSize(5);
    assertThat(reports).hasSize(101).allMatch(report -> report.stored() == 5);
  }

  @Test
  void aChangeThatIsTakenBackIsNotBrought() {
    publishFirst();
    publish(port(7401));
    time.advanceTimeBy(Duration.ofSeconds(1));
    publish(HOME);

    time.advanceTimeBy(Duration.ofMinutes(2));

    assertThat(rpc.distinct()).hasSize(1);
    assertThat(reports).hasSize(3);
  }

  @Test
  void aFarewellGoesAtOnceAlsoBeforeAChange() {
    publishFirst();
    publish(port(7401));
    publish();
    time.advanceTimeBy(MOMENT);

    assertThat(rpc.distinct()).hasSize(2);
    assertThat(rpc.distinct().get(1).isTombstone()).isTrue();
    time.advanceTimeBy(Duration.ofMinutes(2));
    assertThat(rpc.distinct()).hasSize(2);
  }

  /** Or the old process of two that overlap would take the new one's listing away. */
  @Test
  void aFarewellEndsOurOwnListingAndNoneThatWasSignedSince() {
    publishFirst();
    later(Duration.ofMinutes(5));
    rpc.newer = Nodes.aliceListing(rpc.distinct().get(0).sequence() + 1_000_000);
    publish();
    later(Duration.ofMinutes(5));

    AgentListing first = rpc.distinct().get(0);
    AgentListing farewell = rpc.distinct().get(1);
    assertThat(farewell.isTombstone()).isTrue();
    assertThat(farewell.sequence()).isEqualTo(first.sequence() + 1);
    assertThat(farewell.expiresAtMillis()).isGreaterThanOrEqualTo(first.expiresAtMillis());
    assertThat(rpc.distinct()).as("not repeated with a higher sequence").hasSize(2);
  }

  @Test
  void tellsThatAnotherProcessSignsWithTheSameKey() {
    List<DhtEvent.KeyUsedElsewhere> told = new ArrayList<>();
    core.telemetry.events().ofType(DhtEvent.KeyUsedElsewhere.class).subscribe(told::add);
    publishFirst();
    later(Duration.ofMinutes(5));
    assertThat(told).isEmpty();
    rpc.newer = Nodes.aliceListing(rpc.distinct().get(0).sequence() + 1_000_000_000);

    publish(port(7401));
    later(Duration.ofMinutes(5));

    assertThat(told).isNotEmpty();
    assertThat(told.get(0).addresses()).containsExactly(Address.tcp("11.0.0.1", 7400));
  }

  /** Its listing may still be held: the process was killed. */
  @Test
  void whatAnEarlierProcessSignedIsNoOther() {
    List<DhtEvent.KeyUsedElsewhere> told = new ArrayList<>();
    core.telemetry.events().ofType(DhtEvent.KeyUsedElsewhere.class).subscribe(told::add);
    rpc.newer = Nodes.aliceListing((Nodes.WALL + 3_600_000) * 1000);

    publish(HOME);
    time.advanceTimeBy(MOMENT);

    assertThat(rpc.distinct()).hasSize(2);
    assertThat(told).isEmpty();
  }

  /** The clock has been set back since, or another process signed with one that is ahead. */
  @Test
  void outbidsAFarewellOfItsOwnThatIsHeldAtOnce() {
    rpc.newer =
        AgentListing.sign(
            Nodes.NETWORK,
            Nodes.ALICE_KEY,
            (Nodes.WALL + 3_600_000) * 1000,
            Duration.ofHours(24),
            List.of(),
            false,
            ListingSigner.of(Nodes.ALICE));
    publish(HOME);
    time.advanceTimeBy(MOMENT);

    assertThat(rpc.distinct()).hasSize(2);
    assertThat(rpc.distinct().get(1).sequence()).isGreaterThan(rpc.newer.sequence());
    assertThat(reports).singleElement().matches(report -> report.stored() >= 5);
  }

  @Test
  void thatTheNodeNoLongerServesIsAChange() {
    publishFirst();
    core.setServer(false);
    for (int i = 0; i < 4; i++) {
      time.advanceTimeBy(Duration.ofSeconds(30));
      core.execute(publisher::tick);
    }

    assertThat(rpc.distinct()).hasSize(2);
    assertThat(rpc.distinct()).map(AgentListing::isClientOnly).containsExactly(false, true);
  }

  @Test
  void callersThatWaitAreBounded() {
    publishFirst();
    for (int i = 0; i < 200; i++) {
      publish(port(7401));
    }
    assertThat(reports).hasSize(1 + 200 - Publisher.MAX_WAITING);

    time.advanceTimeBy(Duration.ofMinutes(1));

    assertThat(reports).hasSize(201);
    assertThat(rpc.distinct()).hasSize(2);
  }

  @Test
  void isOfferedFirstWhenItIsBroughtAgain() {
    publishFirst();
    later(Duration.ofMinutes(75));
    core.execute(publisher::tick);
    time.advanceTimeBy(Duration.ofSeconds(1));

    assertThat(rpc.offers).hasSize(5);
    assertThat(rpc.brought).as("everyone has it").hasSize(5);
  }

  @Test
  void atMostSixtyFourPeersAreTold() {
    rpc.peers = nodes.contacts(200);
    publishFirst();

    assertThat(rpc.pushed).hasSize(64);
  }

  /** Who is far from the place by now would answer with the old listing before others do. */
  @Test
  void aChangeIsAlsoBroughtToThoseThatTookTheListingBefore() {
    publishFirst();
    rpc.brought.clear();
    holders.forEach(c -> core.table.remove(c.key()));
    holders.clear();
    holders.addAll(nodes.contacts(3));
    later(Duration.ofMinutes(1));

    publish(port(7401));
    time.advanceTimeBy(Duration.ofMinutes(1));

    assertThat(rpc.brought).hasSize(8).allMatch(r -> r.addresses().equals(List.of(port(7401))));
  }
}
