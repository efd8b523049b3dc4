package dev.parley.transport.rsocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Address;
import dev.parley.Executed;
import dev.parley.FailureCode;
import dev.parley.HandlerFailure;
import dev.parley.Inbound;
import dev.parley.Message;
import dev.parley.MessagingException;
import dev.parley.spi.Link;
import dev.parley.spi.Receiver;
import dev.parley.transport.rsocket.TransportFixture.Started;
import dev.parley.transport.rsocket.guard.ErrorCode;
import dev.parley.transport.rsocket.guard.FrameLayout;
import dev.parley.transport.rsocket.guard.RawFrames;
import dev.parley.transport.rsocket.link.WireErrors;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A peer that asks and does not read has a bound, in bytes, on what is held for it. */
@Timeout(60)
class UnreadAnswersTest {
  private static final int MIB = 1 << 20;
  private static final int MAX = 16 * MIB;
  private static final int REQUESTS = 200;

  private final TransportFixture fixture = new TransportFixture();
  private final AtomicInteger started = new AtomicInteger();
  private final Sinks.Empty<Void> gate = Sinks.empty();

  @AfterEach
  void close() {
    fixture.close();
  }

  /** Answers messages and streams with {@code answer}; "small" with nothing. */
  private final class Answering implements Receiver {
    private final Mono<Message> answer;

    Answering(Mono<Message> answer) {
      this.answer = answer;
    }

    @Override
    public Mono<Message> requestResponse(Link link, Inbound request) {
      return request.route().equals("small")
          ? Mono.just(Message.empty())
          : answer.doOnSubscribe(s -> started.incrementAndGet());
    }

    @Override
    public Mono<Void> fireAndForget(Link link, Inbound request) {
      return Mono.empty();
    }

    @Override
    public Flux<Message> requestStream(Link link, Inbound request) {
      return answer.doOnSubscribe(s -> started.incrementAndGet()).repeat();
    }

    @Override
    public Flux<Message> requestChannel(Link link, Inbound first, Publisher<Message> rest) {
      return Flux.error(HandlerFailure.of(FailureCode.NO_RECEIVER, null, null));
    }
  }

  private Started bob(Mono<Message> answer) {
    return fixture.start(
        new Answering(answer),
        o ->
            o.listen(Address.tcp("127.0.0.1", 0))
                .memory(m -> m.outboundMaxBytes(MAX).maxNodeOutboundBytes(64 * MIB)));
  }

  private static Mono<Message> large(int bytes) {
    return Mono.fromSupplier(() -> Message.of(new byte[bytes]));
  }

  private static RawPeer asking(Started bob, int requests) throws Exception {
    RawPeer peer = RawPeer.setUp(bob.address(), bob.id(), TransportFixture.NETWORK);
    peer.socket().setReceiveBufferSize(64 * 1024);
    for (int i = 0; i < requests; i++) {
      peer.send(peer.request(2 * i + 1, "", "x"));
    }
    return peer.flush();
  }

  private static long held(Started bob) {
    return bob.transport().links().stream().mapToLong(l -> l.stats().pendingBytes()).sum();
  }

  private void awaitStarted(int atLeast) {
    Flux.interval(Duration.ofMillis(5)).filter(i -> started.get() >= atLeast).blockFirst();
  }

  private void anotherIsServed(Started bob) {
    Started carol = fixture.dialling(o -> {});
    Link link = carol.connect(bob).block(TransportFixture.LIMIT);
    assertThat(
            link.requestResponse(TransportFixture.request(Message.text("x")))
                .block(TransportFixture.LIMIT)
                .size())
        .isPositive();
  }

  @Test
  void handlersOfAPeerThatDoesNotReadDoNotStart() throws Exception {
    Started bob = bob(large(4 * MIB));
    try (RawPeer peer = asking(bob, REQUESTS)) {
      awaitStarted(2);
      anotherIsServed(bob);

      assertThat(started.get()).isLessThan(10);
      assertThat(held(bob)).isLessThan(MAX + 5 * MIB);
      assertThat(peer.hasUnreadFrames()).isFalse();
    }
  }

  @Test
  void theyStartWhenItReads() throws Exception {
    Started bob = bob(large(4 * MIB));
    int requests = 20;
    try (RawPeer peer = asking(bob, requests)) {
      awaitStarted(2);

      int whole = 0;
      while (whole < requests) {
        RawFrames.Seen frame = peer.nextFrame();
        assertThat(frame.type()).isEqualTo(FrameLayout.PAYLOAD);
        whole += (frame.flags() & FrameLayout.FLAG_COMPLETE) != 0 ? 1 : 0;
      }
      assertThat(started.get()).isEqualTo(requests);
      Flux.interval(Duration.ofMillis(5))
          .filter(i -> bob.carrier().use().outboundBytes() == 0)
          .blockFirst(TransportFixture.LIMIT);
    }
  }

