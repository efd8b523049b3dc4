package dev.parley.dht.lookup;

import dev.parley.dht.DhtEvent;
import dev.parley.dht.Outcome;
import dev.parley.dht.ResolveOptions;
import dev.parley.dht.node.Calls;
import dev.parley.dht.node.NodeCore;
import dev.parley.dht.port.CallOptions;
import dev.parley.dht.port.DhtRpcException;
import dev.parley.dht.port.Finding;
import dev.parley.dht.port.NewerListing;
import dev.parley.dht.store.ListingCache;
import dev.parley.dht.wire.AgentListing;
import dev.parley.dht.wire.Contact;
import dev.parley.dht.wire.DhtAnswer;
import dev.parley.dht.wire.DhtKey;
import dev.parley.dht.wire.DhtRequest;
import dev.parley.dht.wire.NodeKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.FluxSink;

/**
 * The lookup of one agent's listing, for everybody who asks for it meanwhile.
 *
 * <p>Up to three open links near the target pass a GET on while the iterative lookup runs: on warm
 * links a relayed GET costs one round trip a hop, and the iterative lookup is the insurance against
 * relays that stay silent. When nobody has the listing, the lookup starts over on four disjoint
 * paths before that is believed. After the first listing it listens for a better one for as long as
 * an answer takes. Confined to the node's worker.
 */
final class Resolution implements LookupRun.Progress {
  private static final int RELAY_CHOICE = 8;
  private static final int DISJOINT_PATHS = 4;
  private static final int MIN_NETWORKS = 3;
  private static final int DENSITY_AT = 20;
  private static final double DENSITY_LIMIT = 5;
  private static final int MAX_REPAIRS = 4;

  private final NodeCore core;
  private final Calls calls;
  private final ListingCache cache;
  private final NodeKey agent;
  private final ResolveOptions options;
  private final Consumer<Resolution> onEnd;
  private final List<FluxSink<Finding>> sinks = new ArrayList<>(1);
  private final List<Disposable> relays = new ArrayList<>(3);
  private @Nullable LookupRun run;
  private @Nullable Disposable pause;
  private @Nullable Finding last;
  private boolean secure;
  private boolean relayHit;
  private boolean lookedForNode;
  private int slot;
  private int rpcs;

  Resolution(
      NodeCore core,
      Calls calls,
      ListingCache cache,
      NodeKey agent,
      ResolveOptions options,
      Consumer<Resolution> onEnd) {
    this.core = core;
    this.calls = calls;
    this.cache = cache;
    this.agent = agent;
    this.options = options;
    this.secure = options.secure();
    this.onEnd = onEnd;
  }

  NodeKey agent() {
    return agent;
  }

  void join(FluxSink<Finding> sink) {
    sinks.add(sink);
    Finding known = last;
    if (known != null) {
      sink.next(known);
    }
  }

  /** Takes one out who asked; true when it was the last and the lookup has been stopped. */
  boolean leave(FluxSink<Finding> sink) {
    if (!sinks.remove(sink) || !sinks.isEmpty() || last != null) {
      return false;
    }
    relays.forEach(Disposable::dispose);
    if (pause != null) {
      pause.dispose();
    }
    if (run != null) {
      run.dispose();
    }
    return true;
  }

  /** Starts after a pause, during which more may join. */
  void start(long pauseNanos) {
    if (pauseNanos <= 0) {
      begin();
    } else {
      pause = core.schedule(this::startNow, pauseNanos);
    }
  }

  /** Ends the pause, if it is in one. */
  void startNow() {
    Disposable waiting = pause;
    if (waiting != null) {
      waiting.dispose();
      pause = null;
      begin();
    }
  }

  private void begin() {
    cache.asked().started(agent, core.now());
    look();
  }

