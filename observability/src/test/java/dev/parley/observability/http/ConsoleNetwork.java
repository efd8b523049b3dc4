package dev.parley.observability.http;

import dev.parley.Address;
import dev.parley.AgentId;
import dev.parley.HandlerFailure;
import dev.parley.Identity;
import dev.parley.Message;
import dev.parley.MessagingException;
import dev.parley.SendOptions;
import dev.parley.StreamOptions;
import dev.parley.dht.DhtOptions;
import dev.parley.node.AgentNode;
import dev.parley.node.AgentNodeBuilder;
import dev.parley.node.dht.Dht;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** An auction house with a console, and bidders: real nodes over loopback. */
final class ConsoleNetwork implements AutoCloseable {
  static final String MARKUP = "<img src=x onerror=alert(1)><b>sold out</b>";

  private static final SendOptions LATE = SendOptions.timeout(Duration.ofSeconds(60));

  private final List<AgentNode> peers = new ArrayList<>();
  private final AgentNode node;
  private final NodeHttp http;

  private ConsoleNetwork(int size) {
    ConsoleListener listener = ConsoleListener.create();
    node =
        start(
            AgentNode.builder()
                .identity(Identity.generate())
                .network("auction-house")
                .listener(listener)
                .receive(in -> Mono.just(in.message()))
                .receive("auction/bid", in -> answerSoon(in.message()))
                .receiveSignals("auction/watch", in -> Mono.empty())
                .receiveStreams("auction/ticks", in -> Flux.just(Message.empty())),
            Dht.builder());
    HttpOptions options = HttpOptions.builder().listen(Address.tcp("127.0.0.1", 0)).build();
    http =
        Objects.requireNonNull(NodeHttp.builder(node, listener).options(options).start().block());
    for (int i = 1; i < size; i++) {
      peers.add(
          start(
              AgentNode.builder()
                  .identity(Identity.generate())
                  .network("auction-house")
                  .receive(in -> Mono.just(in.message()))
                  .receive("auction/bid", in -> answerSoon(in.message()))
                  .receive("auction/closed", in -> Mono.error(HandlerFailure.rejected(MARKUP)))
                  .receive("auction/late", in -> Mono.error(HandlerFailure.rejected("closed")))
                  .receiveSignals("auction/watch", in -> Mono.empty())
                  .receiveStreams("auction/ticks", in -> Flux.just(Message.empty())),
              Dht.builder().seed(node.peerAddress())));
    }
  }

  /** Starts a network of so many nodes. */
  static ConsoleNetwork of(int size) {
    return new ConsoleNetwork(size);
  }

  private AgentNode start(AgentNodeBuilder builder, Dht.Builder dht) {
    boolean chaCha = peers.size() % 5 == 3;
    return Objects.requireNonNull(
        builder
            .listen("127.0.0.1", 0)
            .transport(t -> t.threads(n -> n.eventLoops(1)).encryption(e -> e.preferChaCha(chaCha)))
            .with(dht.options(ConsoleNetwork::hasty).build())
            .start()
            .block());
  }

  /** Tables fill quickly, though all nodes are at one address. */
  private static void hasty(DhtOptions.Builder dht) {
    dht.serving(v -> v.dialsPerMinute(1000))
        .upkeep(u -> u.maintenanceInterval(Duration.ofSeconds(1)));
  }

  /** A handler that has something to do. */
  private static Mono<Message> answerSoon(Message message) {
    return Mono.just(message)
        .delayElement(Duration.ofMillis(2 + Math.floorMod(message.hashCode(), 4)));
  }

  String url() {
    return http.url();
  }

  NodeHttp http() {
    return http;
  }

  AgentNode node() {
    return node;
  }

  AgentId peer() {
    return peers.get(0).id();
  }

  /** A message each way. */
  void send() {
    AgentNode peer = peers.get(0);
    peer.sendNow(node.id(), Message.text("in"), LATE);
    node.sendNow(peer.id(), Message.text("out"), LATE);
  }

  /** A message of the console's node to an agent that nobody knows. */
  void miss() {
    Message bid = Message.text("bid");
    node.send(Identity.generate().id(), bid).onErrorComplete().then().block();
  }

  /** A message of the console's node that the peer refuses, with a text of its own. */
  void fail(String route) {
    try {
      node.sendNow(peer(), Message.text("bid"), LATE.route(route));
    } catch (MessagingException expected) {
      return;
    }
    throw new AssertionError("the message did not fail");
  }

  /** An auction house at work: a steady load, a hundred things a second. */
  Disposable traffic() {
    Random random = new Random(7);
    return Flux.interval(Duration.ofMillis(10))
        .onBackpressureDrop()
        .flatMap(i -> something(i, random), 256)
        .subscribe();
  }

  private Mono<Void> something(long i, Random random) {
    AgentNode peer = peers.get(random.nextInt(peers.size()));
    Message message = Message.of(new byte[200 + random.nextInt(4000)]);
    boolean in = i % 3 == 0;
    AgentNode from = in ? peer : node;
    AgentId to = in ? node.id() : peer.id();
    Mono<?> work =
        switch ((int) (i % 20)) {
          case 7 -> from.signal(to, message, SendOptions.to("auction/watch"));
          case 13 -> from.stream(to, message, StreamOptions.to("auction/ticks")).then();
          default -> from.send(to, message, SendOptions.to("auction/bid"));
        };
    return work.onErrorComplete().then();
  }

  @Override
  public void close() {
    http.close();
    peers.forEach(AgentNode::close);
    node.close();
  }
}
