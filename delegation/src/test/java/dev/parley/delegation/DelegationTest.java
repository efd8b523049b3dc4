package dev.parley.delegation;

import static dev.parley.delegation.chain.Condition.argument;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.parley.Executed;
import dev.parley.FailureCode;
import dev.parley.Identity;
import dev.parley.Message;
import dev.parley.MessagingException;
import dev.parley.Network;
import dev.parley.SendOptions;
import dev.parley.spi.StateStore;
import dev.parley.testkit.InMemoryAgent;
import dev.parley.testkit.InMemoryNetwork;
import dev.parley.testkit.VirtualTime;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Functions, grants and claims among agents in memory. */
class DelegationTest {
  private static final Message EMPTY = Message.empty();

  private final VirtualTime time = VirtualTime.startingAt(Instant.parse("2026-12-01T00:00:00Z"));
  private final InMemoryNetwork network = InMemoryNetwork.create(time);
  private final Person bob = new Person(StateStore.inMemory());
  private final Person alice = new Person(StateStore.inMemory());
  private final Person carol = new Person(StateStore.inMemory());

  /** An agent with delegation. */
  private final class Person {
    final Identity identity = Identity.generate();
    final InMemoryAgent agent;
    final Delegations doors;
    final Forge forge = new Forge();

    Person(StateStore state) {
      agent =
          time.await(
              network
                  .configure(identity.id())
                  .identity(identity)
                  .network(Network.open("bank").id())
                  .state(state)
                  .with(forge)
                  .with(Delegation.defaults().clock(time).random(new SecureRandom()))
                  .start());
      doors = agent.protocol(Delegations.class).orElseThrow();
    }

    Claim grants(Grant grant) {
      return time.await(doors.grants().grant(grant));
    }

    /** A call with a field as a forger would send it. */
    Mono<Message> raw(Person other, String function, int field, byte[] value) {
      return forge
          .host
          .agent(new Forging(field, value))
          .send(other.agent.id(), EMPTY, SendOptions.to(FunctionGate.PREFIX + function));
    }

    Mono<Message> calls(Person other, String function, Message message, Claim claim) {
      return doors.call(other.agent.id(), function, message, CallOptions.claim(claim));
    }
  }

  private String answer(Mono<Message> call) {
    return time.await(call).text();
  }

  private void refused(Mono<Message> call) {
    assertThatExceptionOfType(MessagingException.class)
        .isThrownBy(() -> time.await(call))
        .satisfies(
            e -> {
              assertThat(e.code()).isEqualTo(FailureCode.UNAUTHORIZED);
              assertThat(e.executed()).isEqualTo(Executed.NO);
            });
  }

  private void serve(Person who, String... functions) {
    for (String function : functions) {
      who.doors
          .functions()
          .serve(function, call -> Mono.just(Message.text(function + " for " + name(call))));
    }
  }

  private String name(FunctionCall call) {
    return call.from().equals(alice.agent.id()) ? "alice" : "another";
  }

  @Test
  void aFunctionIsClosedUntilItIsGranted() {
    serve(bob, "ledger/read", "ledger/write");
    refused(alice.doors.call(bob.agent.id(), "ledger/read", EMPTY));

    Claim claim = bob.grants(Grant.to(alice.agent.id()).functions("ledger/read"));
    alice.doors.claims().add(Claim.parse(claim.toText()));

    assertThat(answer(alice.doors.call(bob.agent.id(), "ledger/read", EMPTY)))
        .isEqualTo("ledger/read for alice");
    refused(alice.doors.call(bob.agent.id(), "ledger/write", EMPTY));
    refused(carol.doors.call(bob.agent.id(), "ledger/read", EMPTY));
  }

