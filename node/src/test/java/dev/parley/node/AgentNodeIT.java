package dev.parley.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.parley.Address;
import dev.parley.Agent.SignalResult;
import dev.parley.AgentId;
import dev.parley.Executed;
import dev.parley.FailureCode;
import dev.parley.Handler;
import dev.parley.HandlerFailure;
import dev.parley.Identity;
import dev.parley.Inbound;
import dev.parley.Message;
import dev.parley.MessagingException;
import dev.parley.PeerAddress;
import dev.parley.Phase;
import dev.parley.Pong;
import dev.parley.SendOptions;
import dev.parley.transport.rsocket.SharedLoops;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Two real nodes over loopback. */
@Timeout(120)
class AgentNodeIT {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Handler.Messages ECHO = in -> Mono.just(in.message());

  private final List<AgentNode> nodes = new ArrayList<>();

  @AfterEach
  void close() {
    nodes.forEach(AgentNode::close);
  }

  private AgentNode start(AgentNodeBuilder builder) {
    AgentNode node = builder.start().block(LIMIT);
    nodes.add(node);
    return node;
  }

  private static AgentNodeBuilder node() {
    return AgentNode.builder().identity(Identity.generate()).network("test");
  }

  private AgentNode listening(Handler.Messages handler) {
    return start(node().listen("127.0.0.1", 0).receive(handler));
  }

  private static PeerAddress addressOf(AgentNode node) {
    return new PeerAddress(node.id(), node.addresses().get(0));
  }

  private AgentNode knowing(AgentNode peer) {
    return start(node().peer(addressOf(peer)));
  }

  private static MessagingException failure(Mono<?> send) {
    AtomicReference<MessagingException> caught = new AtomicReference<>();
    assertThatThrownBy(() -> send.block(LIMIT))
        .isInstanceOfSatisfying(MessagingException.class, caught::set);
    return caught.get();
  }

  @Test
  void sendsAndAnswers() {
    AtomicReference<AgentId> from = new AtomicReference<>();
    AgentNode bob =
        listening(
            in -> {
              from.set(in.from());
              return Mono.just(Message.text("re: " + in.message().text()));
            });
    AgentNode alice = knowing(bob);

    Message answer = alice.send(bob.id(), Message.text("hello")).block(LIMIT);

    assertThat(answer.text()).isEqualTo("re: hello");
    assertThat(answer.contentType()).isEqualTo(Message.TEXT);
    assertThat(from.get()).isEqualTo(alice.id());
    assertThat(alice.links()).hasSize(1);
    assertThat(alice.links().iterator().next().path().postQuantum()).isTrue();
  }

  @Test
  void nodesOfOneProcessShareEventLoopsAndTimer() {
    SharedLoops loops = SharedLoops.of(1);
    Scheduler timer = Schedulers.newSingle("shared-timer", true);
    try {
      AgentNode bob =
          start(
              node()
                  .listen("127.0.0.1", 0)
                  .eventLoops(loops)
                  .timer(timer)
                  .receive(in -> Mono.just(Message.text(Thread.currentThread().getName()))));
      AgentNode alice = start(node().eventLoops(loops).timer(timer).peer(addressOf(bob)));
      AgentNode carol = start(node().eventLoops(loops).timer(timer).peer(addressOf(bob)));

      String loop = alice.send(bob.id(), Message.empty()).block(LIMIT).text();
      alice.close();

      assertThat(timer.isDisposed()).isFalse();
      assertThat(carol.send(bob.id(), Message.empty()).block(LIMIT).text()).isEqualTo(loop);
    } finally {
      close();
      loops.dispose().block(LIMIT);
      timer.dispose();
    }
  }

