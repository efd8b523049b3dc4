package dev.parley.dht.life;

import dev.parley.AgentId;
import dev.parley.FailureCode;
import dev.parley.MessagingException;
import dev.parley.Phase;
import dev.parley.dht.DhtEvent;
import dev.parley.dht.DhtOptions;
import dev.parley.dht.DhtSnapshot;
import dev.parley.dht.DhtStats;
import dev.parley.dht.PublishReport;
import dev.parley.dht.ResolveOptions;
import dev.parley.dht.Resolved;
import dev.parley.dht.lookup.LookupRun;
import dev.parley.dht.lookup.LookupSettings;
import dev.parley.dht.lookup.Resolutions;
import dev.parley.dht.node.Calls;
import dev.parley.dht.node.NodeCore;
import dev.parley.dht.node.Reachability;
import dev.parley.dht.node.Telemetry;
import dev.parley.dht.port.Caller;
import dev.parley.dht.port.DhtControl;
import dev.parley.dht.port.DhtEnv;
import dev.parley.dht.port.DhtState;
import dev.parley.dht.port.Finding;
import dev.parley.dht.publish.Publisher;
import dev.parley.dht.publish.Replication;
import dev.parley.dht.serve.RequestHandler;
import dev.parley.dht.serve.Verification;
import dev.parley.dht.store.ListingCache;
import dev.parley.dht.store.ListingStore;
import dev.parley.dht.table.TableEntry;
import dev.parley.dht.wire.Contact;
import dev.parley.dht.wire.DhtAnswer;
import dev.parley.dht.wire.DhtKey;
import dev.parley.dht.wire.DhtRequest;
import dev.parley.dht.wire.IpEndpoint;
import dev.parley.dht.wire.ListingAddress;
import dev.parley.dht.wire.NodeKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * A node of the DHT. All of its state is used on one worker of the scheduler that it is given, so
 * there are no locks; what arrives from elsewhere is handed over first.
 */
public final class KademliaNode implements DhtControl {
  private static final int CLOSEST = 20;
  private static final DhtAnswer STOPPED = new DhtAnswer.Refused(DhtAnswer.Refusal.BUSY, 0xffff);

  private final NodeCore core;
  private final Calls calls;
  private final ListingCache cache;
  private final RequestHandler handler;
  private final Resolutions resolutions;
  private final Publisher publisher;
  private final Reachability reachability;
  private final Maintenance maintenance;
  private @Nullable Bootstrap bootstrap; // worker only

  private KademliaNode(NodeKey self, DhtOptions options, DhtEnv env) {
    core = new NodeCore(self, options, env);
    calls = new Calls(core);
    cache = new ListingCache(options);
    reachability = new Reachability(core, calls);
    calls.observe(reachability);
    Verification verification = new Verification(core, calls);
    handler = new RequestHandler(core, calls, cache, verification);
    resolutions = new Resolutions(core, calls, cache);
    core.telemetry.watch(
        new Telemetry.Gauges() {
          @Override
          public int lookupsRunning() {
            return resolutions.running();
          }

          @Override
          public int callsInFlight() {
            return calls.inFlight();
          }

          @Override
          public int peersCounted() {
            return handler.rates().size();
          }
        });
    publisher = new Publisher(core, calls);
    maintenance =
        new Maintenance(
            core,
            calls,
            publisher,
            new Replication(core, calls),
            reachability,
            verification,
            handler,
            cache);
  }

  /** A node that speaks for {@code self}; nothing happens until it is started. */
  public static KademliaNode create(NodeKey self, DhtOptions options, DhtEnv env) {
    return new KademliaNode(
        Objects.requireNonNull(self, "self"),
        Objects.requireNonNull(options, "options"),
        Objects.requireNonNull(env, "env"));
  }

  @Override
  public NodeKey self() {
    return core.self;
  }

  /** A Mono whose work is done on the worker, and that errors when the node stops before. */
  private <T> Mono<T> onWorker(Consumer<MonoSink<T>> work) {
    return Mono.create(
        sink -> {
          Runnable end = () -> sink.error(stopped());
          sink.onDispose(() -> core.endings.remove(end));
          core.endings.add(end);
          core.execute(() -> work.accept(sink));
        });
  }

  private static MessagingException stopped() {
    return MessagingException.builder(FailureCode.SHUT_DOWN, Phase.RESOLVE)
        .detail("the node has left the DHT")
        .build();
  }

  @Override
  public Mono<Void> start(List<Contact> seeds, List<IpEndpoint> listen) {
    return onWorker(
        sink -> {
          Bootstrap known = bootstrap;
          if (known == null) {
            known = join(seeds, listen);
          }
          known.whenReady(sink::success);
        });
  }

