package dev.parley.dht.life;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Address;
import dev.parley.AgentId;
import dev.parley.AgentResolver.Candidate;
import dev.parley.FailureCode;
import dev.parley.MessagingException;
import dev.parley.Phase;
import dev.parley.Trail;
import dev.parley.dht.LookupReport;
import dev.parley.dht.Outcome;
import dev.parley.dht.ResolveOptions;
import dev.parley.dht.node.Nodes;
import dev.parley.dht.port.AddressRules;
import dev.parley.dht.port.Finding;
import dev.parley.dht.wire.AgentListing;
import dev.parley.dht.wire.HostEndpoint;
import dev.parley.dht.wire.IpEndpoint;
import dev.parley.dht.wire.ListingAddress;
import dev.parley.dht.wire.ListingSigner;
import dev.parley.dht.wire.WebSocketEndpoint;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

class DhtResolverTest {
  private static final IpEndpoint PUBLIC = IpEndpoint.v4(0x2e000001, 7400);
  private static final IpEndpoint MOVED = IpEndpoint.v4(0x2e000001, 7401);
  private static final IpEndpoint PRIVATE = IpEndpoint.v4(0x0a000001, 7400);
  private static final HostEndpoint NAME = new HostEndpoint("alice.example", 7400);

  private final Trail.Recorder trail = Trail.Recorder.start(() -> 0);

  private final VirtualTimeScheduler timer = VirtualTimeScheduler.create();
  private final ClaimBudget claims = new ClaimBudget(5, AddressRules.publicInternet(), () -> 0);

  /** Gives one resolution from the cache, if allowed, and another from the network. */
  private record Fixed(List<Finding> results, List<Finding> fresh) implements DhtResolver.Finder {
    @Override
    public Flux<Finding> find(AgentId agent, ResolveOptions options) {
      return Flux.fromIterable(options.cached() ? results : fresh);
    }
  }

  private static Finding resolved(@Nullable AgentListing listing, Outcome outcome) {
    return resolved(listing, outcome, "test");
  }

  private static Finding resolved(@Nullable AgentListing listing, Outcome outcome, String reason) {
    return new Finding(
        listing, new LookupReport(outcome, reason, Duration.ofMillis(5), 2, 7, List.of()));
  }

  private static Finding found(ListingAddress... addresses) {
    return resolved(
        AgentListing.sign(
            Nodes.NETWORK,
            Nodes.ALICE_KEY,
            1,
            Duration.ofHours(1),
            List.of(addresses),
            false,
            ListingSigner.of(Nodes.ALICE)),
        Outcome.FOUND);
  }

  private Flux<Candidate> resolve(boolean names, Finding... results) {
    return resolve(new Fixed(List.of(results), List.of()), names);
  }

  private Flux<Candidate> resolve(DhtResolver.Finder dht, boolean names) {
    return DhtResolver.of(dht, AddressRules.publicInternet(), names, claims, timer)
        .resolve(Nodes.ALICE.id(), trail);
  }

  @Test
  void givesCachedAddressesAndThenNewOnes() {
    StepVerifier.create(resolve(false, found(PUBLIC), found(PUBLIC, MOVED)))
        .expectNext(new Candidate(Address.parse("46.0.0.1:7400"), "dht"))
        .expectNext(new Candidate(Address.parse("46.0.0.1:7401"), "dht"))
        .verifyComplete();

    assertThat(trail.snapshot().steps()).hasSize(2);
    assertThat(trail.snapshot().steps().get(0).outcome())
        .isEqualTo("1 addresses (test, 2 hops, 7 asked, 5.0 ms)");
  }

  @Test
  void givesNoAddressThatMayNotBeDialled() {
    StepVerifier.create(resolve(false, found(PRIVATE, NAME, PUBLIC)))
        .expectNext(new Candidate(PUBLIC.toAddress(), "dht"))
        .verifyComplete();
  }

  @Test
  void givesNamesOnlyIfAllowed() {
    StepVerifier.create(resolve(true, found(NAME)))
        .expectNext(new Candidate(Address.parse("alice.example:7400"), "dht"))
        .verifyComplete();
  }

