package dev.parley.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Address;
import dev.parley.AgentId;
import dev.parley.AgentResolver;
import dev.parley.AgentResolver.Candidate;
import dev.parley.Identity;
import dev.parley.Phase;
import dev.parley.Trail;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * The contract of {@link AgentResolver} as tests: an implementation proves itself by a subclass
 * that supplies resolvers.
 */
@Timeout(60)
public abstract class AgentResolverContract {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final List<Address> ADDRESSES =
      List.of(Address.tcp("192.0.2.1", 7400), Address.ws("b.example", 80, "/parley"));

  private final AgentId known = Identity.generate().id();
  private final Trail.Recorder trail = Trail.Recorder.start(System::nanoTime);

  /** A contract for a subclass to fulfil. */
  protected AgentResolverContract() {}

  /** A fresh resolver that knows these addresses of this agent, in this order, and nobody else. */
  protected abstract AgentResolver resolver(AgentId known, List<Address> addresses);

  /** How many sources the resolver asks for one agent; each is a step of the trail. */
  protected int sources() {
    return 1;
  }

  /** Lets everything happen that is under way; nothing to do where it happens by itself. */
  protected void settle() {}

  private Flux<Candidate> resolve(AgentId agent) {
    return resolver(known, ADDRESSES).resolve(agent, trail);
  }

  private List<Address> addresses(Flux<Candidate> candidates) {
    CompletableFuture<List<Candidate>> all = candidates.collectList().toFuture();
    settle();
    List<Candidate> found = all.orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS).join();
    return Objects.requireNonNull(found).stream().map(Candidate::address).toList();
  }

  @Test
  public void emitsWhatItKnowsTheMostPromisingFirst() {
    assertThat(addresses(resolve(known))).isEqualTo(ADDRESSES);
  }

  @Test
  public void completesEmptyForAnUnknownAgent() {
    assertThat(addresses(resolve(Identity.generate().id()))).isEmpty();
  }

  @Test
  public void asksNobodyUntilItIsSubscribedTo() {
    Flux<Candidate> cold = resolve(known);
    settle();

    assertThat(trail.snapshot().steps()).isEmpty();
    assertThat(addresses(cold)).isEqualTo(ADDRESSES);
  }

  @Test
  public void asksAnewWithEachSubscription() {
    Flux<Candidate> cold = resolve(known);

    assertThat(addresses(cold)).isEqualTo(ADDRESSES);
    assertThat(addresses(cold)).isEqualTo(ADDRESSES);
    assertThat(trail.snapshot().steps()).hasSize(2 * sources());
  }

  @Test
  public void recordsAStepForEachSource() {
    addresses(resolve(known));
    addresses(resolve(Identity.generate().id()));

    assertThat(trail.snapshot().steps())
        .hasSize(2 * sources())
        .allMatch(step -> step.phase() == Phase.RESOLVE)
        .extracting(Trail.Step::subject)
        .noneMatch(String::isBlank);
    assertThat(trail.snapshot().toString()).doesNotContain(known.toString());
  }

  @Test
  public void namesTheSourceOfEachCandidate() {
    Probe<Candidate> probe = Probe.of(resolve(known), Long.MAX_VALUE);
    settle();

    probe.end.orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS).join();
    assertThat(probe.items).hasSize(ADDRESSES.size());
    assertThat(probe.items).extracting(Candidate::source).noneMatch(String::isBlank);
  }

  @Test
  public void emitsNoMoreThanIsDemandedAndNothingAfterCancel() throws InterruptedException {
    Probe<Candidate> probe = Probe.of(resolve(known), 1);
    settle();

    assertThat(probe.items.poll(LIMIT.toSeconds(), TimeUnit.SECONDS)).isNotNull();
    assertThat(probe.items).isEmpty();
    probe.cancel();
    probe.request(Long.MAX_VALUE);
    settle();

    assertThat(probe.items).isEmpty();
    assertThat(probe.ends()).isZero();
  }

  @Test
  public void resolvesOnThreadsThatMustNotBlock() {
    Scheduler eventLoop = Schedulers.newParallel("contract", 1, true);
    try {
      assertThat(addresses(resolve(known).subscribeOn(eventLoop))).isEqualTo(ADDRESSES);
    } finally {
      eventLoop.dispose();
    }
  }

  @Test
  public void doesNotRepeatAddressesWhenCombined() {
    AgentResolver twice =
        AgentResolver.all(List.of(resolver(known, ADDRESSES), resolver(known, ADDRESSES)));

    assertThat(addresses(twice.resolve(known, trail))).containsExactlyElementsOf(ADDRESSES);
    assertThat(trail.snapshot().steps()).hasSize(2 * sources());
  }
}
