package dev.parley.node.chaos;

import dev.parley.Address;
import dev.parley.Identity;
import dev.parley.Inbound;
import dev.parley.Message;
import dev.parley.PeerAddress;
import dev.parley.node.AgentNode;
import dev.parley.node.AgentNodeBuilder;
import dev.parley.testkit.fault.Fault;
import dev.parley.testkit.fault.FaultProxy;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** An agent whose process comes and goes, behind a path that is at fault. */
final class ChaosAgent implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final Identity identity = Identity.generate();
  private final ChaosLedger ledger;
  private final Random random;
  private final FaultProxy proxy;
  private final int port;
  private List<PeerAddress> peers = List.of();
  private volatile AgentNode node;

  ChaosAgent(ChaosLedger ledger, long seed) {
    this.ledger = ledger;
    this.random = new Random(seed);
    node = configured().listen("127.0.0.1", 0).startNow(LIMIT);
    port = node.addresses().get(0).port();
    proxy = FaultProxy.to("127.0.0.1", port).captureLimitBytes(0).start();
  }

  private AgentNodeBuilder configured() {
    return AgentNode.builder()
        .identity(identity)
        .network("chaos")
        .transport(
            o ->
                o.liveness(
                        v ->
                            v.stallTimeout(Duration.ofSeconds(1))
                                .pingIdle(Duration.ofMillis(500))
                                .pingDead(Duration.ofSeconds(2)))
                    .dialling(d -> d.dialTimeout(Duration.ofSeconds(1))))
        .receive("send", in -> answer(in, begin(in)))
        .receiveSignals("signal", in -> answer(in, begin(in)).then())
        .receiveStreams("stream", in -> items(begin(in), in))
        .receiveChannels("channel", (in, rest) -> echo(begin(in), rest));
  }

  /** Where others find it: the way through the faults. */
  PeerAddress address() {
    return new PeerAddress(identity.id(), Address.tcp("127.0.0.1", proxy.port()));
  }

  void meet(List<PeerAddress> others) {
    peers = others;
    others.forEach(node.addressBook()::add);
  }

  AgentNode node() {
    return node;
  }

  FaultProxy path() {
    return proxy;
  }

  /** Ends its process in some way and starts the next. */
  void restart(boolean withoutAWord) {
    if (withoutAWord) {
      proxy.bothWays(Fault.blackhole());
    }
    Mono<Void> end =
        withoutAWord ? node.closeLater() : node.drain(Duration.ofMillis(random.nextInt(200)));
    end.block(LIMIT);
    node = configured().listen("127.0.0.1", port).startNow(LIMIT);
    proxy.heal();
    meet(peers);
  }

  // ---- handlers

  private int begin(Inbound in) {
    int call = ChaosPayload.call(in.message());
    ledger.executed(call);
    return call;
  }

  /** One in a hundred never answers, one in ten takes a moment. */
  private Mono<Message> answer(Inbound in, int call) {
    Mono<Message> now = Mono.just(in.message());
    return call % 100 == 7
        ? Mono.never()
        : call % 10 == 3 ? now.delayElement(Duration.ofMillis(call % 50)) : now;
  }

  private static Flux<Message> items(int call, Inbound in) {
    int size = in.message().size() % 5000;
    return Flux.range(1, ChaosPayload.items(in.message()))
        .map(item -> ChaosPayload.of(call, item, 0, size));
  }

  private Flux<Message> echo(int call, Flux<Message> rest) {
    return rest.doOnNext(
        item -> {
          if (ChaosPayload.call(item) != call) {
            ledger.fault("call " + call + " was given an item of " + ChaosPayload.call(item));
          }
        });
  }

  @Override
  public void close() {
    node.close();
    proxy.close();
  }
}
