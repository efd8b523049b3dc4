package dev.parley.dht.node;

import dev.parley.dht.DhtEvent;
import dev.parley.dht.DhtOptions;
import dev.parley.dht.port.CallOptions;
import dev.parley.dht.port.DhtRpcException;
import dev.parley.dht.table.TableEntry;
import dev.parley.dht.wire.Contact;
import dev.parley.dht.wire.DhtAnswer;
import dev.parley.dht.wire.DhtRequest;
import dev.parley.dht.wire.IpEndpoint;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds out with {@link DhtOptions.Mode#AUTO} whether others can dial this node, and so whether it
 * should serve. Peers vote on its IP address, and one vote is enough for an address of the
 * machine's own; then servers of three networks are asked to dial it back at the port that it
 * listens on. The first that does confirms the address, so that it may be told of; three make the
 * node a server, and three failures in a row a client again. Confined to the node's worker.
 */
public final class Reachability {
  private static final int NEEDED = 3;
  private static final long FIRST_RETRY_NANOS = 60_000_000_000L;
  private static final long RETRY_NANOS = 600_000_000_000L;

  private final NodeCore core;
  private final Calls calls;
  private final AddressVotes votes;
  private final Set<Long> reachedFrom = new HashSet<>(2);
  private @Nullable IpEndpoint address;
  private int reached;
  private int failures;
  private int asking;
  private long askedNanos;
  private boolean askedEver;
  private boolean confirmed;
  private long retryNanos = FIRST_RETRY_NANOS;

  public Reachability(NodeCore core, Calls calls) {
    this.core = core;
    this.calls = calls;
    this.votes = new AddressVotes(core.env.addresses().countsNetworks());
  }

  /** Counts what a peer sees; the source port of a connection says nothing and is not used. */
  void seenAs(Contact by, IpEndpoint observed) {
    boolean counts = core.options.mode() == DhtOptions.Mode.AUTO && !core.listen().isEmpty();
    if (!counts || !core.env.addresses().allows(observed.withPort(core.listen().get(0).port()))) {
      return;
    }
    IpEndpoint agreed = votes.vote(by.key(), by.address(), observed, core.now());
    IpEndpoint own = listenedAt(observed);
    IpEndpoint known = address;
    if (own != null) { // the machine says so itself, and one witness that nothing is in between
      if (known == null || listenedAt(known) == null) {
        moveTo(own);
      }
    } else if (agreed != null && (known == null || !known.sameIp(agreed))) {
      IpEndpoint moved = agreed.withPort(core.listen().get(0).port());
      core.setListen(List.of(moved));
      moveTo(moved);
    }
  }

  private @Nullable IpEndpoint listenedAt(IpEndpoint ip) {
    for (IpEndpoint own : core.listen()) {
      if (own.sameIp(ip)) {
        return own;
      }
    }
    return null;
  }

  private void moveTo(IpEndpoint to) {
    address = to;
    core.setServer(false);
    forgetDialBacks();
    retryNanos = FIRST_RETRY_NANOS;
  }

  private void forgetDialBacks() {
    reached = 0;
    failures = 0;
    reachedFrom.clear();
    confirmed = false;
    askedEver = false;
  }

  public void tick() {
    if (core.options.mode() != DhtOptions.Mode.AUTO || address == null || asking > 0) {
      return;
    }
    if (isReachable()) {
      serveWhenUpForLong();
    }
    if (!askedEver || core.now() - askedNanos >= (isReachable() ? RETRY_NANOS : retryNanos)) {
      retryNanos = askedEver ? Math.min(RETRY_NANOS, 2 * retryNanos) : retryNanos;
      askedEver = true;
      askedNanos = core.now();
      askForDialBacks();
    }
  }

  private boolean isReachable() {
    boolean spread = !core.env.addresses().countsNetworks() || reachedFrom.size() >= NEEDED;
    return reached >= NEEDED && spread;
  }

  private void askForDialBacks() {
    failures = 0;
    Set<Long> networks = new HashSet<>();
    List<TableEntry> entries = new ArrayList<>(core.table.entries());
    int offset = entries.isEmpty() ? 0 : core.env.random().nextInt(entries.size());
    for (int i = 0; i < entries.size() && asking < NEEDED; i++) {
      Contact contact = entries.get((i + offset) % entries.size()).contact();
      boolean other = networks.add(contact.address().wideGroup());
      if (other || !core.env.addresses().countsNetworks()) {
        asking++;
        ask(contact);
      }
    }
  }

  private void ask(Contact contact) {
    IpEndpoint self = address;
    calls.call(
        contact,
        new DhtRequest.DialBack(
            self == null ? 1 : self.port(),
            core.env.random().nextLong(),
            core.env.random().nextLong()),
        CallOptions.Route.ANY,
        2 * core.options.lookups().coldTimeout().toNanos(),
        new Calls.Reply() {
          @Override
          public void answered(DhtAnswer answer) {
            boolean ok =
                answer instanceof DhtAnswer.DialledBack d
                    && d.result() == DhtAnswer.DialBackResult.REACHED;
            boolean limited =
                !(answer instanceof DhtAnswer.DialledBack d)
                    || d.result() == DhtAnswer.DialBackResult.LIMITED;
            ended(contact, ok, limited);
          }

          @Override
          public void failed(DhtRpcException why) {
            ended(contact, false, true); // says nothing about us
          }
        });
  }

  private void ended(Contact by, boolean ok, boolean saysNothing) {
    asking--;
    if (ok) {
      reached++;
      failures = 0;
      reachedFrom.add(by.address().wideGroup());
      confirm();
    } else if (!saysNothing && ++failures >= NEEDED) {
      forgetDialBacks();
      askedEver = true;
      core.setServer(false);
    }
    if (isReachable()) {
      serveWhenUpForLong();
    }
  }

  private void confirm() {
    IpEndpoint now = address;
    if (!confirmed && now != null) {
      confirmed = true;
      core.telemetry.happened(new DhtEvent.AddressConfirmed(now.toAddress()));
    }
  }

  private void serveWhenUpForLong() {
    if (!core.isServer() && core.uptimeNanos() >= core.options.serverAfter().toNanos()) {
      core.setServer(true);
      core.closest(core.self.id(), core.options.table().bucketSize()).forEach(calls::introduce);
    }
  }
}
