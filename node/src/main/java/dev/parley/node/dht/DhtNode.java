package dev.parley.node.dht;

import dev.parley.Address;
import dev.parley.AgentId;
import dev.parley.AgentResolver;
import dev.parley.FailureCode;
import dev.parley.Identity;
import dev.parley.MessagingException;
import dev.parley.NetworkId;
import dev.parley.PeerAddress;
import dev.parley.Phase;
import dev.parley.dht.AgentDht;
import dev.parley.dht.DhtEvent;
import dev.parley.dht.DhtOptions;
import dev.parley.dht.ResolveOptions;
import dev.parley.dht.Resolved;
import dev.parley.dht.life.ClaimBudget;
import dev.parley.dht.life.DhtResolver;
import dev.parley.dht.life.KademliaNode;
import dev.parley.dht.port.AddressRules;
import dev.parley.dht.port.DhtClock;
import dev.parley.dht.port.DhtControl;
import dev.parley.dht.port.DhtEnv;
import dev.parley.dht.port.DhtListener;
import dev.parley.dht.port.TableStore;
import dev.parley.dht.wire.AgentListing;
import dev.parley.dht.wire.Contact;
import dev.parley.dht.wire.HostEndpoint;
import dev.parley.dht.wire.IpEndpoint;
import dev.parley.dht.wire.ListingAddress;
import dev.parley.dht.wire.ListingSigner;
import dev.parley.dht.wire.ListingVerifier;
import dev.parley.dht.wire.NodeKey;
import dev.parley.dht.wire.WebSocketEndpoint;
import dev.parley.spi.Bound;
import dev.parley.spi.Protocol;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/**
 * A node's part in the DHT: it joins through the seeds, says where its agent is, finds others and
 * answers them. {@link Dht#of} gives it. Thread-safe.
 */
public final class DhtNode implements Protocol.Running {
  private static final Logger log = LoggerFactory.getLogger(DhtNode.class);
  private static final Duration FAREWELL = Duration.ofSeconds(1);

  /** How often names of seeds are looked up again: a seed that is back may be elsewhere. */
  private static final Duration SEEDS_AGAIN = Duration.ofMinutes(5);

  /** How long a lookup waits for the node to have joined before it asks whom it knows. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /**
   * What it is made of.
   *
   * @param listedSeeds of DNS names, beside the others
   * @param advertised where the agent says it is, instead of where the node listens
   * @param worker the one thread of the DHT
   * @param blocking where names are looked up
   * @param timer where pauses end
   */
  record Parts(
      Identity identity,
      NetworkId network,
      DhtOptions options,
      AddressRules rules,
      boolean hostNames,
      List<PeerAddress> seeds,
      DnsSeeds listedSeeds,
      List<Address> advertised,
      DhtLinks links,
      ClaimBudget claims,
      TableStore store,
      DhtListener listener,
      DhtClock clock,
      RandomGenerator random,
      Scheduler worker,
      Scheduler blocking,
      Scheduler timer) {}

  private final Parts parts;
  private final KademliaNode dht;
  private final Sinks.Empty<Void> joined = Sinks.empty();
  private final Sinks.Empty<Void> online = Sinks.empty();
  private final Sinks.Empty<Void> stopped = Sinks.empty();
  private final Mono<Void> stopping = Mono.defer(this::stopNow).cache();
  private final Disposable.Composite work = Disposables.composite();
  private volatile boolean published;
  private volatile List<WebSocketEndpoint> sockets = List.of();

  DhtNode(Parts parts) {
    this.parts = parts;
    DhtEnv env =
        new DhtEnv(
            parts.network,
            parts.worker,
            parts.clock,
            parts.random,
            parts.links,
            ListingSigner.of(parts.identity),
            ListingVerifier.ed25519(),
            parts.store,
            parts.rules,
            parts.listener);
    NodeKey self = NodeKey.of(parts.network, parts.identity.id());
    dht = KademliaNode.create(self, parts.options, env);
  }

  /** The node of the DHT itself, for tools. */
  public AgentDht dht() {
    return dht;
  }

