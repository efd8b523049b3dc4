package dev.parley.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.AgentId;
import dev.parley.Executed;
import dev.parley.FailureCode;
import dev.parley.Identity;
import dev.parley.Message;
import dev.parley.MessagingException;
import dev.parley.Phase;
import dev.parley.node.dht.Dht;
import dev.parley.spi.Link.Admission;
import dev.parley.spi.Link.Admission.Verdict;
import dev.parley.spi.NodeListener;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

/** Who is let in, by two real nodes over loopback. */
@Timeout(120)
class AdmissionIT {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Message HELLO = Message.text("hello");

  private final List<AgentNode> nodes = new ArrayList<>();
  private final AtomicInteger handled = new AtomicInteger();
  private final Map<NodeListener.Refusal, AtomicInteger> refused =
      new EnumMap<>(NodeListener.Refusal.class);

  @AfterEach
  void close() {
    nodes.forEach(AgentNode::close);
  }

  private AgentNode start(AgentNodeBuilder builder) {
    AgentNode node = builder.startNow(LIMIT);
    nodes.add(node);
    return node;
  }

  private static AgentNodeBuilder node() {
    return AgentNode.builder()
        .identity(Identity.generate())
        .network("admission")
        .transport(t -> t.threads(n -> n.eventLoops(1)));
  }

  private AgentNode bob(Admission admission) {
    return start(
        node()
            .listen("127.0.0.1", 0)
            .admission(admission)
            .listener(
                new NodeListener() {
                  @Override
                  public void turnedAway(NodeListener.Refusal reason, InetAddress from) {
                    synchronized (refused) {
                      refused.computeIfAbsent(reason, r -> new AtomicInteger()).incrementAndGet();
                    }
                  }
                })
            .receive(
                in -> {
                  handled.incrementAndGet();
                  return Mono.just(in.message());
                }));
  }

  private AgentNode knowing(AgentNode peer) {
    return start(node().peer(peer.peerAddress()));
  }

  private static MessagingException failure(Mono<?> send) {
    AtomicReference<MessagingException> caught = new AtomicReference<>();
    assertThatThrownBy(() -> send.block(LIMIT))
        .isInstanceOfSatisfying(MessagingException.class, caught::set);
    return caught.get();
  }

  private static AccessList list(Object... entries) {
    return AccessList.of(List.of(entries).stream().map(Object::toString).toList());
  }

  private void assertUnauthorized(MessagingException failure) {
    assertThat(failure.code()).isEqualTo(FailureCode.UNAUTHORIZED);
    assertThat(failure.executed()).isEqualTo(Executed.NO);
    assertThat(failure.isRetryable()).isFalse();
    assertThat(handled).hasValue(0);
  }

  @Test
  void aDeniedAgentIsToldSo() {
    AccessRules rules = AccessRules.create();
    AgentNode bob = bob(rules);
    AgentNode alice = knowing(bob);
    rules.deny(list(alice.id()));

    MessagingException failure = failure(alice.send(bob.id(), HELLO));

    assertUnauthorized(failure);
    assertThat(failure.phase()).isEqualTo(Phase.HANDSHAKE);
    assertThat(refused).containsOnlyKeys(NodeListener.Refusal.NOT_ADMITTED);
  }

  @Test
  void onlyThoseWhoAreAllowedGetIn() {
    AccessRules rules = AccessRules.create();
    AgentNode bob = bob(rules);
    AgentNode alice = knowing(bob);
    AgentNode carol = knowing(bob);
    rules.allow(list(carol.id()));

    assertUnauthorized(failure(alice.send(bob.id(), HELLO)));
    assertThat(carol.send(bob.id(), HELLO).block(LIMIT)).isNotNull();
  }

