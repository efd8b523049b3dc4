package dev.parley.messenger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.AgentId;
import dev.parley.FailureCode;
import dev.parley.HandlerFailure;
import dev.parley.Identity;
import dev.parley.Inbound;
import dev.parley.LinkPath;
import dev.parley.Message;
import dev.parley.shares.Shares;
import dev.parley.spi.Receiver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;
import reactor.test.subscriber.TestSubscriber;

/** Who gets the places of handlers when they are few. */
class HandlerSharesTest {
  private static final int PLACES = 256;
  private static final String ATTACKER = "192.0.2.1:4711";
  private static final String ELSEWHERE = "198.51.100.7:4711";

  private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
  private final FakeTransport transport = new FakeTransport(this::nanos);

  private long nanos() {
    return time.now(TimeUnit.NANOSECONDS);
  }

  private Messenger messenger(int places) {
    return messenger(places, new Shares(Long.MAX_VALUE / Shares.WEIGHT));
  }

  private Messenger messenger(int places, Shares memory) {
    Messenger messenger =
        Messenger.builder(Identity.generate().id(), transport)
            .nanoClock(this::nanos)
            .timer(time)
            .maxConcurrentHandlers(places)
            .memory(memory)
            .build();
    messenger.start().block();
    return messenger;
  }

  /** A peer with a link of its own. */
  private final class Peer {
    final AgentId id;
    final FakeLink link;
    final Receiver receiver;

    Peer(String remote) {
      this(Identity.generate().id(), remote);
    }

    Peer(AgentId id, String remote) {
      this.id = id;
      link = new FakeLink(id, new LinkPath("tcp", remote, false, "none", true));
      receiver = Objects.requireNonNull(transport.receivers).apply(link);
    }

    private Inbound message(Duration remaining) {
      return Inbound.of(
          id, "", Message.text("m"), link.path(), nanos() + remaining.toNanos(), () -> nanos());
    }

    TestSubscriber<Message> ask() {
      return ask(new byte[1]);
    }

    TestSubscriber<Message> ask(byte[] data) {
      TestSubscriber<Message> answer = TestSubscriber.create();
      Inbound request =
          Inbound.of(
              id,
              "",
              Message.of(data),
              link.path(),
              nanos() + Duration.ofSeconds(3).toNanos(),
              () -> nanos());
      receiver.requestResponse(link, request).subscribe(answer);
      return answer;
    }

    TestSubscriber<Message> openChannel() {
      TestSubscriber<Message> items = TestSubscriber.create();
      receiver.requestChannel(link, message(Duration.ofHours(1)), Flux.never()).subscribe(items);
      return items;
    }
  }

  private Messenger messenger;

  @BeforeEach
  void start() {
    messenger = messenger(PLACES);
    messenger.receive("", in -> Mono.just(in.message()));
    messenger.receiveChannels("", (first, rest) -> Flux.never());
  }

  @Test
  void identitiesOfOneAddressLeavePlacesToOthers() {
    List<TestSubscriber<Message>> idle = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      Peer peer = new Peer(ATTACKER);
      for (int channel = 0; channel < 16; channel++) {
        idle.add(peer.openChannel());
      }
    }
    assertThat(messenger.handlersRunning()).isBetween(PLACES * 3 / 4, PLACES * 15 / 16);

    for (int i = 0; i < 20; i++) {
      assertThat(new Peer(ELSEWHERE).ask().isTerminatedComplete()).isTrue();
    }
    assertThat(idle)
        .filteredOn(TestSubscriber::isTerminated)
        .hasSizeBetween(64 * 16 - PLACES * 15 / 16, 64 * 16 - PLACES * 3 / 4)
        .allSatisfy(
            refused ->
                assertThat(((HandlerFailure) refused.expectTerminalError()).code())
                    .isEqualTo(FailureCode.OVERLOADED));
    idle.forEach(TestSubscriber::cancel);
    assertThat(messenger.handlersRunning()).isZero();
  }

  @Test
  void whatAClosedLinkStillRunsCountsForItsPeer() {
    Peer first = new Peer(ATTACKER);
    List<TestSubscriber<Message>> channels = new ArrayList<>();
    for (int i = 0; i < PLACES; i++) {
      channels.add(first.openChannel());
    }
    first.link.closed.tryEmitEmpty();

    TestSubscriber<Message> refused = new Peer(first.id, ATTACKER).openChannel();

    assertThat(refused.isTerminatedError()).isTrue();
    channels.forEach(TestSubscriber::cancel);
    assertThat(new Peer(first.id, ATTACKER).openChannel().isTerminated()).isFalse();
  }

  /** Places alone would allow 256 messages of 4 MiB: a GiB. */
  @Test
  void largeRequestsAreBoundedByTheirBytes() {
    Shares memory = new Shares(16 << 20);
    messenger = messenger(PLACES, memory);
    messenger.receive("", in -> Mono.never());
    List<TestSubscriber<Message>> held = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      Peer attacker = new Peer(ATTACKER);
      held.add(attacker.ask(new byte[1 << 20]));
    }

    assertThat(memory.taken()).isBetween(12L << 20, 16L << 20);
    assertThat(messenger.requestBytes()).isEqualTo(memory.taken());
    assertThat(messenger.handlersRunning()).isEqualTo((int) (memory.taken() >> 20));
    assertThat(new Peer(ELSEWHERE).ask(new byte[100_000]).isTerminated()).isFalse();
    assertThat(new Peer(ATTACKER).ask(new byte[100]).isTerminatedError())
        .isEqualTo(memory.isShedding());
    held.forEach(TestSubscriber::cancel);
    assertThat(memory.taken()).isEqualTo(100_000);
  }

  /** The greedy one asks ten times as often as its answers can come. */
  @Test
  void aPoliteCallerIsAnsweredBesideAGreedyOne() {
    messenger = messenger(16);
    messenger.receive("", in -> Mono.delay(Duration.ofMillis(10), time).map(t -> in.message()));
    Peer greedy = new Peer(ATTACKER);
    Peer polite = new Peer(ATTACKER);
    List<TestSubscriber<Message>> asked = new ArrayList<>();
    int answered = 0;
    for (int milli = 0; milli < 5000; milli++) {
      for (int i = 0; i < 16; i++) {
        greedy.ask();
      }
      if (milli % 20 == 0) {
        asked.add(polite.ask());
      }
      time.advanceTimeBy(Duration.ofMillis(1));
    }
    time.advanceTimeBy(Duration.ofMillis(20));
    for (TestSubscriber<Message> each : asked) {
      answered += each.isTerminatedComplete() ? 1 : 0;
    }

    assertThat(answered).isEqualTo(250);
  }
}