  DhtControl control() {
    return dht;
  }

  /** How many links only the DHT uses. */
  @Override
  public List<Bound> bounds() {
    return List.of(parts.links.bound());
  }

  /** Its limits and times. */
  public DhtOptions options() {
    return parts.options;
  }

  /** Looks in the DHT, and waits a while for it to be joined first. */
  AgentResolver resolver() {
    AgentResolver resolver =
        DhtResolver.of(dht::find, parts.rules, parts.hostNames, parts.claims, parts.timer);
    Mono<Void> ready = joined.asMono().timeout(PATIENCE, Mono.empty(), parts.timer);
    return (agent, trail) ->
        ready
            .thenMany(Flux.defer(() -> resolver.resolve(agent, trail)))
            .onErrorMap(RejectedExecutionException.class, e -> shutDown(agent));
  }

  /** The timer goes with the node. */
  private static MessagingException shutDown(AgentId agent) {
    return MessagingException.builder(FailureCode.SHUT_DOWN, Phase.RESOLVE)
        .peer(agent)
        .detail("the node is closed")
        .build();
  }

  /**
   * Completes when it has joined through its seeds and others can find its agent, and when it
   * stops. Never errors: while no seed answers, it goes on trying.
   */
  @Override
  public Mono<Void> online() {
    return online.asMono();
  }

  /** Joins, in the background. */
  @Override
  public void listening(List<Address> bound) {
    parts.links.serve(dht);
    watchEvents();
    work.add(
        Mono.fromCallable(() -> places(bound))
            .subscribeOn(parts.blocking)
            .flatMap(
                places ->
                    seeds()
                        .resolve(parts.blocking, parts.timer)
                        .flatMap(seeds -> join(seeds, places)))
            .subscribe(
                done -> {}, e -> log.warn("the DHT was not joined", e), online::tryEmitEmpty));
    if (seeds().areNamed()) {
      work.add(
          Flux.interval(SEEDS_AGAIN, parts.timer)
              .onBackpressureDrop()
              .concatMap(i -> seeds().resolve(parts.blocking, parts.timer), 1)
              .subscribe(dht::reseed, e -> log.debug("names of seeds are not looked up again", e)));
    }
  }

  private Seeds seeds() {
    return new Seeds(
        parts.network, parts.identity.id(), parts.rules, parts.seeds, parts.listedSeeds);
  }

  /**
   * Where others find this node.
   *
   * @param listing what the agent's listing says
   * @param listen what contacts say; an unspecified address stands for a port alone
   */
  private record Places(List<ListingAddress> listing, List<IpEndpoint> listen) {}

  private Places places(List<Address> bound) {
    List<ListingAddress> listing = new ArrayList<>();
    List<IpEndpoint> listen = new ArrayList<>();
    boolean auto = parts.options.mode() == DhtOptions.Mode.AUTO;
    if (parts.advertised.isEmpty()) {
      listen.addAll(LocalAddresses.dialable(bound, parts.rules));
      if (!auto) {
        listing.addAll(listen);
        listing.addAll(LocalAddresses.webSockets(bound, parts.rules));
      }
    } else {
      parts.advertised.forEach(a -> listing.add(told(a)));
      parts.advertised.forEach(a -> listen.addAll(Seeds.endpoints(a)));
      listen.removeIf(e -> !parts.rules.allows(e));
    }
    if (listen.isEmpty() && auto) {
      bound.stream()
          .filter(a -> a.scheme().equals(Address.Scheme.TCP))
          .findFirst()
          .ifPresent(a -> listen.add(IpEndpoint.v4(0, a.port())));
    }
    sockets = LocalAddresses.webSockets(bound, parts.rules);
    return new Places(
        listing.stream().limit(AgentListing.MAX_ADDRESSES).toList(),
        listen.stream().limit(Contact.MAX_ADDRESSES).toList());
  }

