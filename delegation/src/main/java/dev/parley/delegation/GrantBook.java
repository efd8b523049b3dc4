package dev.parley.delegation;

import dev.parley.FailureCode;
import dev.parley.HandlerFailure;
import dev.parley.delegation.chain.Audience;
import dev.parley.delegation.chain.Chain;
import dev.parley.delegation.chain.ChainPart;
import dev.parley.delegation.chain.GrantId;
import dev.parley.spi.StateStore;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The grants of a node, and the truth about them: a chain whose grant is not here is refused,
 * however it is signed. What it changes is stored first and takes effect then. Thread-safe.
 */
final class GrantBook {
  /** How long grants that have ended can be listed. */
  private static final long LISTED_MILLIS = Duration.ofDays(30).toMillis();

  private static final long TIME_EVERY_MILLIS = Duration.ofHours(1).toMillis();
  private static final int COMPACT_EVERY = 1000;

  private final StateStore state;
  private final GrantClock clock;
  private final int maxGrants;
  private final Map<GrantId, GrantEntry> entries = new ConcurrentHashMap<>();
  private final Map<GrantId, GrantEntry> anyone =
      Collections.synchronizedMap(new LinkedHashMap<>());
  private final AtomicInteger appended = new AtomicInteger();
  private final AtomicLong timeStored = new AtomicLong();

  GrantBook(StateStore state, GrantClock clock, int maxGrants) {
    this.state = state;
    this.clock = clock;
    this.maxGrants = maxGrants;
  }

  /** Reads what earlier processes granted. */
  Mono<Void> load() {
    return state
        .load()
        .doOnNext(
            records -> {
              Loading loading = new Loading();
              records.forEach(record -> GrantRecords.read(record, loading));
            })
        .then();
  }

  private void add(GrantEntry entry) {
    entries.put(entry.part().id(), entry);
    if (entry.part().scope().audience() instanceof Audience.Anyone) {
      anyone.put(entry.part().id(), entry);
    }
  }

  /** Keeps a grant. */
  Mono<GrantEntry> grant(ChainPart.Grant part, String tag) {
    return Mono.defer(
        () -> {
          forgetOld();
          if (entries.size() >= maxGrants) {
            return Mono.error(
                new IllegalStateException(
                    "there are " + maxGrants + " grants (maxGrants); revoke some first"));
          }
          long now = clock.millis();
          GrantEntry entry = new GrantEntry(part, tag, now);
          return append(GrantRecords.granted(part, tag, now))
              .then(
                  Mono.fromSupplier(
                      () -> {
                        add(entry);
                        return entry;
                      }));
        });
  }

  private void forgetOld() {
    long before = clock.millis() - LISTED_MILLIS;
    entries
        .values()
        .removeIf(
            entry -> {
              GrantInfo info = entry.info();
              Long expiry = info.expiryMillis();
              boolean gone =
                  info.revokedAt().filter(at -> at.toEpochMilli() < before).isPresent()
                      || (expiry != null && expiry < before);
              if (gone) {
                anyone.remove(entry.part().id());
              }
              return gone;
            });
  }

  /** As if it had never been granted; for tests. */
  void forget(GrantId id) {
    entries.remove(id);
    anyone.remove(id);
  }

  private Mono<Void> append(byte[] record) {
    return state.append(record).then(Mono.defer(this::compactAtTimes));
  }

  private Mono<Void> compactAtTimes() {
    return appended.incrementAndGet() % COMPACT_EVERY == 0
        ? state.compact(records -> GrantRecords.fold(records, entries::containsKey))
        : Mono.empty();
  }

  @Nullable GrantEntry find(GrantId id) {
    return entries.get(id);
  }

  Collection<GrantEntry> all() {
    return entries.values();
  }

  /** The grants that need no claim, in the order in which they were made. */
  List<GrantEntry> anyone() {
    synchronized (anyone) {
      return List.copyOf(anyone.values());
    }
  }

  /** Revokes a grant; false if it is unknown or was revoked before. */
  Mono<Boolean> revoke(GrantId id) {
    return Mono.defer(
        () -> {
          GrantEntry entry = entries.get(id);
          if (entry == null || entry.isRevoked()) {
            return Mono.just(false);
          }
          long now = clock.millis();
          return append(GrantRecords.revoked(id, now))
              .then(Mono.fromSupplier(() -> entry.revoke(now)));
        });
  }

  /** Revokes a delegation; false if it was before, or there are too many. */
  Mono<Boolean> ban(GrantEntry entry, byte[] delegation) {
    return Mono.defer(
        () ->
            entry.mayBan(delegation)
                ? append(GrantRecords.banned(entry.part().id(), delegation))
                    .then(
                        Mono.fromSupplier(
                            () -> {
                              entry.ban(delegation);
                              return true;
                            }))
                : Mono.just(false));
  }

  /**
   * Counts a use by a chain; completes when it is sure that no process will count it again. Fails
   * with {@link GrantEntry.Exhausted}; with OVERLOADED where the store is full.
   */
  Mono<Void> use(GrantEntry entry, Chain chain) {
    return Mono.defer(
        () -> {
          List<GrantEntry.Reservation> missing;
          try {
            missing = entry.use(chain, clock.millis());
          } catch (GrantEntry.Exhausted e) {
            return Mono.error(e);
          }
          if (missing.isEmpty()) {
            return Mono.empty();
          }
          return Flux.fromIterable(missing)
              .concatMap(one -> reserve(entry, one))
              .then(use(entry, chain));
        });
  }

  private Mono<Void> reserve(GrantEntry entry, GrantEntry.Reservation reservation) {
    return append(GrantRecords.reserved(entry.part().id(), reservation.part(), reservation.all()))
        .onErrorMap(e -> HandlerFailure.of(FailureCode.OVERLOADED, null, e))
        .doOnSuccess(done -> entry.reserved(reservation));
  }

  /** Stores the time once an hour, for a later process whose clock was set back. */
  Mono<Void> storeTime() {
    return Mono.defer(
        () -> {
          long now = clock.millis();
          long stored = timeStored.get();
          return now - stored >= TIME_EVERY_MILLIS && timeStored.compareAndSet(stored, now)
              ? append(GrantRecords.seen(now))
              : Mono.empty();
        });
  }

  /** Takes in what is stored. */
  private final class Loading implements GrantRecords.Visitor {
    @Override
    public void granted(ChainPart.Grant part, String tag, long millis) {
      clock.seen(millis);
      add(new GrantEntry(part, tag, millis));
    }

    @Override
    public void revoked(GrantId grant, long millis) {
      clock.seen(millis);
      GrantEntry entry = entries.get(grant);
      if (entry != null) {
        entry.revoke(millis);
      }
    }

    @Override
    public void reserved(GrantId grant, ByteBuffer part, long uses) {
      GrantEntry entry = entries.get(grant);
      if (entry != null) {
        entry.reservedBefore(part, uses);
      }
    }

    @Override
    public void banned(GrantId grant, byte[] delegation) {
      GrantEntry entry = entries.get(grant);
      if (entry != null) {
        entry.ban(delegation);
      }
    }

    @Override
    public void seen(long millis) {
      clock.seen(millis);
    }
  }
}
