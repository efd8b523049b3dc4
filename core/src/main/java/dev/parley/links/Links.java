package dev.parley.links;

import dev.parley.Address;
import dev.parley.AgentId;
import dev.parley.AgentResolver.Candidate;
import dev.parley.FailureCode;
import dev.parley.MessagingException;
import dev.parley.Phase;
import dev.parley.Trail;
import dev.parley.carrier.CarriedLink;
import dev.parley.carrier.Carrier;
import dev.parley.carrier.InstanceId;
import dev.parley.carrier.LinkEnd;
import dev.parley.carrier.Transport;
import dev.parley.shares.Shares;
import dev.parley.spi.Link;
import dev.parley.spi.NodeListener;
import dev.parley.spi.Receiver;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/**
 * The links of a node over all its {@link Carrier}s: one table, one race for each peer that is
 * dialled, and the one place that decides which link stays. Thread-safe.
 *
 * <p>A link that appears beside another of the same agent is used at once, since it has just proved
 * to be alive; the others are asked for a sign of life ({@link LinkDoubts}). Those that are silent
 * are closed. A link whose peer owes answers and is silent takes nothing new until it is heard
 * again: the peer is dialled, and a link that comes of that closes the silent one. Of two live ones
 * to one process {@link LinkChoice} says which stays; the other finishes what runs on it, however
 * long that takes. Links to several processes of one agent stand side by side.
 */
public final class Links implements Transport, Carrier.Host {
  private static final Logger log = LoggerFactory.getLogger(Links.class);

  /** A displaced link ends when what runs on it does; this is no limit but for arithmetic. */
  private static final Duration AS_LONG_AS_IT_TAKES = Duration.ofDays(365);

  private final AgentId self;
  private final Doorkeeper door;
  private final Carriers carriers;
  private final LinkOptions options;
  private final NodeListener listener;
  private final LongSupplier clock;
  private final Scheduler timer;
  private final Shares memory;
  private final LinkTable table = new LinkTable();
  private final DialBackoff backoff;
  private final Reconnector reconnector;
  private final LinkDoubts doubts;
  private final List<NodeListener> watchers = new CopyOnWriteArrayList<>();
  private final Map<AgentId, DialRace> races = new ConcurrentHashMap<>();
  private final AtomicBoolean started = new AtomicBoolean();
  private final AtomicBoolean closing = new AtomicBoolean();
  private final Sinks.Empty<Void> onClosed = Sinks.empty();
  private volatile boolean closed;
  private volatile @Nullable Function<? super Link, ? extends Receiver> receivers;

  Links(LinksBuilder b) {
    self = b.self;
    door = new Doorkeeper(b.admission, b.timer, b.clock);
    carriers = new Carriers(List.copyOf(b.carriers), door);
    options = b.options;
    listener = b.listener;
    clock = b.clock;
    timer = b.timer;
    memory = b.memory;
    backoff = new DialBackoff(options.dialBackoffMax(), clock, b.random);
    reconnector = new Reconnector(this, timer, b.random);
    doubts = new LinkDoubts(timer);
  }

  /** Starts to configure the links of an agent's node. */
  public static LinksBuilder builder(AgentId self) {
    return new LinksBuilder(self);
  }

  @Override
  public Mono<List<Address>> start(Function<? super Link, ? extends Receiver> value) {
    Objects.requireNonNull(value, "receivers");
    Mono<List<Address>> starting =
        Mono.defer(
            () -> {
              if (!started.compareAndSet(false, true)) {
                return Mono.error(new IllegalStateException("the transport was started before"));
              }
              if (closed) {
                return Mono.error(shutDown(null));
              }
              receivers = value;
              door.watch(table::all);
              return carriers
                  .start(this)
                  .onErrorResume(
                      e -> {
                        Throwable told = closed ? shutDown(null) : e;
                        return close().then(Mono.error(told));
                      });
            });
    return starting.contextWrite(DroppedErrors::addTo);
  }

  @Override
  public List<Address> listen() {
    return carriers.listen();
  }

  @Override
  public @Nullable Link openLink(AgentId peer) {
    return table.open(peer);
  }

