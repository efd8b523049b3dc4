package dev.parley.dht.serve;

import dev.parley.dht.node.Calls;
import dev.parley.dht.node.NodeCore;
import dev.parley.dht.port.CallOptions;
import dev.parley.dht.port.Caller;
import dev.parley.dht.port.DhtRpcException;
import dev.parley.dht.port.NewerListing;
import dev.parley.dht.store.ListingCache;
import dev.parley.dht.store.ListingStore;
import dev.parley.dht.wire.AgentListing;
import dev.parley.dht.wire.Contact;
import dev.parley.dht.wire.DhtAnswer;
import dev.parley.dht.wire.DhtAnswer.PutResult;
import dev.parley.dht.wire.DhtAnswer.Refusal;
import dev.parley.dht.wire.DhtCodec;
import dev.parley.dht.wire.DhtKey;
import dev.parley.dht.wire.DhtRequest;
import dev.parley.dht.wire.IpEndpoint;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Answers what other nodes ask. Confined to the node's worker. */
public final class RequestHandler {
  private static final int BUSY_MILLIS = 250;
  private static final DhtAnswer.Refused INVALID = new DhtAnswer.Refused(Refusal.INVALID, 0);
  private static final DhtAnswer.Refused CLIENT_ONLY =
      new DhtAnswer.Refused(Refusal.CLIENT_ONLY, 0);
  private static final DhtAnswer.Refused BUSY = new DhtAnswer.Refused(Refusal.BUSY, BUSY_MILLIS);

  private final NodeCore core;
  private final Calls calls;
  private final Relay relay;
  private final ListingCache cache;
  private final Verification verification;
  private final RateLimiter rates;
  private final PerSecond signatureChecks;

  public RequestHandler(NodeCore core, Calls calls, ListingCache cache, Verification verification) {
    this.core = core;
    this.calls = calls;
    this.cache = cache;
    this.verification = verification;
    this.rates = new RateLimiter(core.options, core.env.addresses().countsNetworks());
    this.relay = new Relay(core, calls, cache, rates);
    this.signatureChecks = new PerSecond(core.options.serving().verificationsPerSecond());
  }

  public RateLimiter rates() {
    return rates;
  }

  public void answer(
      Caller from, DhtRequest request, int deadlineMillis, Consumer<DhtAnswer> done) {
    boolean known = core.table.get(from.key()) != null;
    if (!rates.tryAcquire(from, request.op(), known, core.now())) {
      done.accept(BUSY);
    } else if (request instanceof DhtRequest.Ping) {
      done.accept(new DhtAnswer.Pong(from.observed(), uptimeMinutes(), 0));
    } else if (request instanceof DhtRequest.Hello hello) {
      done.accept(hello(from, hello));
    } else if (!core.isServer()) {
      done.accept(push(from, request));
    } else if (request instanceof DhtRequest.Find find) {
      done.accept(new DhtAnswer.Nodes(contacts(from, find.target(), find.n())));
    } else if (request instanceof DhtRequest.Get get) {
      get(from, get, deadlineMillis, done);
    } else if (request instanceof DhtRequest.Put put) {
      done.accept(put(from, put));
    } else if (request instanceof DhtRequest.Have have) {
      done.accept(new DhtAnswer.Wanted(wanted(have)));
    } else if (request instanceof DhtRequest.DialBack dial) {
      dialBack(from, dial, done);
    }
  }

  private int uptimeMinutes() {
    return (int) Math.min(0xffff, core.uptimeNanos() / 60_000_000_000L);
  }

  private List<Contact> contacts(Caller asker, DhtKey target, int n) {
    if (n == 0) {
      return List.of();
    }
    List<Contact> nearest = core.closest(target, n);
    if (core.table.get(asker.key()) != null) { // a look at one bucket spares one at each contact
      nearest.removeIf(c -> c.key().equals(asker.key()));
    }
    return nearest;
  }

  private DhtAnswer hello(Caller from, DhtRequest.Hello hello) {
    if (hello.networkTag() != DhtCodec.networkTag(core.env.network())) {
      return INVALID;
    }
    if (!hello.server()) {
      core.table.remove(from.key());
    } else if (!hello.listen().isEmpty()) {
      List<IpEndpoint> listen =
          hello.listen().stream().distinct().limit(Contact.MAX_ADDRESSES).toList();
      verification.consider(new Contact(from.key(), listen), from.observed());
    }
    return new DhtAnswer.Hello(calls.hello(), from.observed());
  }

  private void get(Caller from, DhtRequest.Get get, int deadlineMillis, Consumer<DhtAnswer> done) {
    AgentListing held = core.store.get(get.key(), core.wallMillis());
    int age = 0;
    if (held == null) {
      ListingCache.Cached cached = cache.shared(get.key(), core.now(), core.wallMillis());
      if (cached != null) {
        held = cached.listing();
        age = 1 + (int) ((core.now() - cached.atNanos()) / 1_000_000_000L);
      }
    }
    boolean mayRelay = held == null && get.ttl() > 0;
    if (mayRelay && relay.pass(from, get, deadlineMillis, done)) {
      return;
    }
    List<Contact> contacts = contacts(from, get.key(), get.n());
    boolean newer = held != null && Long.compareUnsigned(held.sequence(), get.haveSequence()) > 0;
    done.accept(
        new DhtAnswer.Got(
            newer ? held : null, held != null && !newer ? held.sequence() : 0, age, contacts));
  }