  private static ListingAddress told(Address address) {
    if (address.scheme().equals(Address.Scheme.WS)) {
      return WebSocketEndpoint.of(address);
    }
    IpEndpoint ip = IpEndpoint.from(address);
    return ip == null ? new HostEndpoint(address.host(), address.port()) : ip;
  }

  private Mono<Void> join(List<Contact> seeds, Places places) {
    return dht.start(seeds, places.listen())
        .doOnTerminate(joined::tryEmitEmpty)
        .then(places.listing().isEmpty() ? Mono.empty() : publish(places.listing()));
  }

  private Mono<Void> publish(List<? extends ListingAddress> addresses) {
    return dht.publish(addresses)
        .doOnNext(
            report -> {
              published = true;
              log.debug("published to {} of {} asked", report.stored(), report.asked());
            })
        .then();
  }

  /**
   * Nobody is told of an address that is only believed to be ours: where the node finds out by
   * itself whether it can be dialled, the listing waits until another node has done it.
   */
  private Mono<Void> publishConfirmed(DhtEvent.AddressConfirmed event) {
    IpEndpoint confirmed = Objects.requireNonNull(IpEndpoint.from(event.address()));
    List<ListingAddress> addresses = new ArrayList<>(List.of(confirmed));
    for (WebSocketEndpoint socket : sockets) {
      IpEndpoint ip = socket.ip();
      if (ip != null && ip.sameIp(confirmed)) {
        addresses.add(socket);
      }
    }
    return publish(addresses.stream().limit(AgentListing.MAX_ADDRESSES).toList());
  }

  private void watchEvents() {
    if (parts.advertised.isEmpty()) {
      work.add(
          dht.events()
              .ofType(DhtEvent.AddressConfirmed.class)
              .concatMap(this::publishConfirmed)
              .subscribe(done -> {}, e -> log.warn("a confirmed address was not published", e)));
    }
    work.add(
        dht.events()
            .ofType(DhtEvent.ClockSkewed.class)
            .take(1)
            .subscribe(
                skew ->
                    log.warn(
                        "a listing is signed {} h ahead of this machine's clock; if others are found"
                            + " badly too, check the clock",
                        skew.ahead().toHours()),
                e -> log.debug("events ended", e)));
    work.add(
        dht.events()
            .ofType(DhtEvent.KeyUsedElsewhere.class)
            .take(1)
            .subscribe(
                other ->
                    log.warn(
                        "another process, at {}, runs with this agent's key; give each its own, or"
                            + " stop one",
                        other.addresses()),
                e -> log.debug("events ended", e)));
  }

  /** Tells the network that the agent has left, once and for a second at most. Never errors. */
  @Override
  public Mono<Void> leave() {
    return Mono.defer(
        () -> {
          if (!published) {
            return Mono.empty();
          }
          published = false;
          return dht.publish(List.of())
              .then()
              .onErrorComplete() // here too: nobody hears an error when the time is up
              .timeout(FAREWELL, Mono.empty(), parts.timer)
              .onErrorComplete();
        });
  }

  /**
   * Looks an agent up, in the cache first; see {@link AgentDht#resolve}. Fails as SHUT_DOWN when
   * the node drains or closes before it is over.
   */
  public Flux<Resolved> resolve(AgentId agent, ResolveOptions options) {
    Mono<Void> end =
        stopped
            .asMono()
            .then(
                Mono.error(
                    () ->
                        MessagingException.builder(FailureCode.SHUT_DOWN, Phase.RESOLVE)
                            .peer(agent)
                            .detail("this node is closed; start another one")
                            .permanent()
                            .build()));
    return dht.resolve(agent, options).takeUntilOther(end);
  }

  /** Stops, once; completes when the contacts have been saved. Never errors. */
  @Override
  public Mono<Void> stop() {
    return stopping;
  }

  private Mono<Void> stopNow() {
    work.dispose();
    parts.links.stop();
    published = false; // the timer that a farewell needs goes with the node
    stopped.tryEmitEmpty();
    joined.tryEmitEmpty();
    online.tryEmitEmpty();
    return dht.stop().then(parts.store.flush());
  }
}
