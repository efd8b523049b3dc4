package dev.parley.testkit;

import dev.parley.Address;
import dev.parley.AgentId;
import dev.parley.FailureCode;
import dev.parley.MessagingException;
import dev.parley.PeerAddress;
import dev.parley.Phase;
import dev.parley.spi.Candidate;
import dev.parley.spi.Link;
import dev.parley.spi.NodeListener;
import dev.parley.spi.Receiver;
import dev.parley.spi.TrailRecorder;
import dev.parley.spi.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * A {@link Transport} over an {@link InMemoryNetwork}, for tests of what stands on transports: it
 * keeps the whole contract of the port, and needs no socket, no key and no time of its own.
 *
 * <p>Each transport has an address with which its peers find it; the address is a name in the
 * network and leads nowhere else. The agent at an address is the one that the transport was made
 * for, so a dial for another one is IDENTITY_MISMATCH. Dials of several candidates run at once.
 *
 * <p>Thread-safe. Signals come on the network's scheduler.
 */
public final class InMemoryTransport implements Transport {
  private final InMemoryNetwork network;
  private final AgentId self;
  private final Address address;
  private final NodeListener listener;
  private final Map<AgentId, MemoryDial> dials = new ConcurrentHashMap<>();
  private final Map<AgentId, MemoryLink> open = new ConcurrentHashMap<>();
  private final List<MemoryLink> all = new ArrayList<>(); // guarded by itself
  private boolean started; // guarded by this
  private volatile @Nullable Receiver receiver;
  private volatile boolean closed;

  InMemoryTransport(InMemoryNetwork network, AgentId self, Address address, NodeListener listener) {
    this.network = network;
    this.self = self;
    this.address = address;
    this.listener = listener;
  }

  /** The agent that this transport speaks for. */
  public AgentId self() {
    return self;
  }

  /** Where this transport listens once it is started. */
  public Address address() {
    return address;
  }

  /** The agent and its address, for the address books of its peers. */
  public PeerAddress peerAddress() {
    return new PeerAddress(self, address);
  }

  @Override
  public Mono<List<Address>> start(Receiver value) {
    Objects.requireNonNull(value, "receiver");
    return Mono.fromCallable(
        () -> {
          synchronized (this) {
            if (started) {
              throw new IllegalStateException("the transport was started before");
            }
            started = true;
          }
          receiver = value;
          if (!closed) {
            network.listen(this);
          }
          return List.of(address);
        });
  }

  @Override
  public @Nullable Link openLink(AgentId peer) {
    return open(peer);
  }

  @Override
  public Mono<Link> connect(
      AgentId peer,
      Function<TrailRecorder, Flux<Candidate>> candidates,
      Consumer<TrailRecorder> progress) {
    return Mono.create(
        sink -> {
          Link link = openLink(peer);
          if (receiver == null || closed) {
            sink.error(shutDown(peer));
          } else if (link != null) {
            sink.success(link);
          } else {
            join(peer, candidates, progress, sink);
          }
        });
  }

  private void join(
      AgentId peer,
      Function<TrailRecorder, Flux<Candidate>> candidates,
      Consumer<TrailRecorder> progress,
      MonoSink<Link> sink) {
    while (true) {
      MemoryDial created = new MemoryDial(network, this, peer);
      MemoryDial present = dials.putIfAbsent(peer, created);
      MemoryDial joined = present == null ? created : present;
      progress.accept(joined.trail());
      if (joined.join(sink, candidates)) {
        if (present == null) {
          begin(created, peer);
        }
        return;
      }
      dials.remove(peer, joined);
    }
  }

  private void begin(MemoryDial dial, AgentId peer) {
    MemoryLink link = open(peer);
    if (closed) {
      dial.fail(shutDown(peer));
    } else if (link != null) {
      dial.succeed(link);
    } else {
      dial.start();
    }
  }

  @Override
  public Collection<Link> links() {
    return open.values().stream().filter(MemoryLink::isOpen).map(l -> (Link) l).toList();
  }

  @Override
  public Mono<Void> drain(Duration limit) {
    return Mono.defer(
        () -> {
          stop();
          return Flux.fromIterable(links(null))
              .flatMap(link -> link.closeGracefully(limit), Integer.MAX_VALUE)
              .then();
        });
  }

  @Override
  public Mono<Void> close() {
    return Mono.defer(
        () -> {
          stop();
          return Flux.fromIterable(links(null))
              .flatMap(link -> link.close("shutdown"), Integer.MAX_VALUE)
              .then();
        });
  }

  private void stop() {
    closed = true;
    network.unlisten(this);
    dials.forEach((peer, dial) -> dial.fail(shutDown(peer)));
  }

  private List<MemoryLink> links(@Nullable MemoryLink without) {
    synchronized (all) {
      all.remove(without);
      return List.copyOf(all);
    }
  }

  boolean isClosed() {
    return closed;
  }

  Receiver receiver() {
    return Objects.requireNonNull(receiver);
  }

  NodeListener listener() {
    return listener;
  }

  @Nullable MemoryLink open(AgentId peer) {
    MemoryLink link = open.get(peer);
    return link != null && link.isOpen() ? link : null;
  }

  /** A link is in the network; its lock is held. */
  void added(MemoryLink link) {
    open.put(link.peer(), link);
    synchronized (all) {
      all.add(link);
    }
  }

  /** The same, without the lock. */
  void opened(MemoryLink link) {
    listener.linkOpened(link);
    MemoryDial dial = dials.get(link.peer());
    if (dial != null) {
      dial.succeed(link);
    }
    if (closed) {
      link.close("shutdown");
    }
  }

  /** A link takes no new interactions. */
  void retired(MemoryLink link) {
    open.remove(link.peer(), link);
  }

  /** A link is gone. */
  void removed(MemoryLink link, String reason) {
    open.remove(link.peer(), link);
    links(link);
    listener.linkClosed(link, reason);
  }

  void over(AgentId peer, MemoryDial dial) {
    dials.remove(peer, dial);
  }

  MessagingException shutDown(AgentId peer) {
    return MessagingException.builder(FailureCode.SHUT_DOWN, Phase.RESOLVE)
        .peer(peer)
        .detail(closed ? "this node is closed" : "this node is not started")
        .build();
  }
}
