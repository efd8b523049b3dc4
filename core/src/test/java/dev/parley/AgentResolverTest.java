package dev.parley;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.AgentResolver.Candidate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

class AgentResolverTest {
  private static final Address ONE = Address.tcp("one.example", 1);
  private static final Address TWO = Address.tcp("two.example", 2);

  private final AgentId agent = Identity.generate().id();
  private final Trail.Recorder trail = Trail.Recorder.start(() -> 0);

  private static AgentResolver of(Address... addresses) {
    return (a, t) -> Flux.just(addresses).map(address -> new Candidate(address, "test"));
  }

  private Flux<Address> resolve(AgentResolver... resolvers) {
    return AgentResolver.all(List.of(resolvers)).resolve(agent, trail).map(Candidate::address);
  }

  @Test
  void noneKnowsNobody() {
    StepVerifier.create(AgentResolver.none().resolve(agent, trail)).verifyComplete();
    StepVerifier.create(resolve()).verifyComplete();
  }

  @Test
  void allEmitsEachAddressOnce() {
    StepVerifier.create(resolve(of(ONE, TWO), of(TWO, ONE))).expectNext(ONE, TWO).verifyComplete();
  }

  @Test
  void allOfOneEmitsEachAddressOnceToo() {
    StepVerifier.create(resolve(of(ONE, ONE))).expectNext(ONE).verifyComplete();
  }

  @Test
  void allAsksEverybodyAtOnce() {
    TestPublisher<Candidate> slow = TestPublisher.create();
    List<Address> found = new ArrayList<>();

    resolve((a, t) -> slow.flux(), of(TWO)).subscribe(found::add);

    assertThat(found).containsExactly(TWO);
    slow.next(new Candidate(ONE, "slow")).complete();
    assertThat(found).containsExactly(TWO, ONE);
  }

  @Test
  void aFailingResolverDoesNotSilenceTheOthers() {
    StepVerifier.create(
            resolve((a, t) -> Flux.error(new IllegalStateException("down")), of(ONE, TWO)))
        .expectNext(ONE, TWO)
        .verifyErrorMessage("down");
  }

  @Test
  void aThrowingResolverDoesNotSilenceTheOthers() {
    AgentResolver throwing =
        (a, t) -> {
          throw new IllegalStateException("broken");
        };

    StepVerifier.create(resolve(throwing, of(ONE, TWO)))
        .expectNext(ONE, TWO)
        .verifyErrorMessage("broken");
  }

  @Test
  void allAsksAnewWithEachSubscription() {
    AtomicInteger asked = new AtomicInteger();
    Flux<Address> cold =
        resolve(
            (a, t) -> {
              asked.incrementAndGet();
              return Flux.empty();
            },
            AgentResolver.none());
    assertThat(asked).hasValue(0);

    cold.blockLast();
    cold.blockLast();

    assertThat(asked).hasValue(2);
  }

  @Test
  void cancellingStopsAll() {
    TestPublisher<Candidate> one = TestPublisher.create();
    TestPublisher<Candidate> other = TestPublisher.create();

    resolve((a, t) -> one.flux(), (a, t) -> other.flux()).subscribe().dispose();

    one.assertCancelled();
    other.assertCancelled();
  }
}
