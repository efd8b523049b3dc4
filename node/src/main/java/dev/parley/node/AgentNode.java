package dev.parley.node;

import dev.parley.Address;
import dev.parley.AddressBook;
import dev.parley.AgentId;
import dev.parley.Identity;
import dev.parley.Message;
import dev.parley.MessageHandler;
import dev.parley.Messenger;
import dev.parley.Network;
import dev.parley.NetworkId;
import dev.parley.PeerAddress;
import dev.parley.Pong;
import dev.parley.SendOptions;
import dev.parley.spi.AgentResolver;
import dev.parley.spi.Link;
import dev.parley.spi.NodeListener;
import dev.parley.spi.Transport;
import dev.parley.transport.rsocket.RSocketTransport;
import dev.parley.transport.rsocket.TransportOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * A running node that speaks for one agent: it finds peers, opens encrypted links to them, and
 * sends and answers messages. Thread-safe.
 *
 * <pre>{@code
 * AgentNode alice = AgentNode.builder()
 *     .identity(Identity.generate())
 *     .network("auction-house")
 *     .peer("z6Mk...@bob.example:7400")
 *     .start().block();
 * Mono<Message> answer = alice.send(bob, Message.text("$50 on the clown"));
 * }</pre>
 */
public final class AgentNode implements AutoCloseable {
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

  private final Messenger messenger;
  private final Transport transport;
  private final NetworkId network;
  private final AddressBook addressBook;
  private final Scheduler timer;
  private final List<Address> addresses;
  private final Sinks.Empty<Void> onClose = Sinks.empty();

  private AgentNode(
      Messenger messenger,
      Transport transport,
      NetworkId network,
      AddressBook addressBook,
      Scheduler timer,
      List<Address> addresses) {
    this.messenger = messenger;
    this.transport = transport;
    this.network = network;
    this.addressBook = addressBook;
    this.timer = timer;
    this.addresses = addresses;
  }

  /** Starts to configure a node. */
  public static Builder builder() {
    return new Builder();
  }

  /** The agent that this node speaks for. */
  public AgentId id() {
    return messenger.self();
  }

  /** The network that it is in. */
  public NetworkId network() {
    return network;
  }

  /** The addresses that it listens at, with the ports that were bound; empty if it only dials. */
  public List<Address> addresses() {
    return addresses;
  }

  /** The addresses of peers that were configured; more may be added at any time. */
  public AddressBook addressBook() {
    return addressBook;
  }

  /** {@link #send(AgentId, Message, SendOptions)} with the default route and a timeout of 60 s. */
  public Mono<Message> send(AgentId peer, Message message) {
    return messenger.send(peer, message);
  }

  /**
   * Sends a message and emits its answer.
   *
   * <p>Cold: each subscription sends once. It emits one answer, or fails with a {@link
   * dev.parley.MessagingException} at the latest when its timeout has passed. Cancelling cancels
   * the peer's handler. Signals come on the link's event loop, which must not be blocked.
   *
   * @throws IllegalArgumentException if {@code peer} is this agent itself
   */
  public Mono<Message> send(AgentId peer, Message message, SendOptions options) {
    return messenger.send(peer, message, options);
  }

  /**
   * Sends a message to the default route and waits for its answer.
   *
   * @throws dev.parley.MessagingException if it fails
   * @throws IllegalStateException on a thread that must not block, such as an event loop
   */
  public Message sendNow(AgentId peer, Message message, Duration timeout) {
    return messenger.sendNow(peer, message, SendOptions.timeout(timeout));
  }

  /** {@link #sendNow(AgentId, Message, Duration)} with a route. */
  public Message sendNow(AgentId peer, Message message, SendOptions options) {
    return messenger.sendNow(peer, message, options);
  }

  /** Measures the round trip to a peer and tells the path. Cold; fails like {@code send}. */
  public Mono<Pong> ping(AgentId peer, Duration timeout) {
    return messenger.ping(peer, timeout);
  }

  /** Registers the handler of a route, replacing an earlier one; empty is the default route. */
  public void receive(String route, MessageHandler handler) {
    messenger.receive(route, handler);
  }

  /** The open links now. */
  public Collection<Link> links() {
    return transport.links();
  }

  /**
   * Stops accepting, tells peers, lets running messages finish up to {@code limit}, closes. Cold;
   * completes when everything is closed.
   */
  public Mono<Void> drain(Duration limit) {
    return messenger.drain(limit).doFinally(s -> closed());
  }

  /** Closes at once; running messages fail. Cold; completes when everything is closed. */
  public Mono<Void> closeLater() {
    return messenger.close().doFinally(s -> closed());
  }

  /** Closes at once and waits for it, at most 5 s. Idempotent; not for event loops. */
  @Override
  public void close() {
    closeLater().block(CLOSE_LIMIT);
  }

  /** Completes when the node is closed; never errors. */
  public Mono<Void> onClose() {
    return onClose.asMono();
  }

  private void closed() {
    timer.dispose();
    onClose.tryEmitEmpty();
  }

  /** Configures an {@link AgentNode}. Not thread-safe. */
  public static final class Builder {
    private final Map<String, MessageHandler> handlers = new LinkedHashMap<>();
    private final List<AgentResolver> resolvers = new ArrayList<>();
    private final AddressBook addressBook = AddressBook.create();
    private final TransportOptions.Builder transport = TransportOptions.builder();
    private @Nullable Identity identity;
    private @Nullable Network network;
    private @Nullable Network previousNetwork;
    private NodeListener listener = NodeListener.none();
    private @Nullable Scheduler handlerScheduler;
    private int maxConcurrentSends = Messenger.Builder.DEFAULT_MAX_CONCURRENT_SENDS;
    private int maxConcurrentHandlers = Messenger.Builder.DEFAULT_MAX_CONCURRENT_HANDLERS;