  @Override
  public Mono<Link> connect(
      AgentId peer,
      Function<Trail.Recorder, Flux<Candidate>> candidates,
      Consumer<Trail.Recorder> progress) {
    Mono<Link> connecting =
        Mono.create(
            sink -> {
              Link open = openLink(peer);
              if (receivers == null || closed) {
                sink.error(shutDown(peer));
              } else if (open != null) {
                sink.success(open);
              } else {
                join(peer, candidates, progress, sink);
              }
            });
    return connecting.contextWrite(DroppedErrors::addTo);
  }

  private void join(
      AgentId peer,
      Function<Trail.Recorder, Flux<Candidate>> candidates,
      Consumer<Trail.Recorder> progress,
      MonoSink<Link> sink) {
    while (true) {
      DialRace created = new DialRace(this, peer, Trail.Recorder.start(clock), timer);
      DialRace race = races.putIfAbsent(peer, created);
      boolean first = race == null;
      DialRace joined = first ? created : race;
      progress.accept(joined.trail());
      if (joined.join(sink, candidates)) {
        if (first) {
          startRace(created, peer);
        }
        return;
      }
      races.remove(peer, joined);
    }
  }

  private void startRace(DialRace race, AgentId peer) {
    CarriedLink open = table.open(peer);
    if (closed) {
      race.shutDown(shutDown(peer));
    } else if (open != null) { // set up between the look and the race
      race.linkAppeared(open);
    } else {
      if (table.hasSuspects(peer)) {
        race.trail().step(Phase.RESOLVE, "open-link", "silent, not used");
      }
      race.start(backoff.delayNanos(peer));
    }
  }

  /** Dials one address of a race; disposing abandons it. */
  Disposable dial(DialAttempt attempt) {
    return carriers
        .dial(attempt.peer(), attempt.address(), false, attempt)
        .contextWrite(DroppedErrors::addTo)
        .subscribe(link -> dialled(link, attempt), e -> attempt.failed(failure(attempt.peer(), e)));
  }

  @Override
  public Mono<Void> check(AgentId peer, Address address) {
    Mono<Void> checking =
        Mono.defer(
            () ->
                receivers == null || closed
                    ? Mono.error(shutDown(peer))
                    : carriers
                        .dial(peer, address, true, Unheard.PROGRESS)
                        .doOnNext(link -> link.close(LinkEnd.CHECKED).subscribe())
                        .onErrorMap(e -> failure(peer, e))
                        .then());
    // No race ends it with the others, and a carrier's threads may end before they tell.
    Mono<Void> end = onClosed.asMono().then(Mono.error(() -> shutDown(peer)));
    return Mono.firstWithSignal(checking, end).contextWrite(DroppedErrors::addTo);
  }

  private MessagingException failure(AgentId peer, Throwable t) {
    // What ended with the sockets of this node says nothing of the peer.
    return closed ? shutDown(peer) : RaceFailures.ofCarrier(peer, t);
  }

  private void dialled(CarriedLink link, DialAttempt attempt) {
    reconnector.learned(attempt.peer(), attempt.address());
    opened(link);
    door.dialled(link);
    CarriedLink kept = table.open(link.peer());
    attempt.succeeded(link, kept == null ? link : kept);
  }

  private void opened(CarriedLink link) {
    LinkTable.Added added = table.add(link);
    listener.linkOpened(link);
    watchers.forEach(watcher -> watcher.linkOpened(link));
    log.debug("link to {} open over {}", link.peer().toShortString(), link.path().kind());
    if (added.excess() != null) {
      added.excess().close(LinkEnd.DUPLICATE).subscribe();
    }
    if (added.rival() != null) {
      doubts.settle(added.rival(), this::choose);
    }
    added.others().forEach(other -> doubts.settle(other, alive -> {}));
    DialRace race = races.get(link.peer());
    if (race != null) {
      race.linkAppeared(link);
    }
    if (closed) {
      link.close(LinkEnd.SHUTDOWN).subscribe();
    }
  }

