package dev.parley.transport.rsocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Address;
import dev.parley.FailureCode;
import dev.parley.Identity;
import dev.parley.Message;
import dev.parley.MessagingException;
import dev.parley.links.Links;
import dev.parley.spi.Link;
import dev.parley.transport.rsocket.TransportFixture.Started;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Signal;

/** A transport that is closed, or is being closed, ends whatever is asked of it. */
@Timeout(120)
class ClosedTransportsTest {
  private final TransportFixture fixture = new TransportFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  private static List<Mono<?>> everything(Started alice, Started bob, Link link) {
    Message message = Message.text("x");
    return List.of(
        alice.connect(bob),
        alice.connect(Identity.generate().id(), bob.address()),
        alice.transport().check(bob.id(), bob.address()),
        link.requestResponse(TransportFixture.request(message)),
        link.fireAndForget(TransportFixture.request(message)),
        link.requestStream(TransportFixture.request(message)).then(),
        link.requestChannel(TransportFixture.request(message), Flux.never()).then(),
        link.ping());
  }

  private static MessagingException failure(Signal<?> end) {
    assertThat(end.getThrowable()).isInstanceOf(MessagingException.class);
    return (MessagingException) end.getThrowable();
  }

  private static Signal<?> end(Mono<?> asked) {
    return asked.materialize().block(TransportFixture.LIMIT);
  }

  @Test
  void afterTheEndEverythingFailsAtOnceAndOnce() {
    Started bob = fixture.listening(in -> Mono.just(in.message()));
    Started alice = fixture.dialling(o -> {});
    Link link = alice.connect(bob).block(TransportFixture.LIMIT);

    alice.transport().close().block(TransportFixture.LIMIT);

    for (Mono<?> asked : everything(alice, bob, link)) {
      assertThat(failure(end(asked)).code())
          .isIn(FailureCode.SHUT_DOWN, FailureCode.CONNECTION_LOST);
    }
  }

  @Test
  void aTransportThatWasClosedDoesNotStart() {
    Links transport =
        TransportFixture.links(
            Identity.generate(),
            TransportFixture.NETWORK,
            TransportOptions.builder().listen(Address.tcp("127.0.0.1", 0)).build());
    transport.close().block(TransportFixture.LIMIT);

    MessagingException e =
        failure(end(transport.start(new TransportFixture.Handler(in -> Mono.empty()))));

    assertThat(e.code()).isEqualTo(FailureCode.SHUT_DOWN);
  }

  @Test
  void whatIsUnderWayEndsWhateverTheMoment() {
    Started bob =
        fixture.listening(in -> Mono.just(in.message()).delayElement(Duration.ofMillis(3)));
    List<Mono<Void>> closings = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      Started alice = fixture.dialling(o -> o.threads(n -> n.eventLoops(1)));
      Link link = alice.connect(bob).block(TransportFixture.LIMIT);
      List<Mono<?>> asked = new ArrayList<>();
      for (int n = 0; n < 10; n++) {
        asked.addAll(everything(alice, bob, link));
      }
      // Its threads end while the next round begins.
      Mono<Void> closing =
          Mono.delay(Duration.ofNanos(i * 200_000L)).then(alice.transport().close()).cache();
      closings.add(closing);
      closing.subscribe(v -> {}, e -> {});
      List<Signal<?>> ends =
          Flux.fromIterable(asked)
              .index()
              .<Signal<?>>flatMap(
                  one ->
                      one.getT2()
                          .materialize()
                          .timeout(TransportFixture.LIMIT.dividedBy(2))
                          .onErrorMap(e -> new AssertionError("no end of " + one.getT1() % 8)),
                  Integer.MAX_VALUE)
              .collectList()
              .block(TransportFixture.LIMIT);
      assertThat(ends).hasSize(asked.size());
      for (Signal<?> end : ends) {
        if (end.isOnError()) {
          assertThat(failure(end).code())
              .isIn(
                  FailureCode.SHUT_DOWN,
                  FailureCode.CONNECTION_LOST,
                  FailureCode.NO_RECEIVER, // streams, at bob
                  FailureCode.IDENTITY_MISMATCH); // the agent that is not bob
        }
      }
    }
    Mono.when(closings).block(TransportFixture.LIMIT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1:", "ws://127.0.0.1:", "localhost:"})
  void aProbeThatIsUnderWaySaysNothingOfThePeer(String where) throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Started alice = fixture.dialling(o -> {});
      Address address = Address.parse(where + silent.getLocalPort());
      Mono<Void> probe = alice.transport().check(Identity.generate().id(), address).cache();
      probe.subscribe(v -> {}, e -> {});
      silent.accept().getInputStream().read(); // something of it has arrived

      alice.transport().close().block(TransportFixture.LIMIT);

      assertThat(failure(end(probe)).code()).isEqualTo(FailureCode.SHUT_DOWN);
    }
  }
}
