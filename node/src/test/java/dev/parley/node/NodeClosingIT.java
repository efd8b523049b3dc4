package dev.parley.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.parley.Agent.SignalResult;
import dev.parley.FailureCode;
import dev.parley.Identity;
import dev.parley.Message;
import dev.parley.MessagingException;
import dev.parley.SendOptions;
import dev.parley.dht.ResolveOptions;
import dev.parley.file.FileSharing;
import dev.parley.node.dht.Dht;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.reactivestreams.Publisher;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** What becomes of everything that a user can ask of a node, when the node is closed. */
@Timeout(240)
class NodeClosingIT {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Message MESSAGE = Message.text("m");

  private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final List<AgentNode> nodes = new ArrayList<>();

  @TempDir private Path directory;

  @BeforeEach
  void listenToTheLog() {
    log.start();
    root.addAppender(log);
  }

  @AfterEach
  void closeAll() {
    nodes.forEach(AgentNode::close);
    root.detachAppender(log);
    assertThat(List.copyOf(log.list))
        .filteredOn(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
        .extracting(ILoggingEvent::getFormattedMessage)
        .isEmpty();
  }

  private AgentNode start(AgentNodeBuilder builder) {
    AgentNode node = builder.identity(Identity.generate()).network("test").startNow();
    nodes.add(node);
    return node;
  }

  private AgentNode slowBob() {
    return start(
        AgentNode.builder()
            .listen("127.0.0.1", 0)
            .with(Dht.defaults())
            .with(FileSharing.defaults())
            .receive(in -> Mono.never())
            .receiveSignals("", in -> Mono.never())
            .receiveStreams("", in -> Flux.just(MESSAGE).concatWith(Mono.never()))
            .receiveChannels("", (in, items) -> items));
  }

  private AgentNode knowing(AgentNode peer) {
    return start(
        AgentNode.builder().with(Dht.seeds(peer.peerAddress())).with(FileSharing.defaults()));
  }

  /** Every verb, made anew; each ends by itself with the node alone. */
  private List<Publisher<?>> verbs(AgentNode node, AgentNode peer) throws IOException {
    Path file = directory.resolve("file");
    if (Files.notExists(file)) {
      Files.write(file, new byte[100_000]);
    }
    return List.of(
        node.send(peer.id(), MESSAGE),
        Mono.fromCallable(() -> node.sendNow(peer.id(), MESSAGE, SendOptions.defaults()))
            .subscribeOn(Schedulers.boundedElastic()),
        node.stream(peer.id(), MESSAGE),
        node.channel(peer.id(), MESSAGE, Flux.never()),
        node.signal(peer.id(), MESSAGE),
        node.signalAll(List.of(peer.id()), MESSAGE),
        node.ping(peer.id(), LIMIT),
        node.presence(peer.id()),
        Dht.of(node).resolve(Identity.generate().id(), ResolveOptions.fresh()),
        FileSharing.of(node).send(peer.id(), file),
        node.online());
  }

  private static String end(Publisher<?> publisher) {
    return ending(publisher).block(LIMIT);
  }

  private static Mono<String> ending(Publisher<?> publisher) {
    return Flux.from(publisher)
        .filter(item -> item instanceof SignalResult result && !result.isSent())
        .map(item -> "SIGNALLED " + ((SignalResult) item).failure().code())
        .next()
        .cast(String.class)
        .onErrorResume(
            e -> Mono.just(e instanceof MessagingException m ? m.code().name() : e.toString()))
        .defaultIfEmpty("complete");
  }

  private static long used(AgentNode node, String bound) {
    return node.bounds().stream().filter(b -> b.option().equals(bound)).findFirst().get().used();
  }

  private static void assertNothingIsLeft(AgentNode node) {
    assertThat(used(node, "maxConcurrentSends")).isZero();
    assertThat(used(node, "maxConcurrentHandlers")).isZero();
  }

  private static final List<String> ENDS =
      List.of(
          "SHUT_DOWN",
          "SHUT_DOWN",
          "SHUT_DOWN",
          "SHUT_DOWN",
          "SHUT_DOWN",
          "SIGNALLED SHUT_DOWN",
          "SHUT_DOWN",
          "complete",
          "SHUT_DOWN",
          "SHUT_DOWN",
          "complete");

  @Test
  void whatIsAskedOfAClosedNodeEndsAsShutDown() throws IOException {
    AgentNode bob = slowBob();
    AgentNode alice = knowing(bob);
    alice.ping(bob.id(), LIMIT).block(LIMIT);
    List<Publisher<?>> before = verbs(alice, bob);

    alice.close();

    assertThat(before.stream().map(NodeClosingIT::end)).isEqualTo(ENDS);
    assertThat(verbs(alice, bob).stream().map(NodeClosingIT::end)).isEqualTo(ENDS);
    assertNothingIsLeft(alice);
  }

  @Test
  void whatIsUnderWayEndsWheneverTheNodeIsClosed() throws Exception {
    AgentNode bob = slowBob();
    SplittableRandom random = new SplittableRandom(7);
    for (int round = 0; round < 30; round++) {
      AgentNode alice = knowing(bob);
      CountDownLatch begun = new CountDownLatch(1 + random.nextInt(40));
      List<Mono<String>> ends = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        for (Publisher<?> verb : verbs(alice, bob)) {
          Mono<String> end = ending(verb).doOnSubscribe(s -> begun.countDown()).cache();
          Disposable running = end.subscribe();
          ends.add(end);
        }
      }
      assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
      boolean drain = round % 3 == 0;
      (drain ? alice.drain(Duration.ofMillis(50)) : alice.closeLater()).block(LIMIT);

      List<String> all = Flux.concat(ends).collectList().block(LIMIT);
      assertThat(all)
          .allMatch(end -> end.equals("complete") || end.endsWith("SHUT_DOWN") || isBobs(end));
      assertNothingIsLeft(alice);
    }
  }

