package dev.parley.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.AddressBook;
import dev.parley.FailureCode;
import dev.parley.Identity;
import dev.parley.MessagingException;
import dev.parley.Presence;
import dev.parley.messenger.Messenger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;

/** Who watches whom, in virtual time. */
class PresenceTest {
  private static final Duration HOP = Duration.ofMillis(10);
  private static final Duration INTERVAL = Duration.ofSeconds(20);
  private static final Duration SOON = Duration.ofMillis(200);

  private final VirtualTime time = VirtualTime.create();
  private final InMemoryNetwork network =
      InMemoryNetwork.on(time.scheduler(), time).latency(HOP).create();
  private final AtomicInteger lookups = new AtomicInteger();
  private final AddressBook addresses = AddressBook.create();
  private final Messenger alice = messenger();
  private final Messenger bob = messenger();
  private final List<Boolean> states = new ArrayList<>();

  private Messenger messenger() {
    InMemoryTransport transport = network.transport(Identity.generate().id());
    addresses.add(transport.peerAddress());
    Messenger messenger =
        Messenger.builder(transport.self(), transport)
            .resolver(
                (peer, trail) -> {
                  lookups.incrementAndGet();
                  return addresses.resolve(peer, trail);
                })
            .nanoClock(time)
            .timer(time.scheduler())
            .maxWatchedPeers(1)
            .build();
    messenger.start().block();
    return messenger;
  }

  private Disposable watch() {
    return alice.presence(bob.id(), INTERVAL).map(Presence::isOnline).subscribe(states::add);
  }

  @Test
  void changesAreToldAndNothingElse() {
    Disposable watch = watch();
    time.advance(INTERVAL.multipliedBy(5));
    assertThat(states).containsExactly(true);

    network.isolate(bob.id());
    time.advance(SOON);
    assertThat(states).as("a lost link is checked at once").containsExactly(true, false);
    time.advance(INTERVAL.multipliedBy(5));
    network.heal(bob.id());
    time.advance(INTERVAL.plus(SOON));

    assertThat(states).containsExactly(true, false, true);
    watch.dispose();
  }

  @Test
  void silentPeersAreOfflineAfterAPingUnanswered() {
    Disposable watch = watch();
    time.advance(SOON);
    network.swallow(alice.id(), bob.id());

    time.advance(INTERVAL.plusSeconds(11));

    assertThat(states).containsExactly(true, false);
    watch.dispose();
  }

  @Test
  void stateSaysWhatIsKnown() {
    List<Presence> presence = new ArrayList<>();
    Disposable watch = alice.presence(bob.id(), INTERVAL).subscribe(presence::add);
    time.advance(SOON);
    network.isolate(bob.id());
    time.advance(INTERVAL);

    assertThat(presence.get(0)).isEqualTo(new Presence(bob.id(), HOP.multipliedBy(2), null));
    assertThat(presence.get(1))
        .isEqualTo(new Presence(bob.id(), null, FailureCode.AGENT_UNREACHABLE));
    watch.dispose();
  }

  @Test
  void watchersShareOneHeartbeatAndNewcomersAreToldTheState() {
    Disposable first = watch();
    time.advance(SOON);
    int tasks = time.pending();

    Disposable second = watch();

    assertThat(states).containsExactly(true, true);
    assertThat(time.pending()).isEqualTo(tasks);
    first.dispose();
    second.dispose();
    assertThat(time.pending()).as("nobody watches, nothing beats").isLessThan(tasks);
  }

  @Test
  void linkThatComesAndGoesIsNotCheckedAllTheTime() {
    Disposable watch = watch();
    time.advance(SOON);
    int before = lookups.get();
    for (int i = 0; i < 100; i++) {
      network.cut(alice.id(), bob.id());
      network.heal(alice.id(), bob.id());
      time.advance(SOON);
    }

    assertThat(lookups.get() - before).as("in one interval").isBetween(5, 12);
    watch.dispose();
  }

  @Test
  void watchedPeersAreBounded() {
    Messenger carol = messenger();
    Disposable watch = watch();
    List<Throwable> errors = new ArrayList<>();

    alice.presence(carol.id(), INTERVAL).subscribe(p -> {}, errors::add);
    assertThat(((MessagingException) errors.get(0)).code()).isEqualTo(FailureCode.OVERLOADED);
    watch.dispose();
    Disposable freed = alice.presence(carol.id(), INTERVAL).subscribe(p -> {}, errors::add);

    assertThat(errors).hasSize(1);
    freed.dispose();
  }

  @Test
  void watchEndsWithTheMessenger() {
    List<String> ends = new ArrayList<>();
    alice.presence(bob.id(), INTERVAL).subscribe(p -> {}, e -> {}, () -> ends.add("completed"));
    time.advance(SOON);

    alice.close().subscribe();
    time.advance(INTERVAL.multipliedBy(2));

    assertThat(ends).containsExactly("completed");
  }

  @Test
  void intervalsOutOfRangeAreRefused() {
    assertThatThrownBy(() -> alice.presence(bob.id(), Duration.ofMillis(99)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must be PT0.1S..PT24H");
  }
}
