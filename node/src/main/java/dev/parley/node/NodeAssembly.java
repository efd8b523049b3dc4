package dev.parley.node;

import dev.parley.AgentResolver;
import dev.parley.Identity;
import dev.parley.Network;
import dev.parley.links.LinkOptions;
import dev.parley.links.Links;
import dev.parley.messenger.Messenger;
import dev.parley.messenger.MessengerBuilder;
import dev.parley.node.state.FileStateStore;
import dev.parley.shares.Shares;
import dev.parley.spi.Protocol;
import dev.parley.spi.StateStore;
import dev.parley.transport.rsocket.RSocketCarrier;
import dev.parley.transport.rsocket.TransportOptions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Puts together what a builder describes. */
final class NodeAssembly {
  private final AgentNodeBuilder told;
  private final Identity who;
  private final Network where;
  private final NodeLimits limits;
  private final TransportOptions how;
  private final Shares memory;

  NodeAssembly(
      AgentNodeBuilder told, Identity who, Network where, NodeLimits limits, TransportOptions how) {
    this.told = told;
    this.who = who;
    this.where = where;
    this.limits = limits;
    this.how = how;
    this.memory = new Shares(limits.maxPeerBytes());
  }

  /** Starts a node; where that fails or is cancelled, nothing of it is left. */
  Mono<AgentNode> start() {
    List<Scheduler> schedulers = new ArrayList<>();
    Scheduler timer = told.timer;
    if (timer == null) {
      timer = told.surroundings.newTimer();
      schedulers.add(timer);
    }
    RSocketCarrier carrier = carrier();
    Links links = links(carrier, timer);
    StateStore state = state();
    Messenger messenger = messenger(links, state, timer);
    Closing closing = new Closing(schedulers, told.surroundings.blocking());
    NodeBounds bounds = new NodeBounds(messenger, links, carrier, state, limits, how, memory);
    return new Starting(messenger.close(), closing)
        .of(
            opened(state)
                .then(messenger.start())
                .map(
                    bound ->
                        new AgentNode(
                            messenger,
                            links,
                            bounds,
                            where.id(),
                            told.addressBook,
                            closing,
                            bound)));
  }

  private RSocketCarrier carrier() {
    RSocketCarrier.Builder sockets =
        told.surroundings
            .carrier(who, where)
            .previousNetwork(told.previousNetwork)
            .features(features())
            .options(how)
            .listener(told.listener);
    if (told.eventLoops != null) {
      sockets.eventLoops(told.eventLoops);
    }
    return sockets.build();
  }

  private long features() {
    long all = 0;
    for (Protocol protocol : told.protocols) {
      all |= protocol.features();
    }
    return all;
  }

  private Links links(RSocketCarrier carrier, Scheduler timer) {
    return Links.builder(who.id())
        .carrier(carrier)
        .memory(memory)
        .admission(told.admission)
        .options(
            new LinkOptions(
                how.dialling().dialStagger(),
                how.dialling().dialBackoffMax(),
                how.dialling().reconnectFor()))
        .listener(told.listener)
        .nanoClock(told.surroundings.nanoClock())
        .timer(timer)
        .random(told.surroundings.newRandom())
        .build();
  }

  private StateStore state() {
    return told.stateFile == null
        ? StateStore.inMemory()
        : FileStateStore.builder(told.stateFile, told.surroundings.blocking(), new SecureRandom())
            .build();
  }

  /** A file that cannot be read is told before anything listens. */
  private static Mono<Void> opened(StateStore state) {
    return state.isDurable() ? state.load().then() : Mono.empty();
  }

  private Messenger messenger(Links links, StateStore state, Scheduler timer) {
    List<AgentResolver> known = new ArrayList<>();
    known.add(told.addressBook);
    known.addAll(told.resolvers);
    MessengerBuilder b =
        Messenger.builder(who.id(), links)
            .identity(who)
            .network(where.id())
            .state(state)
            .resolver(AgentResolver.all(known))
            .listener(told.listener)
            .nanoClock(told.surroundings.nanoClock())
            .timer(timer)
            .endings(told.surroundings.endings())
            .blocking(told.surroundings.blocking())
            .maxConcurrentSends(limits.maxConcurrentSends())
            .maxConcurrentHandlers(limits.maxConcurrentHandlers())
            .maxWatchedPeers(limits.maxWatchedPeers())
            .memory(memory);
    told.handlers.forEach(register -> register.accept(b));
    told.protocols.forEach(b::with);
    told.filters.forEach(b::filter);
    if (told.handlerScheduler != null) {
      b.handlerScheduler(told.handlerScheduler);
    }
    return b.build();
  }
}