  @Test
  void sendsOverWebSocket() {
    AgentNode bob =
        start(node().listen(Address.parseListen("ws://127.0.0.1:0/parley")).receive(ECHO));
    AgentNode alice = knowing(bob);

    byte[] data = new byte[200_000];
    data[199_999] = 7;
    Message answer = alice.send(bob.id(), Message.of(data)).block(LIMIT);

    assertThat(answer.bytes()).isEqualTo(data);
    assertThat(alice.links().iterator().next().path().kind()).isEqualTo("ws");
  }

  @Test
  void manySendsShareOneLink() {
    AgentNode bob = listening(ECHO);
    AgentNode alice = knowing(bob);

    List<String> answers =
        Flux.range(0, 2000)
            .flatMap(i -> alice.send(bob.id(), Message.text("m" + i)).map(Message::text), 256)
            .collectList()
            .block(LIMIT);

    assertThat(answers).hasSize(2000).doesNotHaveDuplicates();
    assertThat(alice.links()).hasSize(1);
    assertThat(bob.links()).hasSize(1);
  }

  @Test
  void answersWhileItIsAsked() {
    AtomicReference<AgentNode> bobRef = new AtomicReference<>();
    AgentNode bob =
        listening(
            in ->
                bobRef
                    .get()
                    .send(in.from(), Message.text("who is there?"))
                    .map(who -> Message.text("hello " + who.text())));
    bobRef.set(bob);
    AgentNode alice =
        start(node().peer(addressOf(bob)).receive(in -> Mono.just(Message.text("alice"))));

    assertThat(alice.send(bob.id(), Message.text("knock")).block(LIMIT).text())
        .isEqualTo("hello alice");
  }

  @Test
  void failsAtOnceWithoutReceiver() {
    AgentNode bob = start(node().listen("127.0.0.1", 0));
    AgentNode alice = knowing(bob);

    MessagingException e =
        failure(alice.send(bob.id(), Message.empty(), SendOptions.to("nobody/home")));

    assertThat(e.code()).isEqualTo(FailureCode.NO_RECEIVER);
    assertThat(e.executed()).isEqualTo(Executed.NO);
    assertThat(e.isRetryable()).isFalse();
  }

  @Test
  void handlerErrorsTravelWithoutTheirText() {
    AgentNode bob =
        listening(in -> Mono.error(new IllegalStateException("the secret of the house")));
    AgentNode alice = knowing(bob);

    MessagingException e = failure(alice.send(bob.id(), Message.empty()));

    assertThat(e.code()).isEqualTo(FailureCode.REMOTE_FAILURE);
    assertThat(e.executed()).isEqualTo(Executed.YES);
    assertThat(e.peerText()).isNull();
    assertThat(e).hasMessageNotContaining("secret");
  }

  @Test
  void handlersMayRefuseWithAReason() {
    AgentNode bob = listening(in -> Mono.error(HandlerFailure.rejected("sold out")));
    AgentNode alice = knowing(bob);

    MessagingException e = failure(alice.send(bob.id(), Message.empty()));

    assertThat(e.code()).isEqualTo(FailureCode.REJECTED);
    assertThat(e.peerText()).isEqualTo("sold out");
  }

  @Test
  void refusedAddressFailsAtOnce() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    AgentId nobody = Identity.generate().id();
    AgentNode alice = start(node().peer(new PeerAddress(nobody, Address.tcp("127.0.0.1", port))));

    MessagingException e = failure(alice.send(nobody, Message.empty()));

