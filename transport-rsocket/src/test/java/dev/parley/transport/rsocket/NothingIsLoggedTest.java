package dev.parley.transport.rsocket;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Address;
import dev.parley.FailureCode;
import dev.parley.HandlerFailure;
import dev.parley.Identity;
import dev.parley.Inbound;
import dev.parley.Message;
import dev.parley.MessagingException;
import dev.parley.spi.Link;
import dev.parley.spi.Receiver;
import dev.parley.testkit.fault.FaultProxy;
import dev.parley.transport.rsocket.TransportFixture.Started;
import dev.parley.transport.rsocket.guard.ErrorCode;
import dev.parley.transport.rsocket.guard.LogCapture;
import dev.parley.transport.rsocket.guard.RawFrames;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Whatever a peer or a stranger does, nothing is logged above debug: neither by us nor by Netty,
 * reactor-netty, Reactor or rsocket-core, whose loggers are left as they are.
 */
@Timeout(120)
class NothingIsLoggedTest {
  private static final String UPGRADE =
      "GET %s HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
          + "Sec-WebSocket-Version: %s\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";

  private final TransportFixture fixture = new TransportFixture();
  private final LogCapture log = new LogCapture();

  @BeforeEach
  void isSilentAtFirst() {
    log.assertSilent();
  }

  @AfterEach
  void close() {
    try {
      fixture.close();
      log.assertSilent();
    } finally {
      log.close();
    }
  }

  // ---- on dial

  private interface Behaviour {
    void with(Socket socket) throws IOException;
  }

