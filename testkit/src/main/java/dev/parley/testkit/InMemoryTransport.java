package dev.parley.testkit;

import dev.parley.Address;
import dev.parley.AgentId;
import dev.parley.AgentResolver.Candidate;
import dev.parley.PeerAddress;
import dev.parley.Trail;
import dev.parley.carrier.InstanceId;
import dev.parley.carrier.Transport;
import dev.parley.links.LinkOptions;
import dev.parley.links.Links;
import dev.parley.spi.Link;
import dev.parley.spi.NodeListener;
import dev.parley.spi.Receiver;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A {@link Transport} over an {@link InMemoryNetwork}, for tests of what stands on transports: it
 * keeps the whole contract of the port, and needs no socket, no key and no time of its own.
 *
 * <p>Each transport has an address with which its peers find it; the address is a name in the
 * network and leads nowhere else. The agent at an address is the one that the transport was made
 * for, so a dial for another one is IDENTITY_MISMATCH.
 *
 * <p>Thread-safe. Signals come on the network's scheduler.
 */
@SuppressWarnings("exports") // for our own tests, until carriers are open to others
public final class InMemoryTransport implements Transport {
  /** Several candidates are dialled as good as at once, again without a pause, never unasked. */
  private static final LinkOptions OPTIONS =
      new LinkOptions(Duration.ofNanos(1), Duration.ofNanos(1), Duration.ZERO);

  private final MemoryCarrier carrier;
  private final Links links;

  InMemoryTransport(
      InMemoryNetwork network,
      AgentId self,
      Address address,
      InstanceId instance,
      NodeListener listener,
      long features) {
    carrier = new MemoryCarrier(network, self, address, instance, listener, features);
    links =
        Links.builder(self)
            .carrier(carrier)
            .options(OPTIONS)
            .listener(listener)
            .nanoClock(network::nanos)
            .timer(network.settings().scheduler())
            .random(new SplittableRandom(instance.low()))
            .build();
  }

  /** The agent that this transport speaks for. */
  public AgentId self() {
    return carrier.self();
  }

  /** Where this transport listens once it is started. */
  public Address address() {
    return carrier.address();
  }

  /** The agent and its address, for the address books of its peers. */
  public PeerAddress peerAddress() {
    return new PeerAddress(self(), address());
  }

  @Override
  public Mono<List<Address>> start(Function<? super Link, ? extends Receiver> receivers) {
    return links.start(receivers);
  }

  @Override
  public @Nullable Link openLink(AgentId peer) {
    return links.openLink(peer);
  }

  @Override
  public Mono<Link> connect(
      AgentId peer,
      Function<Trail.Recorder, Flux<Candidate>> candidates,
      Consumer<Trail.Recorder> progress) {
    return links.connect(peer, candidates, progress);
  }

  @Override
  public Collection<Link> links() {
    return links.links();
  }

  @Override
  public Mono<Void> check(AgentId peer, Address address) {
    return links.check(peer, address);
  }

  @Override
  public void watchLinks(NodeListener watcher) {
    links.watchLinks(watcher);
  }

  @Override
  public Mono<Void> drain(Duration limit) {
    return links.drain(limit);
  }

  @Override
  public Mono<Void> close() {
    return links.close();
  }
}
