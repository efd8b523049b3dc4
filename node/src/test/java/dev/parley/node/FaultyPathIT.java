package dev.parley.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.parley.Address;
import dev.parley.Executed;
import dev.parley.FailureCode;
import dev.parley.Handler;
import dev.parley.Identity;
import dev.parley.Message;
import dev.parley.MessagingException;
import dev.parley.PeerAddress;
import dev.parley.SendOptions;
import dev.parley.spi.Link;
import dev.parley.testkit.fault.Fault;
import dev.parley.testkit.fault.FaultProxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A network that delays, cuts, loses and falsifies between two real nodes. */
@Timeout(120)
class FaultyPathIT {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final AtomicInteger handled = new AtomicInteger();
  private final CountDownLatch cancelled = new CountDownLatch(1);
  private final List<AutoCloseable> resources = new ArrayList<>();
  private AgentNode bob;
  private FaultProxy proxy;
  private AgentNode alice;
  private Duration stallTimeout = Duration.ofMillis(500);
  private Duration pingIdle = Duration.ofSeconds(15);
  private Duration pingDead = Duration.ofSeconds(45);

  private void start(Handler.Messages handler) {
    bob =
        AgentNode.builder()
            .identity(Identity.generate())
            .network("faults")
            .listen("127.0.0.1", 0)
            .transport(
                o ->
                    o.liveness(
                        v -> v.stallTimeout(stallTimeout).pingIdle(pingIdle).pingDead(pingDead)))
            .receive(handler)
            .start()
            .block(LIMIT);
    resources.add(bob);
    proxy = FaultProxy.to("127.0.0.1", bob.addresses().get(0).port()).start();
    resources.add(proxy);
    alice =
        AgentNode.builder()
            .identity(Identity.generate())
            .network("faults")
            .peer(new PeerAddress(bob.id(), Address.tcp("127.0.0.1", proxy.port())))
            .transport(
                o ->
                    o.liveness(v -> v.stallTimeout(stallTimeout))
                        .dialling(d -> d.dialTimeout(LIMIT)))
            .start()
            .block(LIMIT);
    resources.add(alice);
  }

  @AfterEach
  void close() throws Exception {
    for (int i = resources.size() - 1; i >= 0; i--) {
      resources.get(i).close();
    }
  }

  private Mono<Message> echo(int bytes) {
    return alice.send(bob.id(), Message.of(new byte[bytes]), SendOptions.timeout(LIMIT));
  }

  private static MessagingException failure(Mono<?> send) {
    AtomicReference<MessagingException> caught = new AtomicReference<>();
    assertThatThrownBy(() -> send.block(LIMIT))
        .isInstanceOfSatisfying(MessagingException.class, caught::set);
    return caught.get();
  }

