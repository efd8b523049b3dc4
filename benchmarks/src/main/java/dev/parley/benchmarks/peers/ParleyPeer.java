package dev.parley.benchmarks.peers;

import dev.parley.AgentId;
import dev.parley.Identity;
import dev.parley.Message;
import dev.parley.SendOptions;
import dev.parley.StreamOptions;
import dev.parley.node.AgentNode;
import dev.parley.node.AgentNodeBuilder;
import dev.parley.observability.ParleyMetrics;
import dev.parley.spi.Link;
import dev.parley.transport.rsocket.TransportOptions;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Parley as users get it, through the public {@code send}: deadline, failure model and hybrid
 * post-quantum encryption on.
 *
 * @param meters of both sides
 */
record ParleyPeer(Meters meters) implements Peer {
  private static final String ITEMS = "items";

  /** A cold JVM on a busy machine may need longer than a handshake may take. */
  private static final int ATTEMPTS = 5;

  private static final int UNLIMITED = 100_000;

  private static final SendOptions OPTIONS = SendOptions.timeout(Duration.ofSeconds(30));

  @Override
  public boolean hasStreams() {
    return true;
  }

  @Override
  public boolean hasFirsts() {
    return true;
  }

  private AgentNode start(AgentNodeBuilder builder) {
    AgentNodeBuilder node = builder.identity(Identity.generate()).network("benchmark");
    Mono<AgentNode> started =
        meters == Meters.NONE ? node.start() : ParleyMetrics.bind(meters.registry()).start(node);
    return Objects.requireNonNull(started.block());
  }

  /** What strangers of one address may ask for is not what is measured. */
  private static void unlimited(TransportOptions.Builder options) {
    options
        .accepting(
            a ->
                a.handshakesPerSecondPerPrefix(UNLIMITED)
                    .maxHandshakesPerPrefix(UNLIMITED)
                    .maxHandshakes(UNLIMITED))
        .limits(l -> l.maxConnectionsPerPrefix(UNLIMITED));
  }

  @Override
  public EchoServer serve(Keys keys) {
    AgentNode node =
        start(
            AgentNode.builder()
                .listen("127.0.0.1", 0)
                .transport(ParleyPeer::unlimited)
                .receive(in -> Mono.just(in.message()))
                .receiveStreams(ITEMS, in -> Flux.generate(sink -> sink.next(in.message()))));
    return new EchoServer() {
      @Override
      public String address() {
        return node.id() + "@" + node.addresses().get(0);
      }

      @Override
      public void close() {
        node.close();
      }
    };
  }

  @Override
  public EchoClient connect(String address, byte[] data, Keys keys) {
    return new Client(address, Message.of(data));
  }

  private final class Client implements EchoClient {
    private final String address;
    private final AgentId peer;
    private final Message message;
    private final AgentNode node;
    private final Map<Integer, AgentNode> slots = new ConcurrentHashMap<>();

    Client(String address, Message message) {
      this.address = address;
      this.message = message;
      peer = AgentId.parse(address.substring(0, address.indexOf('@')));
      node = node();
      node.send(peer, message, OPTIONS).retry(ATTEMPTS).block();
    }

    private AgentNode node() {
      return start(AgentNode.builder().peer(address));
    }

    @Override
    public String transport() {
      Link link = node.links().iterator().next();
      return link.getClass().getSimpleName() + " " + link.path();
    }

    @Override
    public void request(Reply reply) {
      request(node, reply);
    }

    private void request(AgentNode from, Reply reply) {
      from.send(peer, message, OPTIONS).subscribe(new ReplySubscriber(this::take, reply));
    }

    @Override
    public Publisher<?> stream() {
      return node.stream(peer, message, StreamOptions.to(ITEMS));
    }

    @Override
    public int take(Object item) {
      return ((Message) item).size();
    }

    @Override
    public void first(int slot, Reply reply) {
      request(slots.computeIfAbsent(slot, s -> node()), reply);
    }

    @Override
    public Mono<Void> disconnect(int slot) {
      AgentNode from = Objects.requireNonNull(slots.get(slot));
      return Flux.fromIterable(from.links())
          .flatMap(link -> link.closeGracefully(Duration.ofSeconds(1)))
          .then();
    }

    @Override
    public void close() {
      slots.values().forEach(AgentNode::close);
      node.close();
    }
  }
}
