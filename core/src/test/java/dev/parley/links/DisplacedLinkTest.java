package dev.parley.links;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Address;
import dev.parley.AgentId;
import dev.parley.Identity;
import dev.parley.carrier.CarriedLink;
import dev.parley.carrier.Carrier;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

/** Two live links of one process, of which one has to go. */
class DisplacedLinkTest {
  private static final AgentId BOB = Identity.generate().id();

  private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
  private final Silent carrier = new Silent();
  private final Links links =
      Links.builder(Identity.generate().id())
          .carrier(carrier)
          .nanoClock(() -> time.now(TimeUnit.NANOSECONDS))
          .timer(time)
          .random(new SplittableRandom(1))
          .build();

  /** Dials nobody. */
  private static final class Silent implements Carrier {
    private Host host;

    @Override
    public Set<Address.Scheme> schemes() {
      return Set.of(Address.Scheme.TCP);
    }

    @Override
    public Mono<List<Address>> start(Host value) {
      host = value;
      return Mono.just(List.of());
    }

    @Override
    public Mono<CarriedLink> dial(
        AgentId peer, Address address, boolean check, DialProgress progress) {
      return Mono.never();
    }

    @Override
    public Mono<Void> stopListening() {
      return Mono.empty();
    }

    @Override
    public Mono<Void> close() {
      return Mono.empty();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatRunsOnItHasAsLongAsItTakes(boolean dialledFirst) {
    links.start(link -> null).block();
    Carrier.Host host = Objects.requireNonNull(carrier.host);
    FakeCarriedLink first = new FakeCarriedLink(BOB, 1, dialledFirst, false);
    FakeCarriedLink second = FakeCarriedLink.accepted(BOB, 1);

    host.accepted(first);
    host.accepted(second);
    first.pong.tryEmitValue(Duration.ofMillis(1)); // it is not dead
    time.advanceTimeBy(Duration.ofMinutes(10));

    FakeCarriedLink displaced = first.open ? second : first;
    assertThat(links.openLink(BOB)).isSameAs(first.open ? first : second);
    assertThat(displaced.done).containsExactly("drain DUPLICATE");
    assertThat(displaced.drainLimit).isGreaterThan(Duration.ofDays(30));
  }
}
