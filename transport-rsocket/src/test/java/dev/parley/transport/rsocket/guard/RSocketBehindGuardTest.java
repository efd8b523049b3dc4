package dev.parley.transport.rsocket.guard;

import static dev.parley.transport.rsocket.guard.RawFrames.F;
import static dev.parley.transport.rsocket.guard.RawFrames.N;
import static dev.parley.transport.rsocket.guard.RawFrames.pattern;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.transport.rsocket.guard.FrameViolation.Reason;
import io.netty.buffer.ByteBuf;
import io.rsocket.DuplexConnection;
import io.rsocket.Payload;
import io.rsocket.RSocket;
import io.rsocket.SocketAcceptor;
import io.rsocket.core.RSocketConnector;
import io.rsocket.core.RSocketServer;
import io.rsocket.exceptions.CustomRSocketException;
import io.rsocket.exceptions.RejectedException;
import io.rsocket.frame.decoder.PayloadDecoder;
import io.rsocket.transport.ClientTransport;
import io.rsocket.util.ByteBufPayload;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The real rsocket-core behind the guard: what used to harm it no longer does, and honest use
 * works.
 */
class RSocketBehindGuardTest {
  private LogCapture log;

  @BeforeEach
  void captureLog() {
    log = new LogCapture();
  }

  @AfterEach
  void nothingWasLogged() {
    log.close();
    log.assertSilent();
  }

  private static GuardOptions options(UnaryOperator<GuardOptions.Builder> changes) {
    return changes.apply(GuardOptions.builder().maxRequestsPerSecond(0)).build();
  }

  private static GuardedConnection server(
      RSocket handler, UnaryOperator<GuardOptions.Builder> changes) {
    GuardedConnection connection = new GuardedConnection(false, options(changes));
    RSocketServer.create(SocketAcceptor.with(handler))
        .payloadDecoder(PayloadDecoder.ZERO_COPY)
        .fragment(32 << 10)
        .asConnectionAcceptor()
        .apply(connection)
        .subscribe(null, e -> {});
    return connection;
  }

  private static RSocket client(GuardedConnection connection) {
    AtomicReference<RSocket> client = new AtomicReference<>();
    RSocketConnector.create()
        .payloadDecoder(PayloadDecoder.ZERO_COPY)
        .fragment(32 << 10)
        .connect(
            new ClientTransport() {
              @Override
              public Mono<DuplexConnection> connect() {
                return Mono.just(connection);
              }

              @Override
              public int maxFrameLength() {
                return 32 << 10;
              }
            })
        .subscribe(client::set);
    return client.get();
  }

  private static final RSocket NEVER =
      new RSocket() {
        @Override
        public Mono<Payload> requestResponse(Payload payload) {
          payload.release();
          return Mono.never();
        }
      };

  // what stock rsocket-core suffers from

  @Test
  void setupWithNegativeKeepAliveLeaksNothing() {
    GuardedConnection connection = server(NEVER, o -> o);
    connection.push(connection.frames.setup(0x0001_0000, -1, 90_000, 0));
    assertThat(connection.violation).isEqualTo(Reason.BAD_SETUP);
    assertThat(connection.isDisposed()).isTrue();
    connection.assertNothingLeaked();
  }

  @Test
  void setupCannotMakeTheServerTickEveryMillisecond() {
    GuardedConnection connection = server(NEVER, o -> o);
    connection.push(connection.frames.setup(0x0001_0000, 1, 90_000, 0));
    assertThat(connection.violation).isEqualTo(Reason.BAD_SETUP);
    assertThat(connection.sent).isEmpty();
    connection.assertNothingLeaked();
  }

  @Test
  void keepAliveIsNoReflector() {
    GuardedConnection connection = server(NEVER, o -> o);
    connection.push(connection.frames.setup());
    for (int i = 0; i < 200; i++) {
      connection.push(connection.frames.keepAlive(true, 64));
    }
    assertThat(connection.sent).hasSize(30).allMatch(frame -> frame.body().length == 72);
    connection.push(connection.frames.keepAlive(true, 1 << 20));
    assertThat(connection.violation).isEqualTo(Reason.KEEPALIVE_TOO_LARGE);
    assertThat(connection.sent).hasSize(30);
    connection.assertNothingLeaked();
  }