  private void look() {
    DhtKey place = DhtKey.listing(core.env.network(), slot, agent.toBytes());
    AgentListing held = core.store.get(place, core.wallMillis());
    LookupSettings settings =
        LookupSettings.get(
            core.options,
            options.confirmations(),
            secure ? DISJOINT_PATHS : 1,
            core.region(),
            core.env.addresses().countsNetworks());
    Lookup lookup =
        new Lookup(place, settings, core.self.id(), core, core.env.addresses(), core.now());
    LookupRun next = new LookupRun(core, calls, lookup, c -> request(place), agent, this);
    next.takeCopies(options.cached());
    run = next;
    boolean believed = options.cached() && options.confirmations() == 1;
    if (held != null && !held.isTombstone() && believed) {
      next.relayed(held); // we hold it ourselves
    } else {
      if (!secure) {
        startRelays(place, next);
      }
      next.start();
      if (held != null && options.cached()) {
        next.relayed(held); // a farewell, and others may know better
      }
    }
  }

  private DhtRequest request(DhtKey place) {
    return new DhtRequest.Get(place, 0, 0, DhtRequest.MAX_CONTACTS);
  }

  private void startRelays(DhtKey place, LookupRun to) {
    List<Contact> warm = new ArrayList<>(core.closest(place, RELAY_CHOICE));
    warm.removeIf(c -> !core.isWarm(c.key()));
    warm.sort(Comparator.comparingDouble(core::expectedMillis));
    List<Contact> chosen = new ArrayList<>(core.options.lookups().relayFanout());
    for (Contact contact : warm) {
      if (chosen.size() < core.options.lookups().relayFanout() && isOtherNetwork(contact, chosen)) {
        chosen.add(contact);
      }
    }
    for (Contact contact : chosen) {
      rpcs++;
      relays.add(relay(contact, place, to));
    }
  }

  private boolean isOtherNetwork(Contact contact, List<Contact> chosen) {
    return !core.env.addresses().countsNetworks()
        || chosen.stream().allMatch(c -> c.wideGroup() != contact.wideGroup());
  }

  private Disposable relay(Contact contact, DhtKey place, LookupRun to) {
    return calls.call(
        contact,
        new DhtRequest.Get(place, 0, DhtRequest.Get.MAX_TTL, 0),
        CallOptions.Route.OPEN_LINK,
        core.options.lookups().warmTimeout().toNanos(),
        new Calls.Reply() {
          @Override
          public void answered(DhtAnswer answer) {
            AgentListing listing = answer instanceof DhtAnswer.Got got ? to.usable(got) : null;
            if (listing != null && to == run && last == null) {
              relayHit = true;
              to.relayed(listing);
            }
          }

          @Override
          public void failed(DhtRpcException why) {
            // the lookup runs all the same
          }
        });
  }

  @Override
  public void late(AgentListing better) {
    Finding known = last;
    if (known != null) {
      keep(better);
      emit(new Finding(better, known.report()));
    }
  }

  @Override
  public void ended(LookupRun ended) {
    Lookup lookup = ended.lookup();
    AgentListing best = lookup.best();
    if (best != null) {
      found(ended, best);
    } else if (lookup.end() == LookupEnd.COMPLETE && !secure && isDoubtful(lookup)) {
      secure = true;
      again(ended);
    } else if (lookup.end() == LookupEnd.COMPLETE && slot + 1 < core.options.storage().slots()) {
      slot++;
      again(ended);
    } else if (!lookedForNode) {
      lookForNode(ended);
    } else {
      missed(ended);
    }
  }

  /**
   * That nobody has a listing is believed when everybody in view says so. Where others are left who
   * were not asked, the nearest may be colluders who tell of each other only.
   */
  private boolean isDoubtful(Lookup lookup) {
    if (!isPlausible(lookup)) {
      core.telemetry.happened(new DhtEvent.Suspicious(lookup.target().toString()));
      return true;
    }
    return lookup.candidates().stream().anyMatch(LookupCandidate::isKnown);
  }