  @Test
  void aStolenClaimIsUseless() {
    serve(bob, "gate");
    Claim claim = bob.grants(Grant.to(alice.agent.id()).functions("*"));

    byte[] shown = ClaimFields.claim(claim.chain(), null);
    refused(carol.raw(bob, "gate", ClaimFields.CLAIM, shown));
    assertThat(answer(alice.raw(bob, "gate", ClaimFields.CLAIM, shown))).startsWith("gate");
  }

  @Test
  void conditionsAreHeldAgainstWhatTheFunctionGets() {
    bob.doors
        .functions()
        .serve("pay", c -> Mono.just(Message.text("paid " + c.arguments().number("amount"))));
    Claim claim =
        bob.grants(
            Grant.to(alice.agent.id()).functions("pay").where(argument("amount").atMost(100)));

    assertThat(answer(alice.calls(bob, "pay", EMPTY.withHeader("amount", "99"), claim)))
        .isEqualTo("paid 99");
    for (String amount : List.of("101", "1e1", "099", "-", "99999999999999999999", "")) {
      refused(alice.calls(bob, "pay", EMPTY.withHeader("amount", amount), claim));
    }
    refused(alice.calls(bob, "pay", EMPTY, claim));
  }

  @Test
  void aClaimIsNarrowedOfflineAndUsedByAThird() {
    serve(bob, "ledger/read", "ledger/write");
    Claim claim = bob.grants(Grant.to(alice.agent.id()).functions("ledger/*").delegable(1));

    Claim narrow =
        alice.doors.claims().narrow(claim, Grant.to(carol.agent.id()).functions("ledger/read"));

    assertThat(answer(carol.calls(bob, "ledger/read", EMPTY, narrow))).contains("another");
    refused(
        carol.raw(bob, "ledger/write", ClaimFields.CLAIM, ClaimFields.claim(narrow.chain(), null)));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                carol
                    .doors
                    .claims()
                    .narrow(narrow, Grant.to(alice.agent.id()).functions("ledger/read")));
  }

  @Test
  void aBearersClaimServesWhoeverHoldsItOnTheirOwnLink() {
    serve(bob, "gate/open");
    Claim ticket = bob.grants(Grant.toBearer().functions("gate/open").delegable(1));
    assertThat(ticket.isSecret()).isTrue();

    assertThat(answer(alice.calls(bob, "gate/open", EMPTY, Claim.parse(ticket.toText()))))
        .contains("alice");
    assertThat(answer(carol.calls(bob, "gate/open", EMPTY, ticket))).contains("another");

    Claim bound = alice.doors.claims().narrow(ticket, Grant.to(alice.agent.id()).functions("*"));
    assertThat(bound.isSecret()).isFalse();
    assertThat(answer(alice.calls(bob, "gate/open", EMPTY, bound))).contains("alice");
  }

  @Test
  void everybodyMayCallWhatIsGrantedToAnyone() {
    serve(bob, "gate/state");
    bob.grants(Grant.toAnyone().functions("gate/state").maxUses(2));

    assertThat(answer(alice.doors.call(bob.agent.id(), "gate/state", EMPTY))).contains("alice");
    assertThat(answer(carol.doors.call(bob.agent.id(), "gate/state", EMPTY))).contains("another");
    refused(alice.doors.call(bob.agent.id(), "gate/state", EMPTY));
  }

  @Test
  void usesAreCountedOverAllDescendantsAndNoRefusalCounts() {
    serve(bob, "f");
    Claim claim =
        bob.grants(
            Grant.to(alice.agent.id())
                .functions("f")
                .maxUses(2)
                .delegable(1)
                .where(argument("a").is("x")));
    Claim carols = alice.doors.claims().narrow(claim, Grant.to(carol.agent.id()).functions("f"));

    Message good = EMPTY.withHeader("a", "x");
    refused(alice.calls(bob, "f", EMPTY, claim));
    answer(alice.calls(bob, "f", good, claim));
    answer(carol.calls(bob, "f", good, carols));
    refused(alice.calls(bob, "f", good, claim));
    refused(carol.calls(bob, "f", good, carols));
  }

  @Test
  void revokingEndsCallsAndStreamsWithThem() {
    serve(bob, "f");
    bob.doors.functions().serveStream("ticks", c -> Flux.never());
    Claim claim = bob.grants(Grant.to(alice.agent.id()).functions("*"));
    List<Throwable> ends = new ArrayList<>();
    alice.doors.stream(bob.agent.id(), "ticks", EMPTY, CallOptions.claim(claim))
        .subscribe(m -> {}, ends::add);
    answer(alice.calls(bob, "f", EMPTY, claim));
    assertThat(ends).isEmpty();

    assertThat(time.await(bob.doors.grants().revoke(claim.grantId()))).isTrue();
    assertThat(time.await(bob.doors.grants().revoke(claim.grantId()))).isFalse();
    time.advance(Duration.ofSeconds(1));

    refused(alice.calls(bob, "f", EMPTY, claim));
    assertThat(ends)
        .singleElement()
        .isInstanceOfSatisfying(
            MessagingException.class,
            e -> {
              assertThat(e.code()).isEqualTo(FailureCode.REMOTE_FAILURE);
              assertThat(e.executed()).isEqualTo(Executed.YES);
            });
  }

  @Test
  void anIssuerTakesBackHisOwnDelegationAndNobodyElseDoes() {
    serve(bob, "f");
    Claim claim = bob.grants(Grant.to(alice.agent.id()).functions("f").delegable(1));
    Claim carols = alice.doors.claims().narrow(claim, Grant.to(carol.agent.id()).functions("f"));
    answer(carol.calls(bob, "f", EMPTY, carols));

    assertThatExceptionOfType(MessagingException.class)
        .isThrownBy(() -> time.await(carol.doors.claims().revoke(carols)));
    answer(carol.calls(bob, "f", EMPTY, carols));

    time.await(alice.doors.claims().revoke(carols));
    refused(carol.calls(bob, "f", EMPTY, carols));
    answer(alice.calls(bob, "f", EMPTY, claim));
  }

  /** Each check of a signature costs a grantor as much as fifty calls. */
  @Test
  void aHolderCannotHaveSignaturesCheckedWithoutEnd() {
    serve(bob, "f");
    Claim claim = bob.grants(Grant.to(alice.agent.id()).functions("f").delegable(1));
    List<FailureCode> codes = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      Grant other = Grant.to(carol.agent.id()).functions("f").where(argument("n").is("" + i));
      try {
        time.await(alice.doors.claims().revoke(alice.doors.claims().narrow(claim, other)));
      } catch (MessagingException e) {
        codes.add(e.code());
      }
    }
    assertThat(codes).hasSizeBetween(20, 40).containsOnly(FailureCode.OVERLOADED);
    time.advance(Duration.ofSeconds(10));
    assertThat(answer(alice.calls(bob, "f", EMPTY, claim))).contains("alice");
  }

  @Test
  void expiryEndsCallsAndStreamsAndAClockThatGoesBackRevivesNothing() {
    serve(bob, "f");
    bob.doors.functions().serveStream("ticks", c -> Flux.never());
    Claim claim =
        bob.grants(Grant.to(alice.agent.id()).functions("*").expiresIn(Duration.ofMinutes(1)));
    List<Throwable> ends = new ArrayList<>();
    alice.doors.stream(bob.agent.id(), "ticks", EMPTY, CallOptions.claim(claim))
        .subscribe(m -> {}, ends::add);
    answer(alice.calls(bob, "f", EMPTY, claim));

    time.advance(Duration.ofSeconds(61));
    refused(alice.calls(bob, "f", EMPTY, claim));
    assertThat(ends).hasSize(1);
  }

  @Test
  void grantsUsesAndRevocationsOutliveTheProcess() {
    StateStore kept = StateStore.inMemory();
    Person first = new Person(new Unclosed(kept));
    serve(first, "f");
    Claim twice = first.grants(Grant.to(alice.agent.id()).functions("f").maxUses(2));
    Claim gone = first.grants(Grant.to(alice.agent.id()).functions("f"));
    answer(alice.calls(first, "f", EMPTY, twice));
    time.await(first.doors.grants().revoke(gone.grantId()));
    time.await(first.agent.close());

    GrantBook book = new GrantBook(kept, new GrantClock(time), 10);
    time.await(book.load());

    assertThat(book.find(twice.grantId()).isExhausted(twice.chain())).isFalse();
    time.await(book.use(book.find(twice.grantId()), twice.chain()));
    assertThat(book.find(twice.grantId()).isExhausted(twice.chain())).isTrue();
    assertThat(book.find(gone.grantId()).isRevoked()).isTrue();
  }

  @Test
  void refusalsComeAtTheirTickWhateverTheReason() {
    serve(bob, "f");
    Claim other = bob.grants(Grant.to(carol.agent.id()).functions("f"));
    answer(carol.calls(bob, "f", EMPTY, other));
    refused(alice.doors.call(bob.agent.id(), "unknown", EMPTY));

    List<Duration> times = new ArrayList<>();
    for (Mono<Message> call :
        List.of(
            alice.doors.call(bob.agent.id(), "unknown", EMPTY),
            alice.doors.call(bob.agent.id(), "f", EMPTY),
            alice.raw(bob, "f", ClaimFields.CLAIM, ClaimFields.claim(other.chain(), null)),
            alice.raw(bob, "f", ClaimFields.CLAIM, new byte[5]))) {
      Duration before = time.elapsed();
      refused(call);
      times.add(time.elapsed().minus(before));
    }
    assertThat(times)
        .allSatisfy(t -> assertThat(t).isBetween(Duration.ofMillis(10), Duration.ofMillis(21)));
  }

  @Test
  void theHolderLearnsWhatHeCanKnowBeforeHeCalls() {
    Claim claim = bob.grants(Grant.to(alice.agent.id()).functions("f"));

    assertThatExceptionOfType(MessagingException.class)
        .isThrownBy(() -> time.await(carol.calls(bob, "f", EMPTY, claim)))
        .withMessageContaining("for others than this agent");
    assertThatExceptionOfType(MessagingException.class)
        .isThrownBy(() -> time.await(alice.calls(bob, "g", EMPTY, claim)))
        .withMessageContaining("does not name this function");
    assertThatExceptionOfType(MessagingException.class)
        .isThrownBy(() -> time.await(alice.calls(carol, "f", EMPTY, claim)))
        .withMessageContaining("of another grantor");
  }

  @Test
  void aPeerWithoutDelegationIsToldApart() {
    InMemoryAgent plain = network.agent();
    assertThatExceptionOfType(MessagingException.class)
        .isThrownBy(() -> time.await(alice.doors.call(plain.id(), "f", EMPTY)))
        .satisfies(e -> assertThat(e.executed()).isEqualTo(Executed.NO))
        .withMessageContaining("serves no functions");
  }

  @Test
  void auditTellsWhoDidWhat() {
    serve(bob, "f");
    List<AuditEvent.Kind> kinds = new ArrayList<>();
    bob.doors.grants().events().map(AuditEvent::kind).subscribe(kinds::add);

    Claim claim = bob.grants(Grant.to(alice.agent.id()).functions("f"));
    answer(alice.calls(bob, "f", EMPTY, claim));
    refused(alice.doors.call(bob.agent.id(), "g", EMPTY));
    time.await(bob.doors.grants().revoke(claim.grantId()));

    assertThat(kinds)
        .containsExactly(
            AuditEvent.Kind.GRANTED,
            AuditEvent.Kind.SEEN,
            AuditEvent.Kind.USED,
            AuditEvent.Kind.DENIED,
            AuditEvent.Kind.REVOKED);
  }
}