  /** A client holds nothing for others, but takes news of agents that it talks to. */
  private DhtAnswer push(Caller from, DhtRequest request) {
    if (request instanceof DhtRequest.Put put && isOwners(from, put.listing())) {
      news(put.listing());
    }
    return CLIENT_ONLY;
  }

  private void news(AgentListing listing) {
    if (cache.refresh(listing, core.now())) {
      core.telemetry.happened(new NewerListing(listing));
    }
  }

  private boolean isOwners(Caller from, AgentListing listing) {
    return listing.key().equals(from.key())
        && ListingStore.isTimely(listing, core.wallMillis())
        && signatureChecks.tryAcquire(core.now())
        && core.env.verifier().verify(listing);
  }

  private DhtAnswer put(Caller from, DhtRequest.Put put) {
    if (put.slot() >= core.options.storage().slots()) {
      return INVALID; // nobody would look for it there
    }
    AgentListing listing = put.listing();
    DhtKey place = listing.place(put.slot());
    if (!ListingStore.isTimely(listing, core.wallMillis())) {
      return INVALID;
    }
    List<Contact> contacts = contacts(from, place, core.options.table().bucketSize());
    PutResult expected = core.store.compare(place, listing, core.wallMillis());
    if (expected == PutResult.OLDER) {
      return stored(place, listing, PutResult.OLDER, contacts);
    }
    if (expected == PutResult.STORED) {
      if (!signatureChecks.tryAcquire(core.now())) {
        return BUSY;
      }
      if (!core.env.verifier().verify(listing)) {
        return INVALID;
      }
      if (listing.key().equals(from.key())) {
        news(listing);
      }
      if (core.store.held(place) == null) {
        PutResult refusal = refusalOfNew(from, place, listing);
        if (refusal != null) {
          return stored(place, listing, refusal, contacts);
        }
      }
    }
    long group = from.observed().group();
    PutResult result = core.store.put(place, listing, group, core.now(), core.wallMillis());
    return stored(place, listing, result, contacts);
  }

  private @Nullable PutResult refusalOfNew(Caller from, DhtKey place, AgentListing listing) {
    if (!core.table.isAmongNearest(place, 2 * core.options.storage().copies(), core.now())) {
      return PutResult.NOT_RESPONSIBLE;
    }
    boolean own = listing.key().equals(from.key());
    return own || rates.tryNewKey(from, core.now()) ? null : PutResult.LIMIT;
  }

  private DhtAnswer stored(
      DhtKey place, AgentListing listing, PutResult result, List<Contact> contacts) {
    core.telemetry.stored(place, listing, result);
    AgentListing newer =
        result == PutResult.OLDER ? core.store.get(place, core.wallMillis()) : null;
    return new DhtAnswer.Stored(result, newer, contacts);
  }

  private long wanted(DhtRequest.Have have) {
    long bits = 0;
    int i = 0;
    for (DhtRequest.Offer offer : have.offers()) {
      ListingStore.Held held = core.store.offered(offer, core.self.id(), core.wallMillis());
      boolean wants =
          held == null
              ? core.table.isAmongNearest(
                  offer.nearestTo(core.self.id()), 2 * core.options.storage().copies(), core.now())
              : Long.compareUnsigned(held.listing().sequence(), offer.sequence()) < 0;
      if (held != null && held.listing().sequence() == offer.sequence()) {
        held.refresh(core.now());
      }
      bits |= wants ? 1L << i : 0;
      i++;
    }
    return bits;
  }

  /** Dials the address that this node sees itself and no other, so that nobody can aim it. */
  private void dialBack(Caller from, DhtRequest.DialBack dial, Consumer<DhtAnswer> done) {
    IpEndpoint address = from.observed().withPort(dial.port());
    if (!core.env.addresses().allows(address)) {
      done.accept(new DhtAnswer.DialledBack(DhtAnswer.DialBackResult.LIMITED));
      return;
    }
    calls.call(
        new Contact(from.key(), List.of(address)),
        new DhtRequest.Ping(),
        CallOptions.Route.FRESH_DIAL,
        core.options.lookups().coldTimeout().toNanos(),
        new Calls.Reply() {
          @Override
          public void answered(DhtAnswer answer) {
            done.accept(new DhtAnswer.DialledBack(DhtAnswer.DialBackResult.REACHED));
          }

          @Override
          public void failed(DhtRpcException why) {
            done.accept(
                new DhtAnswer.DialledBack(
                    switch (why.kind()) {
                      case UNREACHABLE -> DhtAnswer.DialBackResult.REFUSED;
                      case WRONG_KEY -> DhtAnswer.DialBackResult.WRONG_KEY;
                      case TIMEOUT, LOST, INVALID -> DhtAnswer.DialBackResult.TIMEOUT;
                    }));
          }
        });
  }
}