  /**
   * An agent that serves the DHT is known to its neighbours as a contact also when its listing has
   * been lost, or has not been published yet.
   */
  private void lookForNode(LookupRun missed) {
    lookedForNode = true;
    rpcs += missed.lookup().rpcs();
    LookupRun next =
        LookupRun.find(
            core,
            calls,
            agent.id(),
            LookupSettings.Goal.REFRESH,
            missed.lookup().startNanos(), // both share one budget of time
            found -> nodeFound(missed, found));
    run = next;
    next.start();
  }

  private void nodeFound(LookupRun missed, LookupRun found) {
    for (LookupCandidate c : found.lookup().candidates()) {
      if (c.isAnswered() && c.contact().key().equals(agent)) {
        report(new Finding(null, c.contact(), found.report(Outcome.FOUND, "node", rpcs)));
        complete();
        return;
      }
    }
    rpcs += found.lookup().rpcs() - missed.lookup().rpcs();
    missed(missed);
  }

  private void again(LookupRun ended) {
    rpcs += ended.lookup().rpcs();
    look();
  }

  private void found(LookupRun ended, AgentListing found) {
    keep(found);
    cache.asked().answered(agent, core.now());
    AgentListing best = cache.newest(found);
    report(new Finding(best, ended.report(Outcome.FOUND, relayHit ? "relay" : "found", rpcs)));
    if (cache.tryRepair(agent, core.now())) {
      repair(ended.lookup(), best);
    }
    if (ended.lookup().inFlight().isEmpty()) {
      complete();
    } else {
      core.schedule(this::complete, (long) (core.rtts.softMillis() * 1e6));
    }
  }

  private void keep(AgentListing listing) {
    if (cache.found(listing, core.now())) {
      core.telemetry.happened(new NewerListing(listing));
    }
  }

  private void missed(LookupRun ended) {
    Lookup lookup = ended.lookup();
    boolean alone = core.isFirst() && lookup.candidates().isEmpty();
    boolean complete = lookup.end() == LookupEnd.COMPLETE || alone;
    boolean sure = complete && (alone || isPlausible(lookup));
    String reason =
        complete && !sure ? "suspicious" : String.valueOf(lookup.end()).toLowerCase(Locale.ROOT);
    if (sure) {
      cache.missed(agent);
      cache.asked().answered(agent, core.now());
    }
    report(
        new Finding(null, ended.report(sure ? Outcome.NOT_FOUND : Outcome.PARTIAL, reason, rpcs)));
    complete();
  }

  /**
   * Whether those who answered can be the honest neighbourhood: of three networks at least, and not
   * four times as dense as the rest of the network (which happens by chance once in millions).
   */
  private boolean isPlausible(Lookup lookup) {
    if (!core.env.addresses().countsNetworks()) {
      return true;
    }
    List<Contact> nearest = lookup.closest(DENSITY_AT);
    long networks = nearest.stream().mapToLong(c -> c.wideGroup()).distinct().count();
    if (networks < Math.min(MIN_NETWORKS, core.table.size())) {
      return false;
    }
    double size = core.size.size();
    return nearest.size() < DENSITY_AT
        || size < 4 * DENSITY_AT
        || lookup.target().distance(nearest.get(DENSITY_AT - 1).id()) >= DENSITY_LIMIT / size;
  }

  /** Gives the listing to nodes that should hold it and said that they do not, or gave an older. */
  private void repair(Lookup lookup, AgentListing listing) {
    int repairs = 0;
    for (LookupCandidate c : lookup.candidates()) {
      boolean near = lookup.target().distance(c.contact().id()) <= core.region() / 2;
      if (repairs < MAX_REPAIRS && near && c.isLacking(listing)) {
        repairs++;
        calls.call(c.contact(), new DhtRequest.Put(slot, listing), Calls.IGNORED);
      }
    }
  }

  private void report(Finding resolved) {
    core.telemetry.resolved(resolved.report());
    emit(resolved);
  }

  private void emit(Finding resolved) {
    last = resolved;
    List.copyOf(sinks).forEach(sink -> sink.next(resolved));
  }

  private void complete() {
    relays.forEach(Disposable::dispose);
    onEnd.accept(this);
    sinks.forEach(FluxSink::complete);
    sinks.clear();
  }
}
