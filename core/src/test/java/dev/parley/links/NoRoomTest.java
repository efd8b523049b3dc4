package dev.parley.links;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Address;
import dev.parley.AgentId;
import dev.parley.AgentResolver.Candidate;
import dev.parley.FailureCode;
import dev.parley.Identity;
import dev.parley.MessagingException;
import dev.parley.Phase;
import dev.parley.carrier.CarriedLink;
import dev.parley.carrier.Carrier;
import dev.parley.spi.Link;
import dev.parley.spi.Receiver;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;
import reactor.test.subscriber.TestSubscriber;

/** A peer whose node has as many connections as it takes, for a while; in virtual time. */
class NoRoomTest {
  private static final AgentId BOB = Identity.generate().id();
  private static final Address ADDRESS = Address.tcp("127.0.0.1", 1);

  private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
  private final FakeCarriedLink link = FakeCarriedLink.dialled(BOB, 1);
  private int dials;
  private int roomAfter;
  private Duration asks = Duration.ZERO;
  private final Links links =
      Links.builder(Identity.generate().id())
          .carrier(carrier())
          .nanoClock(() -> time.now(TimeUnit.NANOSECONDS))
          .timer(time)
          .random(new SplittableRandom(1))
          .build();

  private Carrier carrier() {
    return proxy(
        Carrier.class,
        method ->
            switch (method) {
              case "carries" -> true;
              case "start" -> Mono.just(List.of(ADDRESS));
              case "dial" -> Mono.defer(this::dial);
              default -> Mono.empty();
            });
  }

  private Mono<CarriedLink> dial() {
    return ++dials > roomAfter
        ? Mono.just(link)
        : Mono.error(
            MessagingException.builder(FailureCode.OVERLOADED, Phase.HANDSHAKE)
                .peer(BOB)
                .retryAfter(asks.isZero() ? null : asks)
                .build());
  }

  private interface Answer {
    Object to(String method);
  }

  private static <T> T proxy(Class<T> type, Answer answer) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, args) -> answer.to(method.getName())));
  }

  @BeforeEach
  void start() {
    links.start(proxy(Receiver.class, method -> Mono.empty())).block();
  }

  private TestSubscriber<Link> connect() {
    TestSubscriber<Link> caller = TestSubscriber.create();
    links
        .connect(BOB, trail -> Flux.just(new Candidate(ADDRESS, "test")), trail -> {})
        .subscribe(caller);
    return caller;
  }

  @Test
  void anAddressWithoutRoomIsTriedAgain() {
    roomAfter = 3;
    TestSubscriber<Link> caller = connect();
    assertThat(dials).isEqualTo(1);

    time.advanceTimeBy(Duration.ofSeconds(3));

    assertThat(caller.getReceivedOnNext()).containsExactly(link);
    assertThat(dials).isEqualTo(4);
  }

  @Test
  void thePeerSaysWhenItWantsToBeTriedAgain() {
    roomAfter = 1;
    asks = Duration.ofMillis(700);
    TestSubscriber<Link> caller = connect();

    time.advanceTimeBy(Duration.ofMillis(699));
    assertThat(dials).isEqualTo(1);
    time.advanceTimeBy(Duration.ofMillis(201));

    assertThat(caller.getReceivedOnNext()).containsExactly(link);
  }

  @Test
  void itEndsWhereThereIsNoRoomForLong() {
    roomAfter = Integer.MAX_VALUE;
    TestSubscriber<Link> caller = connect();

    time.advanceTimeBy(Duration.ofSeconds(20));

    MessagingException e = (MessagingException) caller.expectTerminalError();
    assertThat(e.code()).isEqualTo(FailureCode.OVERLOADED);
    assertThat(e.isRetryable()).isTrue();
    assertThat(dials).isEqualTo(5);
  }

  @Test
  void nobodyIsDialledOnceNobodyWaits() {
    roomAfter = Integer.MAX_VALUE;
    TestSubscriber<Link> caller = connect();

    caller.cancel();
    time.advanceTimeBy(Duration.ofSeconds(20));

    assertThat(dials).isEqualTo(1);
  }
}