  /** Bob takes no files. */
  private static boolean isBobs(String end) {
    return end.equals(FailureCode.NO_RECEIVER.name());
  }

  @Test
  void handlersAreCancelledAndCountedDown() {
    CountDownLatch running = new CountDownLatch(3);
    CountDownLatch cancelled = new CountDownLatch(3);
    Mono<Message> never =
        Mono.<Message>never()
            .doOnSubscribe(s -> running.countDown())
            .doOnCancel(cancelled::countDown);
    AgentNode bob =
        start(
            AgentNode.builder()
                .listen("127.0.0.1", 0)
                .with(Dht.defaults())
                .receive(in -> never)
                .receiveSignals("", in -> never.then())
                .receiveStreams("", in -> never.flux()));
    AgentNode alice = knowing(bob);
    Disposable send = alice.send(bob.id(), MESSAGE).subscribe(m -> {}, e -> {});
    Disposable stream = alice.stream(bob.id(), MESSAGE).subscribe(m -> {}, e -> {});
    alice.signal(bob.id(), MESSAGE).block(LIMIT);
    await(() -> running.getCount() == 0);

    bob.close();

    await(() -> cancelled.getCount() == 0);
    assertNothingIsLeft(bob);
    send.dispose();
    stream.dispose();
  }

  @Test
  void closingIsOneThingHoweverOftenItIsAsked() {
    AgentNode bob = slowBob();
    AgentNode alice = knowing(bob);
    alice.ping(bob.id(), LIMIT).block(LIMIT);
    Disposable send = alice.send(bob.id(), MESSAGE).subscribe(m -> {}, e -> {});

    assertThatThrownBy(() -> alice.drain(LIMIT).block(Duration.ofMillis(50)))
        .hasMessageContaining("Timeout");
    assertThat(alice.isDraining()).isTrue();
    Mono.when(alice.closeLater(), alice.drain(LIMIT), alice.closeLater()).block(LIMIT);

    alice.onClose().block(LIMIT);
    alice.close();
    alice.drain(LIMIT).block(LIMIT);
    assertThat(send.isDisposed()).isTrue();
  }

  private static Set<Thread> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().contains("parley"))
        .collect(Collectors.toSet());
  }

  private static void assertNoThreadIsLeft(Set<Thread> before) {
    await(() -> before.containsAll(threads()));
  }

  @Test
  void aStartThatFailsLeavesNoThread() throws IOException {
    Set<Thread> before = threads();
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      AgentNodeBuilder builder =
          AgentNode.builder()
              .identity(Identity.generate())
              .network("test")
              .listen("127.0.0.1", 0)
              .listen("127.0.0.1", taken.getLocalPort());

      assertThatThrownBy(builder::startNow).isInstanceOf(RuntimeException.class);
    }
    assertNoThreadIsLeft(before);
  }

  @Test
  void aStartThatIsCancelledLeavesNoThread() {
    Set<Thread> before = threads();
    for (int i = 0; i < 20; i++) {
      AgentNodeBuilder builder =
          AgentNode.builder().identity(Identity.generate()).network("test").listen("127.0.0.1", 0);

      Disposable start = builder.start().subscribe(nodes::add);
      start.dispose();
    }
    closeAllNodes();
    assertNoThreadIsLeft(before);
  }

  private void closeAllNodes() {
    List.copyOf(nodes).forEach(AgentNode::close);
  }

  private static void await(BooleanSupplier condition) {
    Flux.interval(Duration.ofMillis(20))
        .takeUntil(tick -> condition.getAsBoolean())
        .blockLast(LIMIT);
  }
}
