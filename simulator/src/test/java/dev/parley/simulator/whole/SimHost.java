package dev.parley.simulator.whole;

import dev.parley.Address;
import dev.parley.Identity;
import dev.parley.Message;
import dev.parley.PeerAddress;
import dev.parley.node.AgentNode;
import dev.parley.node.AgentNodeBuilder;
import dev.parley.node.VirtualNodes;
import dev.parley.node.dht.Dht;
import dev.parley.node.dht.VirtualDht;
import dev.parley.transport.rsocket.VirtualSurroundings;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A machine with an agent, whose process comes and goes. */
final class SimHost {
  static final int PORT = 7400;

  private final World world;
  private final int number;
  private final InetAddress ip;
  private final Identity identity;
  private final SplittableRandom random;
  private int starts;
  private int port = PORT;
  private @Nullable SimProcess process;
  private @Nullable AgentNode node;

  SimHost(World world, int number, long seed) {
    this.world = world;
    this.number = number;
    this.random = new SplittableRandom(seed);
    this.ip = address(10, number + 1, 7 * number + 1, 1);
    byte[] key = new byte[Identity.SEED_LENGTH];
    random.nextBytes(key);
    this.identity = Identity.fromSeed(key);
  }

  static InetAddress address(int... bytes) {
    byte[] raw = new byte[4];
    for (int i = 0; i < 4; i++) {
      raw[i] = (byte) bytes[i];
    }
    try {
      return InetAddress.getByAddress(raw);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(e);
    }
  }

  InetAddress ip() {
    return ip;
  }

  Identity identity() {
    return identity;
  }

  PeerAddress at() {
    return new PeerAddress(identity.id(), Address.tcp(ip.getHostAddress(), port));
  }

  /** Its node while it runs. */
  @Nullable AgentNode node() {
    return isUp() ? node : null;
  }

  @Nullable SimProcess process() {
    return process;
  }

  boolean isUp() {
    SimProcess p = process;
    return p != null && !p.isDead() && node != null && !node.isDraining();
  }

  /** Moves to another port with the next start. */
  void move() {
    port++;
  }

  /** Starts a process; completes when the agent is online. */
  Mono<Void> start(List<PeerAddress> seeds, @Nullable Address claim) {
    return Mono.defer(
        () -> {
          SimProcess p = new SimProcess(name(), world.time(), random.split());
          starts++;
          process = p;
          node = null;
          world.net().boot(ip, p);
          world.tell(name(), "starts, its process number " + starts);
          return builder(p, seeds, claim)
              .start()
              .doOnNext(started -> node = started)
              .flatMap(AgentNode::online)
              .doOnSuccess(done -> world.tell(name(), "is online"));
        });
  }

  private AgentNodeBuilder builder(SimProcess p, List<PeerAddress> seeds, @Nullable Address claim) {
    Dht.Builder dht = new VirtualDht(p).builder();
    seeds.stream().filter(s -> !s.id().equals(identity.id())).forEach(dht::seed);
    if (claim != null) {
      dht.advertise(claim);
    }
    AgentNodeBuilder builder =
        new VirtualNodes(p, new VirtualSurroundings(world.net(), p, ip)).builder();
    world.plant().into(builder, p, () -> node);
    return builder
        .identity(identity)
        .network("simulated")
        .listen(ip.getHostAddress(), port)
        .with(dht.build())
        .transport(world.scenario()::transport)
        .receive("request", in -> answer(p, in.message()))
        .receive(
            "echo",
            in -> {
              begin(in.message());
              return Mono.just(in.message());
            })
        .receiveSignals("signal", in -> answer(p, in.message()).then())
        .receiveStreams("stream", in -> items(begin(in.message()), in.message()))
        .receiveChannels(
            "channel",
            (in, rest) -> {
              begin(in.message());
              return rest;
            });
  }

  private int begin(Message message) {
    int call = SimPayload.call(message);
    world.calls().executed(call, name());
    return call;
  }

  private Mono<Message> answer(SimProcess p, Message message) {
    int call = begin(message);
    Mono<Message> now = Mono.just(message);
    return call % 50 == 7
        ? Mono.never()
        : call % 5 == 3 ? now.delayElement(Duration.ofMillis(call % 300), p.shared()) : now;
  }

  private static Flux<Message> items(int call, Message request) {
    return Flux.range(1, SimPayload.items(request))
        .map(item -> SimPayload.of(call, item, 0, request.size() % 3000));
  }

  Address address() {
    return at().address();
  }

  void kill() {
    SimProcess p = process;
    if (p != null && !p.isDead()) {
      world.tell(name(), "dies without a word");
      p.kill();
    }
  }

  String name() {
    return "node-" + number;
  }

  @Override
  public String toString() {
    return name();
  }
}