    private Builder() {}

    /** Who the node speaks for; required. */
    public Builder identity(Identity value) {
      this.identity = Objects.requireNonNull(value, "identity");
      return this;
    }

    /** The open network of this name: it keeps others apart, but is no secret. */
    public Builder network(String name) {
      return network(Network.open(name));
    }

    /** The network; required. */
    public Builder network(Network value) {
      this.network = Objects.requireNonNull(value, "network");
      return this;
    }

    /** A network secret that is being replaced, and still answered. */
    public Builder previousNetwork(Network value) {
      this.previousNetwork = Objects.requireNonNull(value, "previousNetwork");
      return this;
    }

    /** Listens at a host and port; 0 is any free port. A node that does not listen only dials. */
    public Builder listen(String host, int port) {
      return listen(Address.tcp(host, port));
    }

    /** Listens at an address; several may be given. */
    public Builder listen(Address address) {
      transport.listen(address);
      return this;
    }

    /** Tells the address of a peer, as {@code z6Mk...@host:port}. */
    public Builder peer(String peer) {
      return peer(PeerAddress.parse(peer));
    }

    /** Tells the address of a peer. */
    public Builder peer(PeerAddress peer) {
      addressBook.add(peer);
      return this;
    }

    /** A peer through which others are found, as {@code z6Mk...@host:port}. */
    public Builder seed(String peer) {
      return peer(peer);
    }

    /** Asks one more source of addresses, beside the address book. */
    public Builder resolver(AgentResolver value) {
      resolvers.add(Objects.requireNonNull(value, "resolver"));
      return this;
    }

    /** Answers messages of a route; empty is the default route. */
    public Builder receive(String route, MessageHandler handler) {
      handlers.put(route, Objects.requireNonNull(handler, "handler"));
      return this;
    }

    /** Answers messages of the default route. */
    public Builder receive(MessageHandler handler) {
      return receive("", handler);
    }

    /** Calls handlers on this scheduler instead of the event loop. */
    public Builder handlerScheduler(Scheduler value) {
      this.handlerScheduler = Objects.requireNonNull(value, "handlerScheduler");
      return this;
    }

    /** Hears what happens, for metrics. */
    public Builder listener(NodeListener value) {
      this.listener = Objects.requireNonNull(value, "listener");
      return this;
    }

    /** Changes limits and times of the links. */
    public Builder transport(Consumer<TransportOptions.Builder> change) {
      change.accept(transport);
      return this;
    }

    /** Bounds messages under way; default 65,536. */
    public Builder maxConcurrentSends(int value) {
      this.maxConcurrentSends = value;
      return this;
    }

    /** Bounds messages with handlers; default 65,536. */
    public Builder maxConcurrentHandlers(int value) {
      this.maxConcurrentHandlers = value;
      return this;
    }

    /**
     * Starts the node. Cold: each subscription starts one. Emits it when it listens; errors when an
     * address cannot be bound.
     *
     * @throws IllegalArgumentException naming every setting that is missing or out of range
     */
    public Mono<AgentNode> start() {
      List<String> problems = new ArrayList<>();
      if (identity == null) {
        problems.add("identity is missing, must be set");
      }
      if (network == null) {
        problems.add("network is missing, must be a name or a secret");
      }
      atLeastOne(problems, "maxConcurrentSends", maxConcurrentSends);
      atLeastOne(problems, "maxConcurrentHandlers", maxConcurrentHandlers);
      TransportOptions options = null;
      try {
        options = transport.build();
      } catch (IllegalArgumentException e) {
        problems.add(Objects.requireNonNull(e.getMessage()));
      }
      if (identity == null || network == null || options == null || !problems.isEmpty()) {
        throw new IllegalArgumentException(String.join("; ", problems));
      }
      Identity who = identity;
      Network where = network;
      TransportOptions how = options;
      return Mono.defer(() -> start(who, where, how));
    }

    private static void atLeastOne(List<String> problems, String name, int value) {
      if (value < 1) {
        problems.add(name + " is " + value + ", must be 1 or more");
      }
    }

    private Mono<AgentNode> start(Identity who, Network where, TransportOptions how) {
      Scheduler timer = Schedulers.newSingle("parley-timer", true);
      RSocketTransport rsocket =
          RSocketTransport.builder(who, where)
              .previousNetwork(previousNetwork)
              .options(how)
              .listener(listener)
              .timer(timer)
              .build();
      List<AgentResolver> all = new ArrayList<>();
      all.add(addressBook);
      all.addAll(resolvers);
      Messenger.Builder b =
          Messenger.builder(who.id(), rsocket)
              .resolver(AgentResolver.all(all))
              .listener(listener)
              .timer(timer)
              .maxConcurrentSends(maxConcurrentSends)
              .maxConcurrentHandlers(maxConcurrentHandlers);
      handlers.forEach(b::receive);
      if (handlerScheduler != null) {
        b.handlerScheduler(handlerScheduler);
      }
      Messenger messenger = b.build();
      return messenger
          .start()
          .map(bound -> new AgentNode(messenger, rsocket, where.id(), addressBook, timer, bound))
          .doOnError(e -> timer.dispose());
    }
  }
}