  /** A link that was displaced for the moment is alive: it or the present one stays. */
  private void choose(CarriedLink alive) {
    CarriedLink displaced = table.settle(self, alive);
    if (displaced != null) {
      displaced.drain(LinkEnd.DUPLICATE, AS_LONG_AS_IT_TAKES).subscribe();
    }
  }

  // ---- Carrier.Host

  @Override
  public Receiver receiver(CarriedLink link) {
    return Objects.requireNonNull(receivers).apply(link);
  }

  @Override
  public Shares memory() {
    return memory;
  }

  @Override
  public @Nullable LinkEnd refusal(AgentId peer, InstanceId instance) {
    return closed ? LinkEnd.SHUTDOWN : peer.equals(self) ? LinkEnd.DENIED : null;
  }

  @Override
  public Link.Admission admission() {
    return door;
  }

  @Override
  public void accepted(CarriedLink link) {
    if (link.isCheck()) {
      table.track(link);
      if (closed) {
        link.close(LinkEnd.SHUTDOWN).subscribe();
      }
    } else {
      opened(link);
    }
  }

  @Override
  public void closing(CarriedLink link) {
    table.retire(link);
  }

  @Override
  public void suspect(CarriedLink link, boolean silent) {
    log.debug("{} is {}", link.peer().toShortString(), silent ? "silent" : "heard again");
    boolean back = table.suspect(link, silent);
    DialRace race = races.get(link.peer());
    if (back && race != null) {
      race.linkAppeared(link);
    }
  }

  @Override
  public void closed(CarriedLink link, String reason, boolean isOrderly) {
    table.remove(link);
    if (link.isCheck()) {
      return;
    }
    listener.linkClosed(link, reason);
    watchers.forEach(watcher -> watcher.linkClosed(link, reason));
    log.debug("link to {} closed: {}", link.peer().toShortString(), reason);
    if (!isOrderly && !closed && link.path().dialled() && table.open(link.peer()) == null) {
      reconnector.lost(link.peer());
    }
  }

  @Override
  public void watchLinks(NodeListener watcher) {
    watchers.add(Objects.requireNonNull(watcher, "watcher"));
  }

  @Override
  public Collection<Link> links() {
    return table.openLinks();
  }

  // ---- the end

  @Override
  public Mono<Void> drain(Duration limit) {
    return Mono.defer(
        () -> {
          stop();
          Mono<Void> drained = ended(link -> link.drain(LinkEnd.SHUTDOWN, limit));
          return Mono.when(carriers.stopListening(), drained).then(close());
        });
  }

  @Override
  public Mono<Void> close() {
    return Mono.defer(
        () -> {
          stop();
          if (closing.compareAndSet(false, true)) {
            closeAll().subscribe(v -> {}, e -> log.warn("closing failed", e));
          }
          return onClosed.asMono();
        });
  }

  private void stop() {
    closed = true;
    door.stop();
    reconnector.stop();
    races.forEach(
        (peer, race) -> {
          races.remove(peer, race);
          race.shutDown(shutDown(peer));
        });
  }

  private Mono<Void> ended(Function<CarriedLink, Mono<Void>> ending) {
    return Flux.defer(() -> Flux.fromIterable(table.all()))
        .flatMap(ending, Integer.MAX_VALUE)
        .then();
  }

  private Mono<Void> closeAll() {
    return carriers
        .stopListening()
        .then(ended(link -> link.close(LinkEnd.SHUTDOWN)))
        .then(Mono.defer(carriers::close))
        .doFinally(signal -> onClosed.tryEmitEmpty());
  }

  /** What ends whatever is under way, or comes, when the node stops. */
  MessagingException shutDown(@Nullable AgentId peer) {
    return MessagingException.builder(FailureCode.SHUT_DOWN, Phase.RESOLVE)
        .peer(peer)
        .detail(closed ? "this node is closed" : "this node is not started")
        .build();
  }

  void raceOver(AgentId peer, DialRace race) {
    races.remove(peer, race);
  }

  LinkOptions options() {
    return options;
  }

  DialBackoff backoff() {
    return backoff;
  }

  long nanos() {
    return clock.getAsLong();
  }
}
