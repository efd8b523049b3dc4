package dev.parley.transport.rsocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.FailureCode;
import dev.parley.HandlerFailure;
import dev.parley.Message;
import dev.parley.transport.rsocket.TransportFixture.Started;
import dev.parley.transport.rsocket.guard.ErrorCode;
import dev.parley.transport.rsocket.guard.FrameLayout;
import dev.parley.transport.rsocket.guard.RawFrames;
import dev.parley.transport.session.CloseCode;
import dev.parley.transport.session.ControlRecord;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Mono;

/**
 * Peers that have proved who they are, and then do what stock rsocket-java 1.1.5 does not survive
 * or should not do. The faults V2, V3, V4, V6 and V7 are shown against rsocket-core itself in
 * {@code RSocketBehindGuardTest}; here the bytes come over a socket.
 */
@Timeout(60)
class HostilePeerTest {
  private final TransportFixture fixture = new TransportFixture();
  private Started bob = fixture.listening(in -> Mono.just(in.message()));

  @AfterEach
  void close() {
    fixture.close();
  }

  private RawPeer connect() throws Exception {
    return RawPeer.connect(bob.address(), bob.id(), TransportFixture.NETWORK);
  }

  private RawPeer setUp() throws Exception {
    return RawPeer.setUp(bob.address(), bob.id(), TransportFixture.NETWORK);
  }

  private void isUnharmed() throws Exception {
    try (RawPeer other = setUp()) {
      other.send(other.request(1, "", "still there?")).flush();
      assertThat(new String(other.nextFrame().body(), UTF_8)).contains("still there?");
    }
  }

  /** V1: stock rsocket-java throws a NullPointerException and loses the request. */
  @Test
  void answersARequestThatComesWithTheSetupInOneSegment() throws Exception {
    try (RawPeer peer = connect()) {
      peer.send(peer.frames().setup(), peer.request(1, "", "early")).flush();

      RawFrames.Seen answer = peer.nextFrame();

      assertThat(answer.streamId()).isEqualTo(1);
      assertThat(new String(answer.body(), UTF_8)).contains("early");
    }
  }

  @Test
  void answersEverythingThatComesWithTheSetupInItsOwnRecords() throws Exception {
    try (RawPeer peer = connect()) {
      peer.send(peer.frames().setup());
      for (int i = 0; i < 64; i++) {
        peer.send(peer.request(2 * i + 1, "", "request " + i));
      }
      peer.flush();

      List<Integer> answered = new ArrayList<>();
      for (int i = 0; i < 64; i++) {
        answered.add(peer.nextFrame().streamId());
      }
      assertThat(answered).doesNotHaveDuplicates().hasSize(64);
    }
  }

  /** V2: stock rsocket-java leaks the frame; the fixture's leak check would see it. */
  @Test
  void refusesASetupWithANegativeInterval() throws Exception {
    try (RawPeer peer = connect()) {
      peer.send(peer.frames().setup(0x0001_0000, -1, 90_000, 0)).flush();

      assertThat(closeCode(peer)).isEqualTo(CloseCode.PROTOCOL_ERROR);
    }
    isUnharmed();
  }

  /** V3: stock rsocket-java sends a thousand frames a second. */
  @Test
  void refusesAKeepAliveIntervalOfAMillisecond() throws Exception {
    try (RawPeer peer = connect()) {
      peer.send(peer.frames().setup(0x0001_0000, 1, 90_000, 0)).flush();

      assertThat(closeCode(peer)).isEqualTo(CloseCode.PROTOCOL_ERROR);
    }
  }

  /** V4: stock rsocket-java echoes any amount of data. */
  @Test
  void echoesNoLargeKeepAlive() throws Exception {
    try (RawPeer peer = setUp()) {
      peer.send(peer.frames().keepAlive(true, 16_000)).flush();

      assertThat(closeCode(peer)).isIn(CloseCode.PROTOCOL_ERROR, CloseCode.LIMITS);
    }
    isUnharmed();
  }

  /** V5: stock rsocket-java sends the text of the exception to the peer. */
  @Test
  void tellsNothingOfAHandlersException() throws Exception {
    close();
    bob =
        new TransportFixture()
            .listening(in -> Mono.error(new IllegalStateException("password=hunter2")));
    try (RawPeer peer = setUp()) {
      peer.send(peer.request(1, "", "x")).flush();

      RawFrames.Seen error = peer.nextFrame();

      assertThat(error.type()).isEqualTo(FrameLayout.ERROR);
      assertThat(error.intBody()).isEqualTo(ErrorCode.APPLICATION_ERROR);
      assertThat(error.body()).hasSize(4);
    } finally {
      bob.transport().close().block(TransportFixture.LIMIT);
    }
  }

