package dev.parley.node;

import dev.parley.Address;
import dev.parley.AddressBook;
import dev.parley.Agent;
import dev.parley.Agent.SignalResult;
import dev.parley.AgentId;
import dev.parley.Handler;
import dev.parley.Message;
import dev.parley.NetworkId;
import dev.parley.PeerAddress;
import dev.parley.Pong;
import dev.parley.Presence;
import dev.parley.SendOptions;
import dev.parley.StreamOptions;
import dev.parley.links.Links;
import dev.parley.messenger.Messenger;
import dev.parley.spi.Bound;
import dev.parley.spi.Link;
import dev.parley.spi.Protocol;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A running node that speaks for one agent: it finds peers, opens encrypted links to them, and
 * sends and answers messages. Thread-safe.
 *
 * <pre>{@code
 * AgentNode alice = AgentNode.builder()
 *     .identity(Identity.generate())
 *     .network("auction-house")
 *     .peer("z6Mk...@bob.example:7400")
 *     .startNow();
 * Mono<Message> answer = alice.send(bob, Message.text("$50 on the clown"));
 * }</pre>
 *
 * <p>All threads of a node are daemons, so it does not keep its process alive. A {@code main} that
 * has nothing else to do waits until the node is closed, for instance by a shutdown hook:
 *
 * <pre>{@code
 * public static void main(String[] args) {
 *   AgentNode bob = AgentNode.builder()
 *       .identity(Identity.load(Path.of("bob.pem")))
 *       .network("auction-house")
 *       .listen("0.0.0.0", 7400)
 *       .receive(in -> Mono.just(Message.text("noted")))
 *       .startNow();
 *   Runtime.getRuntime().addShutdownHook(new Thread(bob::close));
 *   bob.onClose().block();
 * }
 * }</pre>
 */
public final class AgentNode implements Agent, AutoCloseable {
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

  private final Messenger messenger;
  private final Links links;
  private final NodeBounds bounds;
  private final NetworkId network;
  private final AddressBook addressBook;
  private final Closing closing;
  private final List<Address> addresses;

  AgentNode(
      Messenger messenger,
      Links links,
      NodeBounds bounds,
      NetworkId network,
      AddressBook addressBook,
      Closing closing,
      List<Address> addresses) {
    this.messenger = messenger;
    this.links = links;
    this.bounds = bounds;
    this.network = network;
    this.addressBook = addressBook;
    this.closing = closing;
    this.addresses = addresses;
  }

  /** Starts to configure a node. */
  public static AgentNodeBuilder builder() {
    return new AgentNodeBuilder();
  }

  @Override
  public AgentId id() {
    return messenger.id();
  }

  /** The network that it is in. */
  public NetworkId network() {
    return network;
  }

  /** The addresses that it listens at, with the ports that were bound; empty if it only dials. */
  public List<Address> addresses() {
    return addresses;
  }

  /**
   * What another node is told to find this one: its id with the first of its {@link #addresses()}.
   *
   * <p>Where that is every address of the machine ({@code 0.0.0.0}), it leads here from this
   * machine only; others need a name or an IP address of it.
   *
   * @throws IllegalStateException if the node only dials
   */
  public PeerAddress peerAddress() {
    if (addresses.isEmpty()) {
      throw new IllegalStateException(
          "this node listens at no address; set listen() to be dialled");
    }
    return new PeerAddress(id(), addresses.get(0));
  }

  /** The addresses of peers that were configured; more may be added at any time. */
  public AddressBook addressBook() {
    return addressBook;
  }

  /**
   * Completes when all protocols of the node are online, for instance when it has joined the DHT
   * through its seeds and others can find its agent; at once where there is nothing to wait for,
   * and when the node is closed. Never errors: while no seed answers, it goes on trying.
   */
  public Mono<Void> online() {
    return messenger.online();
  }

  /** A protocol that the node {@linkplain AgentNodeBuilder#with speaks}, by its running part. */
  public <T extends Protocol.Running> Optional<T> protocol(Class<T> type) {
    return messenger.protocol(type);
  }

  /**
   * How much of its limits the node uses now: messages under way and with handlers, connections,
   * handshakes, incomplete messages, what waits to be written to the fullest link and to all, and
   * the limits of its protocols. Cheap enough for once a second.
   */
  public List<Bound> bounds() {
    return bounds.now();
  }

  /** How many tasks wait for the event loops of the links now. */
  public int pendingTasks() {
    return bounds.pendingTasks();
  }

  /** Whether the node has begun to drain or close, and takes nothing new. */
  public boolean isDraining() {
    return closing.hasBegun();
  }

  @Override
  public Mono<Message> send(AgentId peer, Message message, SendOptions options) {
    return messenger.send(peer, message, options);
  }

  @Override
  public Mono<Void> signal(AgentId peer, Message message, SendOptions options) {
    return messenger.signal(peer, message, options);
  }

  @Override
  public Flux<SignalResult> signalAll(
      Collection<AgentId> peers, Message message, SendOptions options) {
    return messenger.signalAll(peers, message, options);
  }

  @Override
  public Flux<Message> stream(AgentId peer, Message request, StreamOptions options) {
    return messenger.stream(peer, request, options);
  }

  @Override
  public Flux<Message> channel(
      AgentId peer, Message opening, Publisher<Message> items, StreamOptions options) {
    return messenger.channel(peer, opening, items, options);
  }

  @Override
  public Mono<Pong> ping(AgentId peer, Duration timeout) {
    return messenger.ping(peer, timeout);
  }

  @Override
  public Flux<Presence> presence(AgentId peer, Duration interval) {
    return messenger.presence(peer, interval);
  }

  @Override
  public Flux<PeerAddress> resolve(AgentId peer) {
    return messenger.resolve(peer);
  }

  @Override
  public Disposable receive(String route, Handler.Messages handler) {
    return messenger.receive(route, handler);
  }

  @Override
  public Disposable receiveSignals(String route, Handler.Signals handler) {
    return messenger.receiveSignals(route, handler);
  }

  @Override
  public Disposable receiveStreams(String route, Handler.Streams handler) {
    return messenger.receiveStreams(route, handler);
  }

  @Override
  public Disposable receiveChannels(String route, Handler.Channels handler) {
    return messenger.receiveChannels(route, handler);
  }

  /** The open links now. */
  public Collection<Link> links() {
    return links.links();
  }

  /**
   * Tells the network that the agent leaves, which takes a second at most; then stops accepting,
   * tells peers, lets running messages finish up to {@code limit}, closes. Cold; completes when
   * everything is closed. Once begun it goes on: cancelling stops the waiting alone, and {@link
   * #closeLater} cuts it short.
   */
  public Mono<Void> drain(Duration limit) {
    return closing.drain(messenger.drain(limit));
  }

  /**
   * Closes at once: what is under way, and what is begun from now on, fails as SHUT_DOWN; {@code
   * presence} and {@code online} complete; running handlers are cancelled. Cold and idempotent;
   * completes when everything is closed, and cancelling stops the waiting alone.
   */
  public Mono<Void> closeLater() {
    return closing.close(messenger.close());
  }

  /** Closes at once and waits for it, at most 5 s. Idempotent; not for event loops. */
  @Override
  public void close() {
    closeLater().block(CLOSE_LIMIT);
  }

  /**
   * Completes when the node is closed; never errors. {@code onClose().block()} keeps a {@code main}
   * running that has nothing else to do.
   */
  public Mono<Void> onClose() {
    return closing.onClose();
  }
}
