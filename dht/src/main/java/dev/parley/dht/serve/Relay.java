package dev.parley.dht.serve;

import dev.parley.dht.node.Calls;
import dev.parley.dht.node.NodeCore;
import dev.parley.dht.port.CallOptions;
import dev.parley.dht.port.Caller;
import dev.parley.dht.port.DhtRpcException;
import dev.parley.dht.store.ListingCache;
import dev.parley.dht.wire.AgentListing;
import dev.parley.dht.wire.Contact;
import dev.parley.dht.wire.DhtAnswer;
import dev.parley.dht.wire.DhtRequest;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Passes a GET on over one open link to a node that is strictly nearer. The distance falls at each
 * step, so there are no loops; one link, so nothing is amplified; no dials on behalf of others. A
 * relay cannot forge a listing, only stay silent, so whoever uses relays also looks itself.
 * Confined to the node's worker.
 */
final class Relay {
  private static final int CHOICE = 6;
  private static final int MARGIN_MILLIS = 20;

  private final NodeCore core;
  private final Calls calls;
  private final ListingCache cache;
  private final RateLimiter rates;
  private final PerSecond budget;

  Relay(NodeCore core, Calls calls, ListingCache cache, RateLimiter rates) {
    this.core = core;
    this.calls = calls;
    this.cache = cache;
    this.rates = rates;
    this.budget = new PerSecond(core.options.serving().relaysPerSecond());
  }

  /** Passes the request on and answers it later; false when there is nobody to pass it to. */
  boolean pass(Caller from, DhtRequest.Get get, int deadlineMillis, Consumer<DhtAnswer> done) {
    Contact next = next(get, from);
    if (next == null
        || deadlineMillis <= MARGIN_MILLIS
        || !budget.tryAcquire(core.now())
        || !rates.tryRelay(from, core.now())) {
      return false;
    }
    long patience = get.ttl() * 2L * core.softNanos(next);
    long timeout = Math.min((deadlineMillis - MARGIN_MILLIS) * 1_000_000L, patience);
    calls.call(
        next,
        new DhtRequest.Get(get.key(), get.haveSequence(), get.ttl() - 1, 0),
        CallOptions.Route.OPEN_LINK,
        timeout,
        new Calls.Reply() {
          @Override
          public void answered(DhtAnswer answer) {
            done.accept(answer instanceof DhtAnswer.Got got ? pass(get, got) : nothing());
          }

          @Override
          public void failed(DhtRpcException why) {
            done.accept(nothing());
          }
        });
    return true;
  }

  private DhtAnswer pass(DhtRequest.Get get, DhtAnswer.Got got) {
    AgentListing listing = got.listing();
    if (listing == null) {
      return new DhtAnswer.Got(null, got.notNewerSequence(), got.cachedAgeSeconds(), List.of());
    }
    if (!listing.place(0).equals(get.key()) && !listing.place(1).equals(get.key())) {
      return nothing();
    }
    cache.share(get.key(), listing, core.now());
    return new DhtAnswer.Got(listing, 0, got.cachedAgeSeconds(), List.of());
  }

  private static DhtAnswer nothing() {
    return new DhtAnswer.Got(null, 0, 0, List.of());
  }

  /** The quickest of the nearest open links that leads nearer. */
  private @Nullable Contact next(DhtRequest.Get get, Caller from) {
    Contact best = null;
    double bestMillis = 0;
    for (Contact contact : core.closest(get.key(), CHOICE)) {
      boolean nearer = get.key().compareDistance(contact.id(), core.self.id()) < 0;
      if (nearer && !contact.key().equals(from.key()) && core.isWarm(contact.key())) {
        double millis = core.expectedMillis(contact);
        if (best == null || millis < bestMillis) {
          best = contact;
          bestMillis = millis;
        }
      }
    }
    return best;
  }
}