  private Bootstrap join(List<Contact> seeds, List<IpEndpoint> listen) {
    core.started();
    core.setListen(listen);
    List<Contact> saved = core.env.store().load();
    Bootstrap joining = new Bootstrap(core, calls, maintenance, saved, seeds);
    bootstrap = joining;
    maintenance.start(joining::rejoinIfAlone);
    joining.whenReady(reachability::tick);
    joining.start();
    return joining;
  }

  @Override
  public void reseed(List<Contact> seeds) {
    List<Contact> copy = List.copyOf(seeds);
    core.execute(
        () -> {
          if (bootstrap != null) {
            bootstrap.reseed(copy);
          }
        });
  }

  @Override
  public Mono<Void> stop() {
    return Mono.create(
        sink -> {
          Runnable end = sink::success;
          sink.onDispose(() -> core.endings.remove(end));
          core.endings.add(end);
          core.execute(
              () -> {
                maintenance.save();
                core.stop();
              });
        });
  }

  @Override
  public Flux<Resolved> resolve(AgentId agent, ResolveOptions options) {
    return find(agent, options).cast(Resolved.class);
  }

  @Override
  public Flux<Finding> find(AgentId agent, ResolveOptions options) {
    return find(NodeKey.of(core.env.network(), agent), options);
  }

  /** As {@link #find(AgentId, ResolveOptions)}, for a key that is known already. */
  public Flux<Finding> find(NodeKey agent, ResolveOptions options) {
    return Flux.create(
        sink -> {
          Runnable end = () -> sink.next(resolutions.stopped()).complete();
          sink.onDispose(() -> core.endings.remove(end));
          sink.onCancel(() -> core.execute(() -> resolutions.leave(agent, sink)));
          core.endings.add(end);
          core.execute(() -> resolutions.resolve(agent, options, sink));
        },
        FluxSink.OverflowStrategy.BUFFER);
  }

  /** Forgets what is cached of an agent, so that the next resolution asks the network. */
  public Mono<Void> forget(AgentId agent) {
    return onWorker(
        sink -> {
          cache.forget(NodeKey.of(core.env.network(), agent));
          sink.success();
        });
  }

  @Override
  public Mono<PublishReport> publish(List<? extends ListingAddress> addresses) {
    List<? extends ListingAddress> copy = List.copyOf(addresses);
    return onWorker(sink -> publisher.publish(copy, sink::success));
  }

  @Override
  public Flux<Contact> closest(DhtKey target) {
    return this.<List<Contact>>onWorker(
            sink -> {
              LookupRun run =
                  LookupRun.find(
                      core,
                      calls,
                      target,
                      LookupSettings.Goal.FIND,
                      core.now(),
                      ended -> sink.success(ended.lookup().closest(CLOSEST)));
              sink.onCancel(() -> core.execute(run::dispose));
              run.start();
            })
        .flatMapIterable(list -> list);
  }

  @Override
  public Mono<DhtAnswer> answer(Caller from, DhtRequest request, int deadlineMillis) {
    return Mono.create(
        sink -> {
          if (core.isStopped()) {
            sink.success(STOPPED);
          } else {
            core.execute(() -> handler.answer(from, request, deadlineMillis, sink::success));
          }
        });
  }

  @Override
  public Mono<DhtSnapshot> snapshot() {
    return state().cast(DhtSnapshot.class);
  }

  @Override
  public Mono<DhtState> state() {
    return onWorker(sink -> sink.success(takeState()));
  }

  @Override
  public DhtStats stats() {
    return core.telemetry.stats();
  }

  @Override
  public Flux<DhtEvent> events() {
    return core.telemetry.events();
  }

  private DhtState takeState() {
    long now = core.now();
    List<DhtState.TableContact> contacts = new ArrayList<>(core.table.size());
    for (TableEntry entry : core.table.entries()) {
      Contact contact = entry.contact();
      contacts.add(
          new DhtState.TableContact(
              contact,
              core.self.id().commonPrefix(contact.id()),
              entry.isFresh(now),
              core.isWarm(contact.key()),
              entry.rtt().smoothedMillis()));
    }
    List<DhtState.StoredListing> listings = new ArrayList<>(core.store.size());
    for (Map.Entry<DhtKey, ListingStore.Held> held : core.store.all()) {
      listings.add(new DhtState.StoredListing(held.getKey(), held.getValue().listing()));
    }
    return new DhtState(
        core.isServer(),
        core.listen().stream().map(IpEndpoint::toAddress).toList(),
        contacts,
        listings,
        core.store.bytes(),
        core.size.size(),
        resolutions.running(),
        calls.inFlight(),
        handler.rates().size());
  }
}