  private enum Answer {
    END {
      @Override
      void with(Socket socket) {}
    },
    RESET {
      @Override
      void with(Socket socket) throws IOException {
        socket.setSoLinger(true, 0);
      }
    },
    RESET_AFTER_SOMETHING {
      @Override
      void with(Socket socket) throws IOException {
        read(socket);
        socket.getOutputStream().write(new byte[] {5, 126, 1, 2, 3});
        socket.setSoLinger(true, 0);
      }
    },
    GARBAGE {
      @Override
      void with(Socket socket) throws IOException {
        read(socket);
        socket.getOutputStream().write(RawFrames.pattern(100_000));
      }
    },
    GARBAGE_AT_ONCE {
      @Override
      void with(Socket socket) throws IOException {
        socket.getOutputStream().write(RawFrames.pattern(100));
      }
    },
    HTTP_NOT_FOUND {
      @Override
      void with(Socket socket) throws IOException {
        read(socket);
        write(socket, "HTTP/1.1 404 Not Found\r\nContent-Length: 3\r\n\r\nnot");
      }
    },
    HTTP_REDIRECT {
      @Override
      void with(Socket socket) throws IOException {
        read(socket);
        write(socket, "HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n");
      }
    },
    HTTP_MALFORMED {
      @Override
      void with(Socket socket) throws IOException {
        read(socket);
        write(socket, "HTTP/1.1 abc\r\n: \r\n\u0001\r\n\r\n");
      }
    },
    HTTP_ENDLESS {
      @Override
      void with(Socket socket) throws IOException {
        read(socket);
        write(socket, "HTTP/1.1 200 OK\r\n" + "a: b\r\n".repeat(5000));
      }
    },
    HTTP_BROKEN_OFF {
      @Override
      void with(Socket socket) throws IOException {
        read(socket);
        write(socket, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: webs");
      }
    },
    HTTP_WRONG_KEY {
      @Override
      void with(Socket socket) throws IOException {
        read(socket);
        write(
            socket,
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Accept: AAAA\r\n\r\n");
      }
    };

    abstract void with(Socket socket) throws IOException;

    static void read(Socket socket) throws IOException {
      assertThat(socket.getInputStream().read(new byte[4096])).isPositive();
    }

    static void write(Socket socket, String text) throws IOException {
      socket.getOutputStream().write(text.getBytes(US_ASCII));
    }
  }

  private void dialling(Address address, FailureCode... expected) {
    AtomicReference<Throwable> caught = new AtomicReference<>();
    fixture
        .dialling(o -> {})
        .connect(Identity.generate().id(), address)
        .onErrorResume(
            e -> {
              caught.set(e);
              return Mono.empty();
            })
        .block(TransportFixture.LIMIT);
    assertThat(caught.get())
        .isInstanceOfSatisfying(
            MessagingException.class, e -> assertThat(e.code()).isIn((Object[]) expected));
  }

  private static Address at(boolean webSocket, int port) {
    return Address.parse((webSocket ? "ws://" : "") + "127.0.0.1:" + port);
  }

  private void serve(ServerSocket server, Behaviour behaviour) {
    Mono.fromCallable(
            () -> {
              while (!server.isClosed()) { // it is dialled again where it resets
                try (Socket socket = server.accept()) {
                  behaviour.with(socket);
                }
              }
              return true;
            })
        .subscribeOn(Schedulers.boundedElastic())
        .subscribe(done -> {}, e -> {});
  }

  @ParameterizedTest
  @EnumSource(Answer.class)
  void whatAnswersADial(Answer answer) throws IOException {
    for (boolean webSocket : new boolean[] {false, true}) {
      try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        serve(server, answer::with);
        dialling(
            at(webSocket, server.getLocalPort()),
            FailureCode.AGENT_UNREACHABLE,
            FailureCode.HANDSHAKE_FAILED,
            FailureCode.OVERLOADED,
            FailureCode.IDENTITY_MISMATCH);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aDialThatIsRefused(boolean webSocket) throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    dialling(at(webSocket, port), FailureCode.AGENT_UNREACHABLE);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aHostThatDoesNotResolve(boolean webSocket) {
    dialling(
        Address.parse((webSocket ? "ws://" : "") + "no-such-host.invalid:7400"),
        FailureCode.AGENT_UNREACHABLE);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aDialThatIsGivenUp(boolean webSocket) throws Exception {
    CountDownLatch came = new CountDownLatch(1);
    CountDownLatch givenUp = new CountDownLatch(1);
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      serve(
          server,
          socket -> {
            Answer.read(socket);
            came.countDown();
            try {
              givenUp.await(10, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
            socket.setSoLinger(true, 0);
          });
      Disposable dial =
          fixture
              .dialling(o -> {})
              .connect(Identity.generate().id(), at(webSocket, server.getLocalPort()))
              .subscribe(l -> {}, e -> {});
      assertThat(came.await(10, TimeUnit.SECONDS)).isTrue();
      dial.dispose();
      givenUp.countDown();
    }
  }

  @Test
  void aDialThatTakesTooLong() throws IOException {
    for (boolean webSocket : new boolean[] {false, true}) {
      try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        AtomicReference<Throwable> caught = new AtomicReference<>();
        fixture
            .dialling(o -> o.dialling(d -> d.dialTimeout(Duration.ofMillis(200))))
            .connect(Identity.generate().id(), at(webSocket, server.getLocalPort()))
            .doOnError(caught::set)
            .onErrorComplete()
            .block(TransportFixture.LIMIT);
        assertThat(caught.get()).isInstanceOf(MessagingException.class);
      }
    }
  }

  // ---- on accept

  private Started listening(boolean webSocket) {
    return fixture.start(
        new Endless(),
        o -> o.listen(Address.parseListen(webSocket ? "ws://127.0.0.1:0/p" : "127.0.0.1:0")));
  }

  /** Sends bytes, and ends in one of three ways. */
  private static void say(Address at, byte[] bytes, int ending) throws IOException {
    try (Socket socket = RawPeer.open(at)) {
      socket.getOutputStream().write(bytes);
      if (ending == 1) {
        socket.setSoLinger(true, 0);
        return;
      }
      if (ending == 2) {
        socket.shutdownOutput();
      }
      socket.setSoTimeout(100);
      drain(socket.getInputStream());
    }
  }

  private static void drain(InputStream in) throws IOException {
    try {
      while (in.read() >= 0) {
        // until the node has said all
      }
    } catch (SocketTimeoutException | SocketException e) {
      // it waits for more, or has reset the connection
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(US_ASCII);
  }

  private static byte[] concat(byte[] a, byte[] b) {
    byte[] both = java.util.Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatAStrangerSays(boolean webSocket) throws IOException {
    Started bob = listening(webSocket);
    byte[] upgrade = ascii(UPGRADE.formatted("/p", "13"));
    List<byte[]> sayings =
        List.of(
            new byte[0],
            new byte[] {1},
            RawFrames.pattern(5000),
            ascii("GET / HTTP/1.1\r\nHost: h\r\n\r\n"),
            ascii("GET /p HTTP/1.1\r\nHost: h\r\n\r\n"),
            ascii("POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 9999\r\n\r\nx"),
            ascii("GET /p HTTP/1.1\r\nHo"),
            ascii("GET /" + "x".repeat(3000) + " HTTP/1.1\r\n\r\n"),
            ascii("GET /p HTTP/1.1\r\nA: " + "x".repeat(9000) + "\r\n\r\n"),
            ascii("\r\n\r\n\u0001 \u0002\r\n:\r\n\r\n"),
            ascii(UPGRADE.formatted("/other", "13")),
            ascii(UPGRADE.formatted("/p", "7")),
            ascii(UPGRADE.formatted("/p", "13").replace("Sec-WebSocket-Key", "X")),
            upgrade,
            concat(upgrade, RawFrames.pattern(3000)),
            concat(upgrade, new byte[] {(byte) 0x81, (byte) 0x81, 0, 0, 0, 0, 'x'}), // text
            concat(upgrade, new byte[] {(byte) 0x88, (byte) 0x80, 0, 0, 0, 0}), // close
            concat(upgrade, new byte[] {(byte) 0x82, 5, 1, 2, 3, 4, 5})); // not masked
    for (byte[] saying : sayings) {
      for (int ending = 0; ending < 3; ending++) {
        say(bob.address(), saying, ending);
      }
    }
    assertThat(bob.transport().links()).isEmpty();
  }

  // ---- on a link

  /** Answers in time, late, never, or with a failure, by route. */
  private static final class Endless implements Receiver {
    private static Flux<Message> items(Inbound request) {
      return switch (request.route()) {
        case "fails" -> Flux.error(HandlerFailure.of(FailureCode.REJECTED, null, null));
        case "bug" -> Flux.error(new IllegalStateException("a bug"));
        case "late" -> Flux.interval(Duration.ofMillis(5)).map(i -> Message.text("late"));
        case "never" -> Flux.never();
        default -> Flux.just(Message.text("answer"));
      };
    }

    @Override
    public Mono<Message> requestResponse(Link link, Inbound request) {
      return items(request).next();
    }

    @Override
    public Mono<Void> fireAndForget(Link link, Inbound request) {
      return items(request).then();
    }

    @Override
    public Flux<Message> requestStream(Link link, Inbound request) {
      return items(request);
    }

    @Override
    public Flux<Message> requestChannel(Link link, Inbound first, Publisher<Message> rest) {
      return Flux.merge(items(first), Flux.from(rest));
    }
  }

  private static dev.parley.spi.Outbound to(String route) {
    return new dev.parley.spi.Outbound(
        route, Message.text("x"), System.nanoTime() + TransportFixture.LIMIT.toNanos());
  }

  private static Flux<Object> everything(Link link) {
    Flux<Message> items = Flux.interval(Duration.ofMillis(3)).map(i -> Message.text("item"));
    return Flux.just("fails", "bug", "late", "never", "")
        .flatMap(
            route ->
                Flux.mergeDelayError(
                    8,
                    link.requestResponse(to(route)).cast(Object.class).onErrorComplete(),
                    link.fireAndForget(to(route)).cast(Object.class).onErrorComplete(),
                    link.requestStream(to(route)).cast(Object.class).onErrorComplete(),
                    link.requestChannel(to(route), items).cast(Object.class).onErrorComplete(),
                    link.requestChannel(to(route), Flux.error(new IllegalStateException("items")))
                        .cast(Object.class)
                        .onErrorComplete()),
            8);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aLinkThatIsLostWithCallsUnderWay(boolean webSocket) throws IOException {
    Started bob = listening(webSocket);
    try (FaultProxy proxy = FaultProxy.to("127.0.0.1", bob.address().port()).start()) {
      Address through =
          new Address(bob.address().scheme(), "127.0.0.1", proxy.port(), bob.address().path());
      Started alice =
          fixture.start(new Endless(), o -> o.dialling(d -> d.reconnectFor(Duration.ZERO)));
      for (int i = 0; i < 5; i++) {
        Link link = alice.connect(bob.id(), through).block(TransportFixture.LIMIT);
        everything(link).take(Duration.ofMillis(20)).blockLast(TransportFixture.LIMIT);
        Flux<Object> calls = everything(link);
        Mono<Void> lost =
            Mono.delay(Duration.ofMillis(30), Schedulers.boundedElastic())
                .doOnNext(t -> proxy.resetAll())
                .then();
        Mono.when(calls.then(), lost).block(TransportFixture.LIMIT);
        link.onClose().block(TransportFixture.LIMIT);
      }
    }
  }

  @Test
  void aPeerThatBreaksTheProtocolWithCallsUnderWay() throws Exception {
    Started bob = listening(false);
    for (int kind = 0; kind < 6; kind++) {
      try (RawPeer peer = RawPeer.setUp(bob.address(), bob.id(), TransportFixture.NETWORK)) {
        Link link = bob.transport().links().iterator().next();
        Disposable ours = everything(link).subscribe(x -> {}, e -> {});
        for (int i = 0; i < 5; i++) {
          peer.send(
              peer.request(2 * i + 1, List.of("late", "never", "bug", "fails", "").get(i), "x"));
          peer.send(peer.frames().stream(2 * i + 101, 10));
          peer.send(peer.frames().channel(2 * i + 201, 10, 0));
        }
        peer.flush();
        refuse(peer, kind);
        link.onClose().block(TransportFixture.LIMIT);
        ours.dispose();
      }
    }
  }

  private static void refuse(RawPeer peer, int kind) throws Exception {
    RawFrames frames = peer.frames();
    for (int id = 2; id < 60; id += 2) {
      ByteBuf frame =
          switch (kind) {
            case 0 -> frames.error(id, ErrorCode.REJECTED, "no");
            case 1 -> frames.error(id, 0x7777, "what");
            case 2 -> frames.cancel(id);
            case 3 -> frames.response(id, new byte[3]);
            default -> frames.requestN(id, 7);
          };
      peer.send(frame);
    }
    switch (kind) {
      case 4 -> peer.send(frames.error(0, 0x101, "the connection"));
      case 5 -> peer.send(RawFrames.pattern(3000));
      default -> peer.send(frames.setup());
    }
    try {
      peer.flush();
      peer.endsInOrder();
    } catch (IOException e) {
      // the node was quicker
    }
  }
}