  @Test
  void neverEndingRequestsAreBounded() {
    AtomicInteger running = new AtomicInteger();
    RSocket handler =
        new RSocket() {
          @Override
          public Mono<Payload> requestResponse(Payload payload) {
            payload.release();
            return Mono.<Payload>never()
                .doOnSubscribe(s -> running.incrementAndGet())
                .doOnCancel(running::decrementAndGet);
          }
        };
    GuardedConnection connection = server(handler, o -> o);
    connection.push(connection.frames.setup());
    int rejected = 0;
    for (int i = 0; i < 20_000; i++) {
      connection.push(connection.frames.request(2 * i + 1));
      rejected += connection.sent.size();
      connection.sent.removeIf(frame -> frame.intBody() == ErrorCode.REJECTED);
    }
    assertThat(running).hasValue(1024);
    assertThat(rejected).isEqualTo(20_000 - 1024);
    assertThat(connection.sent).isEmpty();
    connection.dispose();
    assertThat(running).hasValue(0);
    connection.assertNothingLeaked();
  }

  @Test
  void rapidRequestAndCancelIsBounded() {
    AtomicInteger started = new AtomicInteger();
    RSocket handler =
        new RSocket() {
          @Override
          public Mono<Payload> requestResponse(Payload payload) {
            payload.release();
            started.incrementAndGet();
            return Mono.never();
          }
        };
    GuardedConnection connection = server(handler, o -> o.maxRequestsPerSecond(100));
    connection.push(connection.frames.setup());
    for (int id = 1; connection.violation == null; id += 2) {
      connection.push(connection.frames.request(id));
      if (connection.violation == null) {
        connection.push(connection.frames.cancel(id));
      }
    }
    assertThat(connection.violation).isEqualTo(Reason.REQUEST_FLOOD);
    assertThat(started).hasValue(100);
    connection.assertNothingLeaked();
  }

  @Test
  void tinyFragmentsAreRefusedAtTheFirst() {
    GuardedConnection connection = server(NEVER, o -> o);
    connection.push(connection.frames.setup());
    connection.push(connection.frames.data(1, FrameLayout.REQUEST_RESPONSE, F, new byte[49]));
    assertThat(connection.violation).isEqualTo(Reason.FRAGMENT_TOO_SMALL);
    connection.assertNothingLeaked();
  }

  @Test
  void endlessFragmentsEndInOneErrorAndNoMemory() {
    GuardedConnection connection = server(NEVER, o -> o);
    connection.push(connection.frames.setup());
    connection.push(connection.frames.data(1, FrameLayout.REQUEST_RESPONSE, F, new byte[32_000]));
    for (int i = 0; i < 1_000; i++) {
      connection.push(connection.frames.payload(1, N | F, 32_000));
    }
    assertThat(connection.sent).hasSize(1);
    assertThat(connection.sent.remove().intBody()).isEqualTo(ErrorCode.MESSAGE_TOO_LARGE);
    assertThat(connection.guard.reassemblyBytes()).isZero();
    connection.assertNothingLeaked();
    connection.dispose();
  }

  @Test
  void framesForStreamsNobodyOpenedDoNotReachTheRequester() {
    GuardedConnection connection = server(NEVER, o -> o);
    connection.push(connection.frames.setup());
    connection.push(connection.frames.error(2, 0x201, "logged at ERROR without the guard"));
    assertThat(connection.violation).isEqualTo(Reason.STREAM_NEVER_OPENED);
    connection.assertNothingLeaked();
  }