  /** Told by REJECT, before any key agreement, to who knows the agent and the network alone. */
  @Test
  void aDeniedNetworkIsToldSo() throws IOException {
    AccessRules rules = AccessRules.create();
    AgentNode bob = bob(rules);
    rules.deny(list("127.0.0.0/8"));

    MessagingException failure = failure(knowing(bob).send(bob.id(), HELLO));

    assertUnauthorized(failure);
    assertThat(failure.getMessage()).contains("address");
    try (Socket stranger = new Socket(InetAddress.getLoopbackAddress(), port(bob))) {
      stranger.getOutputStream().write(new byte[1408]);
      assertThat(stranger.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void whoIsIgnoredGetsNoByte() throws IOException {
    AccessRules rules = AccessRules.silent();
    AgentNode bob = bob(rules);
    rules.deny(list("127.0.0.0/8"));

    try (Socket stranger = new Socket(InetAddress.getLoopbackAddress(), port(bob))) {
      assertThatThrownBy(() -> stranger.getInputStream().read())
          .isInstanceOf(SocketException.class);
    }
  }

  /** It has met the node by then: what it sees is a node that goes away. */
  @Test
  void anIgnoredAgentSeesItsConnectionBreak() {
    AccessRules rules = AccessRules.silent();
    AgentNode bob = bob(rules);
    AgentNode alice = knowing(bob);
    rules.deny(list(alice.id()));

    assertThat(failure(alice.send(bob.id(), HELLO)).code()).isEqualTo(FailureCode.CONNECTION_LOST);
    assertThat(handled).hasValue(0);
  }

  @Test
  void theHookKnowsWhoComesFromWhere() {
    ConcurrentLinkedQueue<Admission.Arrival> seen = new ConcurrentLinkedQueue<>();
    AgentNode bob =
        bob(
            arrival -> {
              seen.add(arrival);
              return Mono.just(Verdict.ACCEPT).delayElement(Duration.ofMillis(20));
            });
    AgentNode alice = knowing(bob);

    assertThat(alice.send(bob.id(), HELLO).block(LIMIT)).isNotNull();

    Admission.Arrival arrival = seen.element();
    assertThat(arrival.peer()).isEqualTo(alice.id());
    assertThat(arrival.address()).isEqualTo(InetAddress.getLoopbackAddress());
    assertThat(arrival.dialled()).isFalse();
    assertThat(arrival.suite()).contains("MLKEM768");
    assertThat(arrival.credentials().remaining()).isZero();
  }

  @Test
  void aHookThatDoesNotDecideSaysComeBackLater() {
    AgentNode bob = bob(arrival -> Mono.never());

    MessagingException failure = failure(knowing(bob).send(bob.id(), HELLO));

    assertThat(failure.code()).isEqualTo(FailureCode.OVERLOADED);
    assertThat(failure.executed()).isEqualTo(Executed.NO);
    assertThat(handled).hasValue(0);
  }

  @Test
  void aHookThatThrowsRefuses() {
    AgentNode bob =
        bob(
            arrival -> {
              throw new IllegalStateException("no database");
            });

    assertUnauthorized(failure(knowing(bob).send(bob.id(), HELLO)));
  }

  /** What runs when the rule comes ends as it should; nothing new begins. */
  @Test
  void aRuleEndsLinksInOrder() throws Exception {
    AccessRules rules = AccessRules.create();
    CountDownLatch begun = new CountDownLatch(1);
    Sinks.One<Message> answer = Sinks.one();
    AgentNode bob =
        start(
            node()
                .listen("127.0.0.1", 0)
                .admission(rules)
                .receive(
                    in -> {
                      begun.countDown();
                      return answer.asMono();
                    }));
    AgentNode alice = knowing(bob);
    Mono<Message> running = alice.send(bob.id(), HELLO).cache();
    running.subscribe(done -> {}, e -> {});
    assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();

    rules.deny(list(alice.id()));

    awaitNoLink(alice); // what was on its way when the rule came is taken still
    assertThat(failure(alice.send(bob.id(), HELLO)).code()).isEqualTo(FailureCode.UNAUTHORIZED);
    answer.tryEmitValue(Message.text("done"));
    assertThat(running.block(LIMIT).text()).isEqualTo("done");
    rules.deny(AccessList.empty());
    assertThat(alice.send(bob.id(), HELLO).block(LIMIT)).isNotNull();
  }

  @Test
  void aDeniedAgentIsNotDialledEither() {
    AgentNode bob = bob(Admission.everybody());
    AccessRules rules = AccessRules.create();
    rules.deny(list(bob.id()));
    AgentNode alice = start(node().peer(bob.peerAddress()).admission(rules));

    MessagingException failure = failure(alice.send(bob.id(), HELLO));

    assertUnauthorized(failure);
    assertThat(failure.phase()).isEqualTo(Phase.DIAL);
    assertThat(failure.getMessage()).contains("own rules");
  }

  @Test
  void aDeniedAgentHasNoPartInTheDht() {
    AccessRules rules = AccessRules.create();
    AgentNode bob = start(node().listen("127.0.0.1", 0).admission(rules).with(Dht.defaults()));
    Identity carol = Identity.generate();
    rules.deny(list(carol.id()));

    AgentNode denied = dhtNode(carol, bob);
    AgentNode other = dhtNode(Identity.generate(), bob);

    assertThat(other.online().block(LIMIT)).isNull();
    StepVerifier.create(denied.online())
        .expectSubscription()
        .expectNoEvent(Duration.ofMillis(500))
        .thenCancel()
        .verify(LIMIT);
    assertThat(linked(bob)).contains(other.id()).doesNotContain(denied.id());
  }

  private AgentNode dhtNode(Identity identity, AgentNode seed) {
    return start(
        node().identity(identity).listen("127.0.0.1", 0).with(Dht.seeds(seed.peerAddress())));
  }

  private static List<AgentId> linked(AgentNode node) {
    return node.links().stream().map(link -> link.peer()).toList();
  }

  private static void awaitNoLink(AgentNode node) {
    Mono.defer(() -> Mono.justOrEmpty(node.links().isEmpty() ? true : null))
        .repeatWhenEmpty(again -> again.delayElements(Duration.ofMillis(5)))
        .block(LIMIT);
  }

  private static int port(AgentNode node) {
    return node.addresses().get(0).port();
  }
}
