package dev.parley.dht;

import dev.parley.Address;
import dev.parley.AgentId;
import dev.parley.FailureCode;
import dev.parley.MessagingException;
import dev.parley.Phase;
import dev.parley.dht.wire.AgentRecord;
import dev.parley.dht.wire.HostEndpoint;
import dev.parley.dht.wire.IpEndpoint;
import dev.parley.dht.wire.RecordAddress;
import dev.parley.spi.AgentResolver;
import dev.parley.spi.Candidate;
import dev.parley.spi.TrailRecorder;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import reactor.core.publisher.Flux;

/**
 * Finds agents through the DHT.
 *
 * <p>Emits the addresses of a cached record at once and those of a newer one as soon as it is
 * found, so that a dial of what is known races the lookup. An agent of which everyone who should
 * know says nothing, or that says itself that it is gone, completes empty; a lookup that could not
 * ask everyone errors, since the agent may well exist. Addresses that the policy refuses are never
 * emitted: a record is a claim, and could aim its readers at others. Thread-safe.
 */
public final class DhtResolver implements AgentResolver {
  private static final String SOURCE = "dht";

  private final AgentDht dht;
  private final AddressPolicy policy;
  private final boolean hostNames;

  private DhtResolver(AgentDht dht, AddressPolicy policy, boolean hostNames) {
    this.dht = Objects.requireNonNull(dht, "dht");
    this.policy = Objects.requireNonNull(policy, "policy");
    this.hostNames = hostNames;
  }

  /**
   * A resolver on a node.
   *
   * @param policy which IP addresses may be dialled
   * @param hostNames whether host names in records may be dialled, though a name can be made to
   *     point anywhere
   */
  public static DhtResolver of(AgentDht dht, AddressPolicy policy, boolean hostNames) {
    return new DhtResolver(dht, policy, hostNames);
  }

  @Override
  public Flux<Candidate> resolve(AgentId agent, TrailRecorder trail) {
    return dht.resolve(agent, ResolveOptions.defaults())
        .concatMap(
            resolved -> {
              trail.step(Phase.RESOLVE, SOURCE, describe(resolved));
              return candidates(agent, resolved);
            })
        .distinct();
  }

  private Flux<Candidate> candidates(AgentId agent, Resolved resolved) {
    AgentRecord record = resolved.record();
    if (record != null) {
      List<Candidate> candidates = new ArrayList<>();
      for (RecordAddress address : record.addresses()) {
        if (isDialable(address)) {
          candidates.add(new Candidate(toAddress(address), SOURCE));
        }
      }
      return Flux.fromIterable(candidates);
    }
    return resolved.outcome() == Outcome.NOT_FOUND
        ? Flux.empty()
        : Flux.error(unsure(agent, resolved));
  }

  private boolean isDialable(RecordAddress address) {
    return address instanceof IpEndpoint ip
        ? policy.allows(ip)
        : hostNames && address instanceof HostEndpoint;
  }

  private static Address toAddress(RecordAddress address) {
    if (address instanceof IpEndpoint ip) {
      return ip.toAddress();
    }
    HostEndpoint host = (HostEndpoint) address;
    return Address.tcp(host.host(), host.port());
  }

  private static String describe(Resolved resolved) {
    LookupReport report = resolved.report();
    AgentRecord record = resolved.record();
    String found =
        record == null
            ? report.outcome() == Outcome.NOT_FOUND ? "unknown" : "unsure"
            : record.isTombstone() ? "gone" : record.addresses().size() + " addresses";
    return "%s (%s, %d hops, %d asked, %.1f ms)"
        .formatted(
            found, report.reason(), report.hops(), report.rpcs(), report.took().toNanos() / 1e6);
  }

  private static MessagingException unsure(AgentId agent, Resolved resolved) {
    return MessagingException.builder(FailureCode.AGENT_NOT_FOUND, Phase.RESOLVE)
        .peer(agent)
        .detail("the DHT could not be asked in full: " + resolved.report().reason())
        .build();
  }
}