  @Test
  void errorAfterCompletionEndsChannelWithoutLogging() {
    AtomicInteger cancelled = new AtomicInteger();
    RSocket handler =
        new RSocket() {
          @Override
          public Flux<Payload> requestChannel(Publisher<Payload> payloads) {
            Flux.from(payloads).subscribe(Payload::release);
            return Flux.<Payload>never().doOnCancel(cancelled::incrementAndGet);
          }
        };
    GuardedConnection connection = server(handler, o -> o);
    connection.push(connection.frames.setup());
    connection.push(connection.frames.channel(1, 1, FrameLayout.FLAG_COMPLETE));
    connection.push(connection.frames.error(1, 0x201, "onErrorDropped without the guard"));
    assertThat(cancelled).hasValue(1);
    assertThat(connection.guard.inboundStreams()).isZero();
    connection.assertNothingLeaked();
    connection.dispose();
  }

  @Test
  void unboundedDemandReachesTheHandlerWindowByWindow() {
    List<Long> requests = new ArrayList<>();
    RSocket handler =
        new RSocket() {
          @Override
          public Flux<Payload> requestStream(Payload payload) {
            payload.release();
            return Flux.range(0, 1_000)
                .map(i -> ByteBufPayload.create("item"))
                .doOnRequest(requests::add);
          }
        };
    GuardedConnection connection = server(handler, o -> o);
    connection.push(connection.frames.setup());
    connection.push(connection.frames.stream(1, Integer.MAX_VALUE));
    while (connection.guard.isDemandWaiting()) {
      connection.grantDemand();
    }
    assertThat(connection.sent).hasSize(1_001);
    assertThat(requests).startsWith(256L).allMatch(n -> n <= 256);
    connection.dispose();
  }

  // honest use, both ends real

  /** Two guarded connections back to back. */
  private static final class Pair {
    final GuardedConnection dialler;
    final GuardedConnection acceptor;
    final RSocket client;
    private final ArrayDeque<Runnable> inFlight = new ArrayDeque<>();

    Pair(RSocket handler, UnaryOperator<GuardOptions.Builder> changes) {
      acceptor = server(handler, changes);
      dialler = new GuardedConnection(true, options(changes));
      dialler.wire = frame -> travel(frame, acceptor);
      acceptor.wire = frame -> travel(frame, dialler);
      client = client(dialler);
      pump();
    }

    private void travel(ByteBuf frame, GuardedConnection to) {
      ByteBuf copy = to.frames.copy(frame);
      inFlight.add(() -> to.push(copy));
    }

    void pump() {
      do {
        while (!inFlight.isEmpty()) {
          inFlight.remove().run();
        }
        dialler.grantDemand();
        acceptor.grantDemand();
      } while (!inFlight.isEmpty());
    }

    void close() {
      pump();
      assertThat(dialler.guard.outboundStreams()).isZero();
      assertThat(acceptor.guard.inboundStreams()).isZero();
      assertThat(dialler.violation).isNull();
      assertThat(acceptor.violation).isNull();
      dialler.dispose();
      acceptor.dispose();
      dialler.assertNothingLeaked();
      acceptor.assertNothingLeaked();
    }
  }

  private static final RSocket ECHO =
      new RSocket() {
        @Override
        public Mono<Payload> requestResponse(Payload payload) {
          return Mono.just(payload);
        }

        @Override
        public Flux<Payload> requestStream(Payload payload) {
          payload.release();
          return Flux.range(0, 2_000).map(i -> ByteBufPayload.create("item " + i));
        }

        @Override
        public Flux<Payload> requestChannel(Publisher<Payload> payloads) {
          return Flux.from(payloads);
        }
      };

  private static Payload payload(int metadataBytes, int dataBytes) {
    return ByteBufPayload.create(pattern(dataBytes), pattern(metadataBytes));
  }

  @Test
  void carriesMessagesFarLargerThanFrame() {
    Pair pair = new Pair(ECHO, o -> o);
    int[][] sizes = {{0, 0}, {10, 10}, {40_000, 0}, {65_536, 100_000}, {5, 4 << 20}};
    for (int[] size : sizes) {
      AtomicInteger answered = new AtomicInteger();
      pair.client
          .requestResponse(payload(size[0], size[1]))
          .subscribe(
              answer -> {
                byte[] metadata = new byte[answer.metadata().readableBytes()];
                byte[] data = new byte[answer.data().readableBytes()];
                answer.metadata().getBytes(0, metadata);
                answer.data().getBytes(answer.data().readerIndex(), data);
                assertThat(metadata).isEqualTo(pattern(size[0]));
                assertThat(data).isEqualTo(pattern(size[1]));
                answer.release();
                answered.incrementAndGet();
              });
      pair.pump();
      assertThat(answered).as("%s bytes", size[1]).hasValue(1);
    }
    pair.close();
  }