  @Test
  void anAnswerThatDoesNotFitIsSaidToBeExecuted() throws Exception {
    Started bob = bob(gate.asMono().then(large(4 * MIB)));
    try (RawPeer peer = asking(bob, REQUESTS)) {
      awaitStarted(REQUESTS); // before there is anything to hold

      gate.tryEmitEmpty();

      assertThat(held(bob)).isLessThan(MAX + 5 * MIB);
      int refused = 0;
      int answered = 0;
      while (refused + answered < REQUESTS) {
        RawFrames.Seen frame = peer.nextFrame();
        if (frame.type() == FrameLayout.ERROR) {
          assertThat(frame.intBody()).isEqualTo(ErrorCode.ANSWER_DOES_NOT_FIT);
          refused++;
        } else {
          answered += (frame.flags() & FrameLayout.FLAG_COMPLETE) != 0 ? 1 : 0;
        }
      }
      assertThat(answered).isBetween(3, 10);
    }
  }

  @Test
  void whatACallerHearsOfIt() {
    MessagingException e =
        WireErrors.toFailure(
            WireErrors.of(ErrorCode.ANSWER_DOES_NOT_FIT, null),
            fixture.dialling(o -> {}).id(),
            true,
            null);

    assertThat(e.code()).isEqualTo(FailureCode.OVERLOADED);
    assertThat(e.executed()).isEqualTo(Executed.YES);
    assertThat(e.isRetryable()).isFalse();
  }

  @Test
  void streamsOfAPeerThatDoesNotReadAreBoundedTogether() throws Exception {
    Started bob = bob(large(4 * MIB));
    try (RawPeer peer = RawPeer.setUp(bob.address(), bob.id(), TransportFixture.NETWORK)) {
      for (int i = 0; i < REQUESTS; i++) {
        peer.send(peer.frames().stream(2 * i + 1, 1000));
      }
      peer.flush();
      awaitStarted(2);
      anotherIsServed(bob);

      assertThat(held(bob)).isLessThan(MAX + 5 * MIB);
      assertThat(started.get()).isLessThan(REQUESTS);
    }
  }

  @Test
  void ownRequestsThatDoNotFitAreRefusedUnexecuted() throws Exception {
    Started bob = bob(large(1));
    try (RawPeer peer = RawPeer.setUp(bob.address(), bob.id(), TransportFixture.NETWORK)) {
      peer.socket().setReceiveBufferSize(64 * 1024);
      Link link = bob.transport().links().iterator().next();
      Queue<MessagingException> failures = new ConcurrentLinkedQueue<>();
      for (int i = 0; i < 50; i++) {
        link.requestResponse(TransportFixture.request(Message.of(new byte[MIB])))
            .subscribe(m -> {}, e -> failures.add((MessagingException) e));
      }

      assertThat(held(bob)).isBetween(14L * MIB, 18L * MIB);
      assertThat(failures).hasSizeBetween(24, 36); // some MiB wait in the kernel, not in the link
      assertThat(failures)
          .allSatisfy(
              e -> {
                assertThat(e.code()).isEqualTo(FailureCode.OVERLOADED);
                assertThat(e.executed()).isEqualTo(Executed.NO);
              });
      assertThat(peer.socket().isConnected()).isTrue();
    }
  }

  @Test
  void manyLinksThatAreNotReadAreBoundedTogether() throws Exception {
    Started bob = bob(gate.asMono().then(large(MIB)));
    List<RawPeer> peers = new ArrayList<>();
    try {
      for (int i = 0; i < 64; i++) {
        peers.add(asking(bob, 8));
      }
      awaitStarted(64 * 8);
      gate.tryEmitEmpty();

      long taken = bob.carrier().use().outboundBytes();
      assertThat(taken).isBetween(20L * MIB, 64L * MIB);
      assertThat(held(bob)).isLessThan(70L * MIB);
      Link link = fixture.dialling(o -> {}).connect(bob).block(TransportFixture.LIMIT);
      Message small =
          link.requestResponse(
                  new dev.parley.spi.Outbound(
                      "small",
                      Message.of(new byte[1000]),
                      System.nanoTime() + TransportFixture.LIMIT.toNanos()))
              .block(TransportFixture.LIMIT);
      assertThat(small.size()).isZero();
    } finally {
      for (RawPeer peer : peers) {
        peer.close();
      }
    }
    Flux.interval(Duration.ofMillis(5))
        .filter(i -> bob.carrier().use().outboundBytes() == 0)
        .blockFirst(TransportFixture.LIMIT);
  }
}
