package dev.parley.transport.rsocket;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.Address;
import dev.parley.FailureCode;
import dev.parley.Identity;
import dev.parley.Inbound;
import dev.parley.Message;
import dev.parley.MessagingException;
import dev.parley.Phase;
import dev.parley.spi.Link;
import dev.parley.testkit.fault.BlackHole;
import dev.parley.transport.rsocket.TransportFixture.Started;
import dev.parley.transport.rsocket.guard.ErrorCode;
import dev.parley.transport.rsocket.guard.FrameLayout;
import dev.parley.transport.rsocket.guard.RawFrames;
import dev.parley.transport.session.CloseCode;
import dev.parley.transport.session.ControlRecord;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Each limit of {@link TransportOptions}, over real sockets. */
@Timeout(60)
class TransportLimitsTest {
  private static final Function<Inbound, Mono<Message>> ECHO = in -> Mono.just(in.message());

  private final TransportFixture fixture = new TransportFixture();
  private final List<Socket> sockets = new ArrayList<>();

  @AfterEach
  void close() throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
    fixture.close();
  }

  private Started listening(Consumer<TransportOptions.Builder> change) {
    return fixture.listening(ECHO, change);
  }

  private Socket open(Started at) throws IOException {
    Socket socket = RawPeer.open(at.address());
    sockets.add(socket);
    return socket;
  }

  /**
   * Connects and stays in the handshake. Its first answer is awaited: connections are admitted by
   * several event loops, in whatever order those come to it.
   */
  private Socket admitted(Started at) throws Exception {
    RawPeer peer = RawPeer.connect(at.address(), at.id(), TransportFixture.NETWORK);
    sockets.add(peer.socket());
    return peer.socket();
  }

  /** Whether the other side ends the connection, rather than waiting for more. */
  private static boolean isEnded(Socket socket) throws IOException {
    socket.setSoTimeout(RawPeer.TIMEOUT_MILLIS);
    try {
      return socket.getInputStream().read() < 0;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (SocketException e) {
      return true;
    }
  }

  /** Whether a new connection is ended, which may be as early as while it is made. */
  private boolean isRefused(Started at) throws IOException {
    try {
      return isEnded(open(at));
    } catch (SocketException e) {
      return true;
    }
  }

  private static boolean isKept(Socket socket) throws IOException {
    socket.setSoTimeout(200);
    try {
      return socket.getInputStream().read() >= 0;
    } catch (SocketTimeoutException e) {
      return true;
    } catch (SocketException e) {
      return false;
    }
  }

  private static MessagingException failure(Mono<?> mono) {
    AtomicReference<MessagingException> caught = new AtomicReference<>();
    assertThatThrownBy(() -> mono.block(TransportFixture.LIMIT))
        .isInstanceOfSatisfying(MessagingException.class, caught::set);
    return caught.get();
  }

  @Test
  void handshakeTimeout() throws Exception {
    Started bob = listening(o -> o.accepting(a -> a.handshakeTimeout(Duration.ofMillis(100))));

    assertThat(isRefused(bob)).isTrue();
    assertThat(fixture.refused).containsExactly("timeout");
  }

  @Test
  void handshakeTimeoutOfAWebSocketBeginsBeforeItsUpgrade() throws Exception {
    Started bob =
        fixture.start(
            ECHO,
            o ->
                o.listen(Address.parseListen("ws://127.0.0.1:0/p"))
                    .accepting(a -> a.handshakeTimeout(Duration.ofMillis(100))));
    Socket silent = open(bob);
    Socket slow = open(bob);
    slow.getOutputStream().write("GET /p HTTP/1.1\r\n".getBytes(US_ASCII));

    assertThat(isEnded(silent)).isTrue();
    assertThat(isEnded(slow)).isTrue();
  }

  @Test
  void maxHandshakes() throws Exception {
    Started bob = listening(o -> o.accepting(a -> a.maxHandshakes(2)));
    Socket first = admitted(bob);
    Socket second = admitted(bob);

    Socket third = admitted(bob);

    assertThat(isEnded(first)).isTrue();
    assertThat(fixture.refused).containsExactly("busy");
    assertThat(isKept(second)).isTrue();
    assertThat(isKept(third)).isTrue();
  }

  @Test
  void maxConnectionsOfAWebSocketHoldsBeforeItsUpgrade() throws Exception {
    Started bob =
        fixture.start(
            ECHO,
            o ->
                o.listen(Address.parseListen("ws://127.0.0.1:0/p"))
                    .limits(l -> l.maxConnections(1)));
    Socket first = open(bob);
    first.getOutputStream().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(US_ASCII));
    assertThat(first.getInputStream().read()).isEqualTo('H');

    assertThat(isRefused(bob)).isTrue();
    assertThat(fixture.refused).containsExactly("max_connections");
  }

  @Test
  void maxConnections() throws Exception {
    Started bob = listening(o -> o.limits(l -> l.maxConnections(1)));
    Started alice = fixture.dialling(o -> {});
    alice.connect(bob).block(TransportFixture.LIMIT);

    assertThat(isRefused(bob)).isTrue();
    assertThat(fixture.refused).containsExactly("max_connections");
  }

  @Test
  void aConnectionThatEndedLeavesItsPlace() throws Exception {
    Started bob =
        listening(
            o ->
                o.limits(l -> l.maxConnections(1))
                    .accepting(a -> a.handshakeTimeout(Duration.ofMillis(50))));
    for (int i = 0; i < 5; i++) {
      Socket socket = open(bob);
      assertThat(isEnded(socket)).isTrue();
    }
    assertThat(fixture.refused).contains("timeout");
  }

  @Test
  void maxConnectionsPerPrefix() throws Exception {
    Started bob =
        listening(
            o -> o.accepting(a -> a.limitLoopback(true)).limits(l -> l.maxConnectionsPerPrefix(1)));
    fixture.dialling(o -> {}).connect(bob).block(TransportFixture.LIMIT);

    assertThat(isRefused(bob)).isTrue();
    assertThat(fixture.refused).containsExactly("max_connections_per_prefix");
  }

  @Test
  void maxHandshakesPerPrefix() throws Exception {
    Started bob = listening(o -> o.accepting(a -> a.limitLoopback(true).maxHandshakesPerPrefix(1)));
    admitted(bob);

    assertThat(isRefused(bob)).isTrue();
    assertThat(fixture.refused).containsExactly("max_handshakes_per_prefix");
  }

  @Test
  void handshakesPerSecondPerPrefix() throws Exception {
    fixture.clock = () -> 0;
    Started bob =
        listening(o -> o.accepting(a -> a.limitLoopback(true).handshakesPerSecondPerPrefix(1)));
    admitted(bob);
    admitted(bob);

    assertThat(isRefused(bob)).isTrue();
    assertThat(fixture.refused).containsExactly("handshake_rate_per_prefix");
  }

  @Test
  void dialTimeoutWhereNothingAcceptsTheConnection() {
    try (BlackHole hole = BlackHole.unaccepting()) {
      Started alice = fixture.dialling(o -> o.dialling(d -> d.dialTimeout(Duration.ofMillis(300))));
      long start = System.nanoTime();

      MessagingException e =
          failure(alice.connect(Identity.generate().id(), Address.tcp("127.0.0.1", hole.port())));

      assertThat(e.code()).isEqualTo(FailureCode.AGENT_UNREACHABLE);
      assertThat(e.phase()).isEqualTo(Phase.DIAL);
      assertThat(e.isRetryable()).isTrue();
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    }
  }

  @Test
  void dialTimeoutWhereNobodyAnswersTheHandshake() {
    try (BlackHole hole = BlackHole.silent()) {
      Started alice = fixture.dialling(o -> o.dialling(d -> d.dialTimeout(Duration.ofMillis(300))));

      MessagingException e =
          failure(alice.connect(Identity.generate().id(), Address.tcp("127.0.0.1", hole.port())));

      assertThat(e.code()).isEqualTo(FailureCode.HANDSHAKE_FAILED);
      assertThat(e.phase()).isEqualTo(Phase.HANDSHAKE);
    }
  }

  @Test
  void dialStaggerRacesTheNextAddress() {
    try (BlackHole hole = BlackHole.silent()) {
      Started bob = listening(o -> {});
      Started alice =
          fixture.dialling(
              o ->
                  o.dialling(
                      d ->
                          d.dialStagger(Duration.ofMillis(50))
                              .dialTimeout(Duration.ofSeconds(20))));

      Link link =
          alice
              .connect(bob.id(), Address.tcp("127.0.0.1", hole.port()), bob.address())
              .block(Duration.ofSeconds(10));

      assertThat(link.peer()).isEqualTo(bob.id());
    }
  }

  @Test
  void maxRequestsPerSecond() throws Exception {
    fixture.clock = () -> 0;
    Started bob = listening(o -> o.limits(l -> l.maxRequestsPerSecond(10)));
    try (RawPeer peer = RawPeer.setUp(bob.address(), bob.id(), TransportFixture.NETWORK)) {
      for (int i = 0; i < 30; i++) {
        peer.send(peer.request(2 * i + 1, "", "x"));
      }
      peer.flush();
      int refused = 0;
      for (int i = 0; i < 30; i++) {
        RawFrames.Seen frame = peer.nextFrame();
        if (frame.type() == FrameLayout.ERROR) {
          assertThat(frame.intBody()).isEqualTo(ErrorCode.REJECTED);
          refused++;
        }
      }
      assertThat(refused).isEqualTo(20);
    }
  }

  @Test
  void aFloodOfRequestsEndsTheLink() throws Exception {
    fixture.clock = () -> 0;
    Started bob = listening(o -> o.limits(l -> l.maxRequestsPerSecond(10)));
    try (RawPeer peer = RawPeer.setUp(bob.address(), bob.id(), TransportFixture.NETWORK)) {
      for (int i = 0; i < 1000; i++) {
        peer.send(peer.request(2 * i + 1, "", "x"));
      }
      peer.flush();

      ControlRecord.Close close = (ControlRecord.Close) peer.nextControl();
      assertThat(close.closeCode()).isEqualTo(CloseCode.LIMITS);
    }
  }

  @Test
  void whatThePeerTakesAtATimeIsHonoured() {
    Started bob = listening(o -> o.limits(l -> l.maxConcurrentRequests(3)));
    Started alice = fixture.dialling(o -> {});
    Link link = alice.connect(bob).block(TransportFixture.LIMIT);

    List<Message> answers =
        Flux.range(0, 500)
            .flatMap(
                i -> link.requestResponse(TransportFixture.request(Message.text("m" + i))), 500)
            .collectList()
            .block(TransportFixture.LIMIT);

    assertThat(answers).hasSize(500);
  }

  @Test
  void maxWaitingRequests() {
    Started bob =
        fixture.listening(in -> Mono.never(), o -> o.limits(l -> l.maxConcurrentRequests(1)));
    Started alice = fixture.dialling(o -> o.limits(l -> l.maxWaitingRequests(2)));
    Link link = alice.connect(bob).block(TransportFixture.LIMIT);
    for (int i = 0; i < 3; i++) {
      link.requestResponse(TransportFixture.request(Message.empty())).subscribe(m -> {}, e -> {});
    }

    MessagingException e = failure(link.requestResponse(TransportFixture.request(Message.empty())));

    assertThat(e.code()).isEqualTo(FailureCode.OVERLOADED);
    assertThat(e).hasMessageContaining("maxWaitingRequests");
  }

  @Test
  void maxMessageBytesOfThePeer() {
    Started bob = listening(o -> o.limits(l -> l.maxMessageBytes(2000)));
    Started alice = fixture.dialling(o -> {});
    Link link = alice.connect(bob).block(TransportFixture.LIMIT);

    assertThat(
            link.requestResponse(TransportFixture.request(Message.of(new byte[2000])))
                .block(TransportFixture.LIMIT)
                .size())
        .isEqualTo(2000);
    MessagingException e =
        failure(link.requestResponse(TransportFixture.request(Message.of(new byte[2001]))));
    assertThat(e.code()).isEqualTo(FailureCode.MESSAGE_TOO_LARGE);
    assertThat(link.isOpen()).isTrue();
  }

  @Test
  void maxMetadataBytesOfThePeer() {
    Started bob = listening(o -> o.limits(l -> l.maxMetadataBytes(1024)));
    Started alice = fixture.dialling(o -> {});
    Link link = alice.connect(bob).block(TransportFixture.LIMIT);

    Message large = Message.empty().withHeader("h", "x".repeat(1024));
    MessagingException e = failure(link.requestResponse(TransportFixture.request(large)));

    assertThat(e.code()).isEqualTo(FailureCode.MESSAGE_TOO_LARGE);
    assertThat(link.isOpen()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {4 << 10, 32 << 10, 65_519})
  void maxRecordBytes(int bytes) {
    Started bob = listening(o -> o.limits(l -> l.maxRecordBytes(bytes)));
    Started alice = fixture.dialling(o -> {});
    Link link = alice.connect(bob).block(TransportFixture.LIMIT);
    byte[] data = RawFrames.pattern(300_000);

    Message answer =
        link.requestResponse(TransportFixture.request(Message.of(data)))
            .block(TransportFixture.LIMIT);

    assertThat(answer.bytes()).isEqualTo(data);
  }

  @Test
  void stallTimeoutOfARecordThatDoesNotEnd() throws Exception {
    Started bob = listening(o -> o.liveness(v -> v.stallTimeout(Duration.ofMillis(100))));
    try (RawPeer peer = RawPeer.setUp(bob.address(), bob.id(), TransportFixture.NETWORK)) {
      peer.send(new byte[] {0x10, 0x00, 1, 2, 3}).flush();

      peer.endsInOrder();
      fixture.awaitClosed();
    }
    assertThat(fixture.closedLinks).contains("read_stalled");
  }

  @Test
  void stallTimeoutOfAPeerThatDoesNotRead() throws Exception {
    Started bob =
        fixture.listening(
            in -> Mono.just(Message.of(new byte[3 << 20])),
            o -> o.liveness(v -> v.stallTimeout(Duration.ofMillis(200))));
    try (RawPeer peer = RawPeer.setUp(bob.address(), bob.id(), TransportFixture.NETWORK)) {
      for (int i = 0; i < 16; i++) {
        peer.send(peer.request(2 * i + 1, "", "x"));
      }
      peer.flush();

      fixture.awaitClosed();
    }
    assertThat(fixture.closedLinks).containsAnyOf("write_stalled", "outbound_overflow");
  }

  @Test
  void signalsWaitWhileTheLinkIsFull() throws Exception {
    Started bob = listening(o -> {});
    try (RawPeer peer = RawPeer.setUp(bob.address(), bob.id(), TransportFixture.NETWORK)) {
      Link link = bob.transport().links().iterator().next();
      AtomicInteger handed = new AtomicInteger();
      int signals = 15;
      for (int i = 0; i < signals; i++) {
        link.fireAndForget(TransportFixture.request(Message.of(new byte[1 << 20])))
            .subscribe(v -> {}, e -> {}, handed::incrementAndGet);
      }
      assertThat(handed.get()).isLessThan(signals);
      assertThat(link.stats().pendingBytes()).isBetween(4L << 20, 16L << 20); // those that wait too

      int arrived = 0;
      while (arrived < signals) {
        arrived += peer.nextFrame().type() == FrameLayout.REQUEST_FNF ? 1 : 0;
      }

      assertThat(handed).hasValue(signals);
      assertThat(link.isOpen()).isTrue();
    }
  }

  @Test
  void pingIdleAndPingDead() throws Exception {
    Started bob =
        listening(
            o ->
                o.liveness(
                    v -> v.pingIdle(Duration.ofMillis(100)).pingDead(Duration.ofMillis(500))));
    try (RawPeer peer = RawPeer.setUp(bob.address(), bob.id(), TransportFixture.NETWORK)) {
      assertThat(peer.nextControl()).isInstanceOf(ControlRecord.Ping.class);

      peer.endsInOrder();
      fixture.awaitClosed();
    }
    assertThat(fixture.closedLinks).containsExactly("dead");
  }

  @Test
  void idleTimeout() throws Exception {
    // Links look at their clocks four times within the shortest of some timeouts.
    Started bob =
        listening(
            o ->
                o.liveness(
                    v ->
                        v.idleTimeout(Duration.ofMillis(100))
                            .stallTimeout(Duration.ofMillis(400))));
    try (RawPeer peer = RawPeer.setUp(bob.address(), bob.id(), TransportFixture.NETWORK)) {
      assertThat(peer.nextControl()).isInstanceOf(ControlRecord.GoAway.class);

      ControlRecord.Close close = (ControlRecord.Close) peer.lastControl();
      assertThat(close.closeCode()).isEqualTo(CloseCode.IDLE);
    }
  }

  @Test
  void closeTimeoutResetsAPeerThatDoesNotClose() throws Exception {
    Started bob = listening(o -> o.liveness(v -> v.closeTimeout(Duration.ofMillis(50))));
    try (RawPeer peer = RawPeer.setUp(bob.address(), bob.id(), TransportFixture.NETWORK)) {
      bob.transport().close().block(TransportFixture.LIMIT);

      assertThat(peer.endsInOrder()).isFalse();
    }
  }

  @Test
  void allowClassicalIsNeededOnBothSides() {
    Started strict = listening(o -> {});
    Started lax = listening(o -> o.encryption(e -> e.allowClassical(true)));
    Started dialler = fixture.dialling(o -> o.encryption(e -> e.allowClassical(true)));

    // A lax side still dials with the hybrid suite, so that nothing can be talked down.
    assertThat(dialler.connect(strict).block(TransportFixture.LIMIT).path().postQuantum()).isTrue();
    assertThat(dialler.connect(lax).block(TransportFixture.LIMIT).path().postQuantum()).isTrue();
  }

  @Test
  void runsOnNioToo() {
    Started bob = listening(o -> o.threads(n -> n.epoll(false).eventLoops(1)));
    Started alice =
        fixture.dialling(
            o ->
                o.threads(n -> n.epoll(false).eventLoops(1)).encryption(e -> e.preferChaCha(true)));

    Link link = alice.connect(bob).block(TransportFixture.LIMIT);

    assertThat(link.path().suite()).contains("ChaChaPoly");
    assertThat(
            link.requestResponse(TransportFixture.request(Message.text("nio")))
                .block(TransportFixture.LIMIT)
                .text())
        .isEqualTo("nio");
  }

  @Test
  void everyProblemOfOptionsIsReportedAtOnce() {
    assertThatThrownBy(
            () ->
                TransportOptions.builder()
                    .limits(l -> l.maxMessageBytes(1))
                    .dialling(d -> d.dialTimeout(Duration.ZERO))
                    .threads(n -> n.eventLoops(0))
                    .build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "transport.dialling.dialTimeout is 0, must be 10ms to 5m;"
                + " transport.limits.maxMessageBytes is 1, must be 1KiB to 16777215;"
                + " transport.threads.eventLoops is 0, must be 1 to 256");
  }
}
