package dev.parley.dht.life;

import dev.parley.Address;
import dev.parley.AgentId;
import dev.parley.AgentResolver;
import dev.parley.AgentResolver.Candidate;
import dev.parley.FailureCode;
import dev.parley.MessagingException;
import dev.parley.Phase;
import dev.parley.Trail;
import dev.parley.dht.DhtLimits;
import dev.parley.dht.LookupReport;
import dev.parley.dht.Outcome;
import dev.parley.dht.ResolveOptions;
import dev.parley.dht.port.AddressRules;
import dev.parley.dht.port.Finding;
import dev.parley.dht.wire.HostEndpoint;
import dev.parley.dht.wire.IpEndpoint;
import dev.parley.dht.wire.ListingAddress;
import dev.parley.dht.wire.WebSocketEndpoint;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Finds agents through the DHT.
 *
 * <p>Emits the addresses of a cached listing at once and those of a newer one as soon as it is
 * found, so that a dial of what is known races the lookup; a listing that was cached just now is
 * looked up again only when it has not led to the agent within {@link #HEAD_START}. An agent of
 * which everyone who should know says nothing completes empty. It errors with AGENT_UNREACHABLE
 * when the agent says itself that it has left, and with AGENT_NOT_FOUND when not everyone could be
 * asked, since the agent may well exist; with SHUT_DOWN when this node has stopped. Either comes
 * last, and from the network: what the cache says of an agent that is gone is asked again unless it
 * is newer than {@link DhtLimits.Storage#negativeCache}, so that one that is back is found by
 * whoever goes on calling. Addresses that the policy refuses are never emitted, nor WebSockets at
 * paths of their owner's choice, nor more of one host than its budget: a listing is a claim, and
 * could aim its readers at others. Thread-safe.
 */
public final class DhtResolver implements AgentResolver {
  /** How long addresses from the cache are tried alone; as the attempt delay of RFC 8305. */
  static final Duration HEAD_START = Duration.ofMillis(250);

  private static final String SOURCE = "dht";

  /** The lookup that it builds on: {@link dev.parley.dht.port.DhtControl#find}. */
  public interface Finder {
    /** Finds an agent. */
    Flux<Finding> find(AgentId agent, ResolveOptions options);
  }

  private final Finder dht;
  private final AddressRules policy;
  private final boolean hostNames;
  private final ClaimBudget claims;
  private final Scheduler timer;

  private DhtResolver(
      Finder dht, AddressRules policy, boolean hostNames, ClaimBudget claims, Scheduler timer) {
    this.dht = Objects.requireNonNull(dht, "dht");
    this.policy = Objects.requireNonNull(policy, "policy");
    this.hostNames = hostNames;
    this.claims = Objects.requireNonNull(claims, "claims");
    this.timer = Objects.requireNonNull(timer, "timer");
  }

  /**
   * A resolver on a node.
   *
   * @param policy which IP addresses may be dialled
   * @param hostNames whether host names in listings may be dialled, though a name can be made to
   *     point anywhere
   * @param claims how many addresses of one host may be dialled
   * @param timer where the head start of cached addresses is timed
   */
  public static DhtResolver of(
      Finder dht, AddressRules policy, boolean hostNames, ClaimBudget claims, Scheduler timer) {
    return new DhtResolver(dht, policy, hostNames, claims, timer);
  }

  @Override
  public Flux<Candidate> resolve(AgentId agent, Trail.Recorder trail) {
    return Flux.defer(
        () -> {
          AtomicReference<Finding> last = new AtomicReference<>();
          Flux<Candidate> first = candidates(agent, ResolveOptions.defaults(), trail, last);
          Flux<Candidate> again =
              Mono.delay(HEAD_START, timer)
                  .thenMany(candidates(agent, ResolveOptions.freshEnough(), trail, last));
          return first
              .concatWith(Flux.defer(() -> isOnlyCached(last.get()) ? again : Flux.empty()))
              .concatWith(Flux.defer(() -> verdict(agent, last.get())))
              .distinct();
        });
  }

  private static boolean isOnlyCached(@Nullable Finding resolved) {
    return resolved != null && resolved.report().isFromCache() && !resolved.addresses().isEmpty();
  }

  private Flux<Candidate> candidates(
      AgentId agent, ResolveOptions options, Trail.Recorder trail, AtomicReference<Finding> last) {
    return Flux.defer(() -> dht.find(agent, options))
        .doOnNext(last::set)
        .doOnNext(r -> trail.step(Phase.RESOLVE, SOURCE, describe(r)))
        .concatMapIterable(Finding::endpoints)
        .filter(this::isDialable)
        .mapNotNull(ListingAddress::toAddress)
        .filter(address -> isWithinBudget(agent, address, trail))
        .map(address -> new Candidate(address, SOURCE));
  }

  /** What was said last counts: a better listing may follow bad news as long as it goes on. */
  private static Flux<Candidate> verdict(AgentId agent, @Nullable Finding last) {
    if (last == null) {
      return Flux.empty();
    }
    if (last.outcome() == Outcome.PARTIAL) {
      return Flux.error(() -> unsure(agent, last));
    }
    return last.hasLeft() ? Flux.error(() -> left(agent)) : Flux.empty();
  }

  private boolean isWithinBudget(AgentId agent, Address address, Trail.Recorder trail) {
    boolean mayDial = claims.tryDial(agent, address);
    if (!mayDial) {
      trail.step(Phase.RESOLVE, SOURCE, "too many addresses of one host are told, one is left out");
    }
    return mayDial;
  }

  private boolean isDialable(ListingAddress address) {
    if (address instanceof IpEndpoint ip) {
      return policy.allows(ip);
    }
    if (address instanceof WebSocketEndpoint socket) {
      if (!socket.hasKnownPath()) {
        return false;
      }
      IpEndpoint ip = socket.ip();
      return ip == null ? hostNames : policy.allows(ip);
    }
    return hostNames && address instanceof HostEndpoint;
  }

  private static String describe(Finding resolved) {
    LookupReport report = resolved.report();
    String found =
        switch (report.outcome()) {
          case NOT_FOUND -> "unknown";
          case PARTIAL -> "unsure";
          case FOUND -> resolved.hasLeft() ? "gone" : resolved.addresses().size() + " addresses";
        };
    return "%s (%s, %d hops, %d asked, %.1f ms)"
        .formatted(
            found, report.reason(), report.hops(), report.rpcs(), report.took().toNanos() / 1e6);
  }

  private static MessagingException left(AgentId agent) {
    return MessagingException.builder(FailureCode.AGENT_UNREACHABLE, Phase.RESOLVE)
        .peer(agent)
        .detail("the agent has left the network, as its listing says")
        .build();
  }

  private static MessagingException unsure(AgentId agent, Finding resolved) {
    if (resolved.report().isStopped()) {
      return MessagingException.builder(FailureCode.SHUT_DOWN, Phase.RESOLVE)
          .peer(agent)
          .detail("this node has left the DHT")
          .build();
    }
    return MessagingException.builder(FailureCode.AGENT_NOT_FOUND, Phase.RESOLVE)
        .peer(agent)
        .detail("the DHT could not be asked in full: " + resolved.report().reason())
        .build();
  }
}
