package dev.parley.node;

import dev.parley.AgentId;
import dev.parley.spi.Link.Admission;
import java.net.InetAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Who may have a link with a node, by two lists that may change while it runs: who is denied, and
 * who alone is allowed. Give it to {@link AgentNodeBuilder#admission}. Thread-safe.
 *
 * <pre>{@code
 * AccessRules rules = AccessRules.create();
 * AgentNode node = AgentNode.builder().admission(rules) ... .startNow();
 * rules.deny(AccessList.of(List.of("192.0.2.0/24")));
 * }</pre>
 *
 * <p>Who is named in the list of the denied, by id or by address, has no link: neither one that it
 * dials nor one that this node dials. Where there is a list of the allowed, an agent has to be
 * named there, by id or by address. A change ends the links that are no longer allowed: they take
 * nothing new, and have five seconds to finish what runs on them. One set of rules may serve
 * several nodes.
 */
public final class AccessRules implements Admission {
  private final Verdict refusal;
  private final Sinks.Many<Boolean> changes = Sinks.many().multicast().directBestEffort();
  private volatile Lists lists = new Lists(null, AccessList.empty());

  private record Lists(@Nullable AccessList allow, AccessList deny) {}

  private AccessRules(Verdict refusal) {
    this.refusal = refusal;
  }

  /** Denies nobody; who is refused is told so. */
  public static AccessRules create() {
    return new AccessRules(Verdict.DENY);
  }

  /**
   * Denies nobody; who is refused is told nothing. By its address a peer is then refused before a
   * byte is read, as if its connection had broken; an agent that is refused by its id has met the
   * node already, which had to prove its own key first.
   */
  public static AccessRules silent() {
    return new AccessRules(Verdict.IGNORE);
  }

  /** Denies those in {@code list} from now on, in place of those before. */
  public void deny(AccessList list) {
    set(lists.allow(), list);
  }

  /** Allows only those in {@code list} from now on; everybody if null. */
  public void allow(@Nullable AccessList list) {
    set(list, lists.deny());
  }

  /** Sets both lists at once. */
  public synchronized void set(@Nullable AccessList allow, AccessList deny) {
    lists = new Lists(allow, Objects.requireNonNull(deny, "deny"));
    changes.tryEmitNext(true);
  }

  /** Whether an agent may have a link at this address; null where it is not known. */
  public boolean allows(AgentId agent, @Nullable InetAddress address) {
    Lists now = lists;
    return !now.deny().contains(agent, address)
        && (now.allow() == null || now.allow().contains(agent, address));
  }

  @Override
  public Verdict connecting(InetAddress from) {
    Lists now = lists;
    AccessList allow = now.allow();
    boolean hopeless = allow != null && !allow.namesAgents() && !allow.contains(from);
    return hopeless || now.deny().contains(from) ? refusal : Verdict.ACCEPT;
  }

  @Override
  public Mono<Verdict> arriving(Arrival arrival) {
    boolean unknown = arrival.dialled() && arrival.address() == null;
    return Mono.fromSupplier(
        () -> unknown ? byId(arrival.peer()) : verdict(arrival.peer(), arrival.address()));
  }

  private Verdict verdict(AgentId agent, @Nullable InetAddress address) {
    return allows(agent, address) ? Verdict.ACCEPT : refusal;
  }

  /** Of a name that is to be dialled, the address is judged when there is a link. */
  private Verdict byId(AgentId agent) {
    Lists now = lists;
    AccessList allow = now.allow();
    boolean allowed = allow == null || !allow.isOfAgentsAlone() || allow.contains(agent);
    return allowed && !now.deny().contains(agent) ? Verdict.ACCEPT : refusal;
  }

  @Override
  public Flux<?> changes() {
    return changes.asFlux();
  }
}