  @Test
  void givesWebSocketsLikeOtherAddresses() {
    WebSocketEndpoint open = new WebSocketEndpoint("46.0.0.1", 8080, "/parley");
    WebSocketEndpoint inner = new WebSocketEndpoint("10.0.0.1", 8080, "/parley");
    WebSocketEndpoint named = new WebSocketEndpoint("alice.example", 443, "/");

    StepVerifier.create(resolve(false, found(inner, named, open)))
        .expectNext(new Candidate(Address.parse("ws://46.0.0.1:8080/parley"), "dht"))
        .verifyComplete();
    StepVerifier.create(resolve(true, found(inner, named)))
        .expectNext(new Candidate(Address.parse("ws://alice.example:443/"), "dht"))
        .verifyComplete();
  }

  /** A dial of a WebSocket is a GET of its path, whoever listens there. */
  @Test
  void givesNoWebSocketAtAPathThatItsOwnerChose() {
    WebSocketEndpoint aimed = new WebSocketEndpoint("46.0.0.1", 8080, "/admin/shutdown");

    StepVerifier.create(resolve(true, found(aimed))).verifyComplete();
  }

  @Test
  void givesFewAddressesOfOneHost() {
    ListingAddress[] victims = new ListingAddress[8];
    for (int i = 0; i < victims.length; i++) {
      victims[i] = IpEndpoint.v4(0x2e000001, 7400 + i);
    }

    StepVerifier.create(resolve(false, found(victims))).expectNextCount(5).verifyComplete();
    StepVerifier.create(resolve(false, found(MOVED, PUBLIC)))
        .as("the same ones again")
        .expectNextCount(2)
        .verifyComplete();
    StepVerifier.create(resolve(false, found(PUBLIC.withPort(9000)))).verifyComplete();
    claims.proved(PUBLIC.toAddress());
    StepVerifier.create(resolve(false, found(PUBLIC.withPort(9000))))
        .expectNextCount(1)
        .verifyComplete();
  }

  @Test
  void completesEmptyForAgentsThatNobodyKnows() {
    StepVerifier.create(resolve(false, resolved(null, Outcome.NOT_FOUND))).verifyComplete();
  }

  @Test
  void saysThatAnAgentHasLeft() {
    StepVerifier.create(resolve(false, found()))
        .expectErrorSatisfies(
            e -> {
              MessagingException failure = (MessagingException) e;
              assertThat(failure.code()).isEqualTo(FailureCode.AGENT_UNREACHABLE);
              assertThat(failure.phase()).isEqualTo(Phase.RESOLVE);
            })
        .verify(Duration.ofSeconds(5));
  }

  @Test
  void looksUpAgainWhatWasCachedAfterItsHeadStart() {
    Finding cached = resolved(found(PUBLIC).listing(), Outcome.FOUND, "cache");
    Fixed dht = new Fixed(List.of(cached), List.of(found(PUBLIC, MOVED)));

    StepVerifier.create(resolve(dht, false))
        .expectNext(new Candidate(PUBLIC.toAddress(), "dht"))
        .then(() -> timer.advanceTimeBy(DhtResolver.HEAD_START.minusNanos(1)))
        .then(() -> assertThat(trail.snapshot().steps()).hasSize(1))
        .then(() -> timer.advanceTimeBy(Duration.ofNanos(1)))
        .expectNext(new Candidate(MOVED.toAddress(), "dht"))
        .expectComplete()
        .verify(Duration.ofSeconds(5));
  }

  @Test
  void goesOnWhereAFarewellIsFollowedByABetterListing() {
    StepVerifier.create(resolve(false, found(), found(PUBLIC)))
        .expectNext(new Candidate(PUBLIC.toAddress(), "dht"))
        .expectComplete()
        .verify(Duration.ofSeconds(5));
  }

  @Test
  void doesNotLookUpAgainWhatIsKnownToBeUnknown() {
    Finding missing = resolved(null, Outcome.NOT_FOUND, "cache");

    StepVerifier.create(resolve(new Fixed(List.of(missing), List.of(found(PUBLIC))), false))
        .expectComplete()
        .verify(Duration.ofSeconds(5));
  }

  @Test
  void errorsWhenItCouldNotAskEveryone() {
    StepVerifier.create(resolve(false, resolved(null, Outcome.PARTIAL)))
        .expectErrorSatisfies(
            e -> {
              MessagingException failure = (MessagingException) e;
              assertThat(failure.code()).isEqualTo(FailureCode.AGENT_NOT_FOUND);
              assertThat(failure.isRetryable()).isTrue();
              assertThat(failure).hasMessageNotContaining(Nodes.ALICE.id().toString());
            })
        .verify(Duration.ofSeconds(5));
  }
}