  @Test
  void carriesStreamAndChannelWithAnyDemand() {
    for (int prefetch : new int[] {1, 7, 300, Integer.MAX_VALUE}) {
      Pair pair = new Pair(ECHO, o -> o);
      AtomicInteger items = new AtomicInteger();
      pair.client
          .requestStream(payload(1, 1))
          .limitRate(prefetch)
          .doOnNext(Payload::release)
          .subscribe(item -> items.incrementAndGet());
      pair.pump();
      assertThat(items).as("stream items with prefetch %s", prefetch).hasValue(2_000);

      AtomicInteger echoes = new AtomicInteger();
      pair.client
          .requestChannel(Flux.range(0, 1_000).map(i -> payload(1, i % 50)))
          .limitRate(prefetch)
          .doOnNext(Payload::release)
          .subscribe(item -> echoes.incrementAndGet());
      pair.pump();
      assertThat(echoes).as("channel items with prefetch %s", prefetch).hasValue(1_000);
      pair.close();
    }
  }

  @Test
  void carriesLargeItemsOnChannels() {
    Pair pair = new Pair(ECHO, o -> o);
    AtomicInteger bytes = new AtomicInteger();
    pair.client
        .requestChannel(Flux.range(0, 20).map(i -> payload(i, 50_000 * i)))
        .doOnNext(item -> bytes.addAndGet(item.data().readableBytes()))
        .subscribe(Payload::release);
    pair.pump();
    assertThat(bytes).hasValue(50_000 * 190);
    pair.close();
  }

  @Test
  void tellsCallerThatMessageWasTooLarge() {
    Pair pair = new Pair(ECHO, o -> o.maxMessageBytes(100_000));
    AtomicReference<Throwable> failure = new AtomicReference<>();
    pair.client.requestResponse(payload(0, 100_001)).subscribe(null, failure::set);
    pair.pump();
    assertThat(failure.get()).isInstanceOf(CustomRSocketException.class);
    assertThat(((CustomRSocketException) failure.get()).errorCode())
        .isEqualTo(ErrorCode.MESSAGE_TOO_LARGE);
    pair.close();
  }

  @Test
  void tellsCallerThatRequestWasRejected() {
    Pair pair = new Pair(NEVER, o -> o.maxInboundStreams(1));
    AtomicReference<Throwable> failure = new AtomicReference<>();
    var first = pair.client.requestResponse(payload(0, 1)).subscribe();
    pair.client.requestResponse(payload(0, 1)).subscribe(null, failure::set);
    pair.pump();
    assertThat(failure.get()).isInstanceOf(RejectedException.class);
    first.dispose();
    pair.close();
  }

  @Test
  void cancelsEitherHalfOfChannel() {
    Pair pair = new Pair(ECHO, o -> o);
    AtomicInteger echoes = new AtomicInteger();
    pair.client
        .requestChannel(Flux.range(0, 100).map(i -> payload(1, 1)))
        .take(10)
        .subscribe(
            item -> {
              item.release();
              echoes.incrementAndGet();
            });
    pair.pump();
    assertThat(echoes).hasValue(10);
    pair.close();
  }

  @Test
  void deliversConnectionErrorOfThePeerToOpenRequests() {
    Pair pair = new Pair(NEVER, o -> o);
    AtomicReference<Throwable> failure = new AtomicReference<>();
    pair.client.requestResponse(payload(0, 1)).subscribe(null, failure::set);
    pair.pump();
    pair.dialler.push(pair.dialler.frames.error(0, 0x101, "broken"));
    assertThat(failure.get()).hasMessage("broken");
    assertThat(pair.dialler.isDisposed()).isTrue();
    pair.acceptor.dispose();
    pair.dialler.assertNothingLeaked();
    pair.acceptor.assertNothingLeaked();
  }
}