  @Test
  void tellsWhatAHandlerChoseToTell() throws Exception {
    close();
    bob =
        new TransportFixture()
            .listening(in -> Mono.error(HandlerFailure.of(FailureCode.REJECTED, "sold out", null)));
    try (RawPeer peer = setUp()) {
      peer.send(peer.request(1, "", "x")).flush();

      assertThat(new String(peer.nextFrame().body(), UTF_8)).endsWith("sold out");
    } finally {
      bob.transport().close().block(TransportFixture.LIMIT);
    }
  }

  /** V6: stock rsocket-java takes any number of requests that never end. */
  @Test
  void refusesRequestsBeyondTheLimitAsNotExecuted() throws Exception {
    close();
    TransportFixture small = new TransportFixture();
    AtomicInteger handled = new AtomicInteger();
    bob =
        small.listening(
            in -> {
              handled.incrementAndGet();
              return Mono.never();
            },
            o -> o.limits(l -> l.maxConcurrentRequests(4)));
    try (RawPeer peer = setUp()) {
      for (int i = 0; i < 100; i++) {
        peer.send(peer.request(2 * i + 1, "", "x"));
      }
      peer.flush();

      for (int i = 4; i < 100; i++) {
        RawFrames.Seen refusal = peer.nextFrame();
        assertThat(refusal.streamId()).isEqualTo(2 * i + 1);
        assertThat(refusal.intBody()).isEqualTo(ErrorCode.REJECTED);
      }
      assertThat(handled).hasValue(4);
    } finally {
      small.close();
    }
  }

  /** V7: stock rsocket-java copies quadratically. */
  @Test
  void refusesTinyFragments() throws Exception {
    try (RawPeer peer = setUp()) {
      ByteBuf first =
          peer.frames()
              .data(1, FrameLayout.REQUEST_RESPONSE, FrameLayout.FLAG_FOLLOWS, new byte[55]);
      peer.send(first).flush();

      assertThat(closeCode(peer)).isIn(CloseCode.PROTOCOL_ERROR, CloseCode.LIMITS);
    }
    isUnharmed();
  }

  @Test
  void endsARapidlyResetLinkWithoutRunningItsHandlersForEver() throws Exception {
    close();
    TransportFixture small = new TransportFixture();
    AtomicInteger running = new AtomicInteger();
    bob =
        small.listening(
            in ->
                Mono.<Message>never()
                    .doOnSubscribe(s -> running.incrementAndGet())
                    .doOnCancel(running::decrementAndGet));
    try (RawPeer peer = setUp()) {
      for (int i = 0; i < 5_000; i++) {
        peer.send(peer.request(2 * i + 1, "", "x"), peer.frames().cancel(2 * i + 1));
      }
      peer.send(peer.request(20_001, "", "last"), peer.frames().cancel(20_001));
      peer.send(new ControlRecord.Ping(42)).flush();

      ControlRecord pong = peer.nextControl();
      assertThat(pong).isEqualTo(new ControlRecord.Pong(42));
      assertThat(running).hasValue(0);
    } finally {
      small.close();
    }
  }

  @Test
  void disconnectsAtTheFirstForgedRecordWithoutAWord() throws Exception {
    try (RawPeer peer = setUp()) {
      byte[] forged = new byte[66];
      forged[1] = 64;
      peer.send(forged).flush();

      assertThat(peer.endsInOrder()).isTrue();
    }
    isUnharmed();
    fixture.awaitClosed();
    assertThat(fixture.closedLinks).contains("record_authentication");
  }

  @Test
  void isUnharmedByAnyFrameCutShort() throws Exception {
    for (int bytes = 6; bytes < 20; bytes++) {
      for (int type = 1; type < 15; type++) {
        try (RawPeer peer = setUp()) {
          ByteBuf frame = peer.frames().header(1, type, FrameLayout.FLAG_METADATA);
          frame.writeZero(Math.max(0, bytes - frame.readableBytes()));
          peer.send(frame).send(new ControlRecord.Ping(1)).flush();
          peer.nextControl(); // either PONG or CLOSE, but not silence
        }
      }
    }
    isUnharmed();
  }

  static Stream<ControlRecord> controlsWithoutAnAnswer() {
    return Stream.of(new ControlRecord.KeyUpdate(), new ControlRecord.Pong(7));
  }

  @ParameterizedTest
  @MethodSource("controlsWithoutAnAnswer")
  void endsALinkOfControlRecordsOnly(ControlRecord record) throws Exception {
    try (RawPeer peer = setUp()) {
      for (int i = 0; i < 1900; i++) {
        peer.send(record);
      }
      peer.send(new ControlRecord.Ping(1)).flush();
      assertThat(peer.nextControl()).isEqualTo(new ControlRecord.Pong(1));

      for (int i = 0; i < 60_000; i++) {
        peer.send(record);
      }
      peer.flush();

      assertThat(closeCode(peer)).isEqualTo(CloseCode.LIMITS);
    }
    isUnharmed();
  }

  private static CloseCode closeCode(RawPeer peer) throws Exception {
    return ((ControlRecord.Close) peer.lastControl()).closeCode();
  }
}