    assertThat(e.code()).isEqualTo(FailureCode.AGENT_UNREACHABLE);
    assertThat(e.phase()).isEqualTo(Phase.DIAL);
    assertThat(e.isRetryable()).isTrue();
    assertThat(e.trail().steps()).extracting(s -> s.outcome()).contains("refused");
  }

  @Test
  void unknownAgentIsNotFound() {
    AgentNode alice = start(node());

    MessagingException e = failure(alice.send(Identity.generate().id(), Message.empty()));

    assertThat(e.code()).isEqualTo(FailureCode.AGENT_NOT_FOUND);
    assertThat(e.phase()).isEqualTo(Phase.RESOLVE);
  }

  @Test
  void wrongKeyAtTheAddressIsIdentityMismatch() {
    AgentNode bob = listening(ECHO);
    AgentId mallory = Identity.generate().id();
    AgentNode alice = start(node().peer(new PeerAddress(mallory, bob.addresses().get(0))));

    MessagingException e = failure(alice.send(mallory, Message.text("for mallory only")));

    assertThat(e.code()).isEqualTo(FailureCode.IDENTITY_MISMATCH);
    assertThat(e.phase()).isEqualTo(Phase.HANDSHAKE);
    assertThat(e.executed()).isEqualTo(Executed.NO);
  }

  @Test
  void otherNetworksCannotTalk() {
    AgentNode bob = listening(ECHO);
    AgentNode eve =
        start(
            AgentNode.builder()
                .identity(Identity.generate())
                .network("other")
                .peer(addressOf(bob)));

    assertThat(failure(eve.send(bob.id(), Message.empty())).code())
        .isEqualTo(FailureCode.IDENTITY_MISMATCH);
  }

  @Test
  void deadlineEndsTheSendAndTheHandler() throws Exception {
    CountDownLatch cancelled = new CountDownLatch(1);
    AgentNode bob = listening(in -> Mono.<Message>never().doOnCancel(cancelled::countDown));
    AgentNode alice = knowing(bob);
    alice.ping(bob.id(), LIMIT).block(LIMIT);

    MessagingException e =
        failure(alice.send(bob.id(), Message.empty(), SendOptions.timeout(Duration.ofMillis(300))));

    assertThat(e.code()).isEqualTo(FailureCode.TIMEOUT);
    assertThat(e.phase()).isEqualTo(Phase.AWAIT);
    assertThat(e.executed()).isEqualTo(Executed.UNKNOWN);
    assertThat(cancelled.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void cancelReachesTheHandler() throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch cancelled = new CountDownLatch(1);
    AgentNode bob =
        listening(
            in ->
                Mono.<Message>never()
                    .doOnSubscribe(s -> started.countDown())
                    .doOnCancel(cancelled::countDown));
    AgentNode alice = knowing(bob);

    Disposable send = alice.send(bob.id(), Message.empty()).subscribe();
    assertThat(started.await(10, TimeUnit.SECONDS)).isTrue();
    send.dispose();

    assertThat(cancelled.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void sizesAtTheLimitBehaveAsDocumented() {
    int limit = 1 << 20;
    AgentNode bob =
        start(
            node()
                .listen("127.0.0.1", 0)
                .transport(t -> t.limits(l -> l.maxMessageBytes(limit)))
                .receive(in -> Mono.just(Message.text(String.valueOf(in.message().size())))));
    AgentNode alice = knowing(bob);

    for (int size : new int[] {0, 1, limit - 1, limit}) {
      assertThat(alice.send(bob.id(), Message.of(new byte[size])).block(LIMIT).text())
          .isEqualTo(String.valueOf(size));
    }
    for (int size : new int[] {limit + 1, 64 << 20}) {
      MessagingException e = failure(alice.send(bob.id(), Message.of(new byte[size])));
      assertThat(e.code()).isEqualTo(FailureCode.MESSAGE_TOO_LARGE);
      assertThat(e.executed()).isEqualTo(Executed.NO);
    }
  }

  @Test
  void tooLargeAnswersAreToldAsExecuted() {
    int limit = 1 << 16;
    AgentNode bob = listening(in -> Mono.just(Message.of(new byte[limit + 1])));
    AgentNode alice =
        start(node().transport(t -> t.limits(l -> l.maxMessageBytes(limit))).peer(addressOf(bob)));

    MessagingException e = failure(alice.send(bob.id(), Message.empty()));

    assertThat(e.code()).isEqualTo(FailureCode.MESSAGE_TOO_LARGE);
    assertThat(e.executed()).isEqualTo(Executed.YES);
  }

  @Test
  void pingTellsThePath() {
    AgentNode bob = listening(ECHO);
    AgentNode alice = knowing(bob);

    Pong pong = alice.ping(bob.id(), LIMIT).block(LIMIT);

    assertThat(pong.roundTrip()).isPositive();
    assertThat(pong.path().kind()).isEqualTo("tcp");
    assertThat(pong.path().dialled()).isTrue();
  }

  @Test
  void lostPeerFailsWhatIsUnderWay() throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    AgentNode bob = listening(in -> Mono.<Message>never().doOnSubscribe(s -> started.countDown()));
    AgentNode alice = knowing(bob);
    Mono<Message> send = alice.send(bob.id(), Message.empty()).cache();
    send.subscribe(m -> {}, e -> {});
    assertThat(started.await(10, TimeUnit.SECONDS)).isTrue();

    bob.close();

    MessagingException e = failure(send);
    assertThat(e.code()).isEqualTo(FailureCode.CONNECTION_LOST);
    assertThat(e.executed()).isEqualTo(Executed.UNKNOWN);
  }

  @Test
  void drainLetsRunningMessagesFinish() throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    AtomicReference<reactor.core.publisher.MonoSink<Message>> sink = new AtomicReference<>();
    AgentNode bob =
        listening(
            in ->
                Mono.create(
                    s -> {
                      sink.set(s);
                      started.countDown();
                    }));
    AgentNode alice = knowing(bob);
    Mono<Message> send = alice.send(bob.id(), Message.empty()).cache();
    send.subscribe(m -> {}, e -> {});
    assertThat(started.await(10, TimeUnit.SECONDS)).isTrue();

    Mono<Void> drained = bob.drain(LIMIT).cache();
    drained.subscribe();
    sink.get().success(Message.text("done"));

    assertThat(send.block(LIMIT).text()).isEqualTo("done");
    drained.block(LIMIT);
    assertThat(bob.links()).isEmpty();
  }

  @Test
  void signalsArriveAndTellWhoTheyAreFrom() throws Exception {
    BlockingQueue<Inbound> taken = new LinkedTransferQueue<>();
    AgentNode bob = listening(ECHO);
    bob.receiveSignals("news", in -> Mono.fromRunnable(() -> taken.add(in)));
    AgentNode alice = knowing(bob);
    AgentId nobody = Identity.generate().id();

    alice.signal(bob.id(), Message.text("one"), SendOptions.to("news")).block(LIMIT);
    List<SignalResult> results =
        alice
            .signalAll(List.of(nobody, bob.id()), Message.text("two"), SendOptions.to("news"))
            .collectList()
            .block(LIMIT);

    assertThat(taken.poll(10, TimeUnit.SECONDS).message().text()).isEqualTo("one");
    Inbound second = taken.poll(10, TimeUnit.SECONDS);
    assertThat(second.message().text()).isEqualTo("two");
    assertThat(second.from()).isEqualTo(alice.id());
    assertThat(results)
        .extracting(SignalResult::peer, SignalResult::isSent)
        .containsExactlyInAnyOrder(tuple(bob.id(), true), tuple(nobody, false));
  }

  @Test
  void simultaneousDialsLeaveOneLink() {
    AgentNode alice = listening(ECHO);
    AgentNode bob = listening(ECHO);
    alice.addressBook().add(addressOf(bob));
    bob.addressBook().add(addressOf(alice));

    Long answers =
        Flux.merge(
                Flux.range(0, 50).flatMap(i -> alice.send(bob.id(), Message.text("a" + i)), 50),
                Flux.range(0, 50).flatMap(i -> bob.send(alice.id(), Message.text("b" + i)), 50))
            .count()
            .block(LIMIT);

    assertThat(answers).isEqualTo(100);
    assertThat(alice.links()).hasSize(1);
    assertThat(bob.links()).hasSize(1);
  }
}