  static Stream<Arguments> harmless() {
    return Stream.of(
        arguments("latency", Fault.latency(Duration.ofMillis(30))),
        arguments("slices of 100 bytes", Fault.slice(100)),
        arguments("bandwidth of 2 MB/s", Fault.bandwidth(2_000_000)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("harmless")
  void whatIsOnlySlowArrives(String name, Fault fault) {
    stallTimeout = LIMIT; // what is slow here is also the machine
    start(in -> Mono.just(in.message()));
    proxy.bothWays(fault);

    assertThat(echo(100_000).block(LIMIT).size()).isEqualTo(100_000);
    assertThat(proxy.counters().accepted()).isEqualTo(1);
  }

  @Test
  void everySingleByteArrivesAlone() {
    stallTimeout = LIMIT;
    start(in -> Mono.just(in.message()));
    proxy.bothWays(Fault.slice(1));

    assertThat(echo(500).block(LIMIT).size()).isEqualTo(500);
  }

  /** The handler runs for ever, so that the fault comes while the answer is waited for. */
  private void startSilent() {
    start(
        in -> {
          handled.incrementAndGet();
          return Mono.<Message>never().doOnCancel(cancelled::countDown);
        });
  }

  private MessagingException failureWhile(Runnable fault) throws Exception {
    AtomicReference<MessagingException> failure = new AtomicReference<>();
    AtomicInteger signals = new AtomicInteger();
    CountDownLatch ended = new CountDownLatch(1);
    echo(100)
        .subscribe(
            m -> signals.incrementAndGet(),
            e -> {
              signals.incrementAndGet();
              failure.set((MessagingException) e);
              ended.countDown();
            });
    Flux.interval(Duration.ofMillis(5)).filter(i -> handled.get() > 0).blockFirst(LIMIT);
    fault.run();
    assertThat(ended.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(signals).hasValue(1);
    return failure.get();
  }

  @Test
  void aResetWhileTheHandlerRunsIsUnknownAndCancelsIt() throws Exception {
    startSilent();

    MessagingException e = failureWhile(() -> proxy.resetAll());

    assertThat(e.code()).isEqualTo(FailureCode.CONNECTION_LOST);
    assertThat(e.executed()).isEqualTo(Executed.UNKNOWN);
    assertThat(e.isRetryable()).isFalse();
    assertThat(cancelled.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(handled).hasValue(1);
  }

  @Test
  void anEndWithoutCloseIsATruncationNotAnAnswer() throws Exception {
    startSilent();

    MessagingException e = failureWhile(() -> proxy.cutAll());

    assertThat(e.code()).isEqualTo(FailureCode.CONNECTION_LOST);
    assertThat(e.executed()).isEqualTo(Executed.UNKNOWN);
    assertThat(cancelled.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void afterALostLinkTheNextMessageGoesOverANewOne() throws Exception {
    start(in -> Mono.just(in.message()));
    echo(10).block(LIMIT);
    Collection<Link> before = List.copyOf(bob.links());
    proxy.resetAll();
    // Alice's DHT may dial again by itself, so that there need never be no link at all
    Flux.interval(Duration.ofMillis(5))
        .filter(i -> Collections.disjoint(bob.links(), before))
        .blockFirst(LIMIT);

    assertThat(echo(20).retry(3).block(LIMIT).size()).isEqualTo(20);
    assertThat(proxy.counters().accepted()).isGreaterThan(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 1407, 1408, 1500, 1700, 2000})
  void aFalsifiedBitIsNeverTakenForAMessage(int offset) {
    start(in -> Mono.just(in.message()));
    proxy.toServer(Fault.flipBit(offset, 3));

    MessagingException e = failure(echo(5_000));

    assertThat(e.code())
        .isIn(
            FailureCode.IDENTITY_MISMATCH,
            FailureCode.HANDSHAKE_FAILED,
            FailureCode.CONNECTION_LOST,
            FailureCode.AGENT_UNREACHABLE);
    proxy.heal();
    assertThat(echo(5_000).retry(3).block(LIMIT).size()).isEqualTo(5_000);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 700, 1408, 1664, 1700, 3000})
  void aTruncatedStreamFailsTheSendOnce(int bytes) {
    start(in -> Mono.just(in.message()));
    proxy.toServer(Fault.truncateAfter(bytes));

    MessagingException e = failure(echo(5_000));

    assertThat(e.executed()).isIn(Executed.NO, Executed.UNKNOWN);
    proxy.heal();
    assertThat(echo(5_000).retry(3).block(LIMIT).size()).isEqualTo(5_000);
  }

  /** What the kernel takes whole does not stall a write: then it is the silence that tells. */
  @ParameterizedTest
  @ValueSource(ints = {1 << 20, 4 << 20})
  void aStallInTheMiddleOfAMessageLosesTheLinkNotTheNode(int bytes) {
    pingIdle = Duration.ofSeconds(1);
    pingDead = Duration.ofSeconds(4);
    start(in -> Mono.just(in.message()));
    echo(10).block(LIMIT);
    proxy.toServer(Fault.stallAfter(0));

    MessagingException e =
        failure(alice.send(bob.id(), Message.of(new byte[bytes]), SendOptions.timeout(LIMIT)));

    assertThat(e.code()).isEqualTo(FailureCode.CONNECTION_LOST);
    assertThat(e.executed()).isNotEqualTo(Executed.YES);
    proxy.heal();
    assertThat(echo(100).retry(3).block(LIMIT).size()).isEqualTo(100);
  }

  @Test
  void aDuplicatedOrMissingByteLosesTheLink() {
    start(in -> Mono.just(in.message()));
    proxy.toClient(Fault.duplicateByte(1500));
    failure(echo(5_000));
    proxy.heal();
    proxy.toServer(Fault.dropByte(1_700));

    assertThatThrownBy(() -> echo(5_000).block(LIMIT)).isInstanceOf(MessagingException.class);
  }
}
