package dev.parley.delegation;

import dev.parley.AgentId;
import dev.parley.Identity;
import dev.parley.delegation.chain.Chain;
import dev.parley.delegation.chain.ChainPart;
import dev.parley.delegation.chain.GrantId;
import dev.parley.spi.Host;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The grants that a node has made, and makes. Thread-safe. */
public final class Grants {
  private final Host host;
  private final GrantBook book;
  private final Audit audit;
  private final InstantSource clock;
  private final SecureRandom random;

  Grants(Host host, GrantBook book, Audit audit, InstantSource clock, SecureRandom random) {
    this.host = host;
    this.book = book;
    this.audit = audit;
    this.clock = clock;
    this.random = random;
  }

  /**
   * Grants functions, which need not be served yet. Cold; each subscription makes a grant. Emits
   * the claim when the grant is stored, and it holds from then on; fails with the store's
   * exception, or an {@link IllegalStateException} where there are too many grants.
   *
   * @throws IllegalArgumentException if the grant names no function or has more than fits
   */
  public Mono<Claim> grant(Grant grant) {
    grant.scope(clock, grant.isBearer() ? host.agent().id() : null); // its faults, at the call
    return Mono.defer(
        () -> {
          byte @Nullable [] seed = grant.isBearer() ? bytes(Identity.SEED_LENGTH) : null;
          AgentId bearer = seed == null ? null : keyOf(seed);
          ChainPart.Grant part =
              ChainPart.Grant.sign(
                  host.identity(),
                  host.network(),
                  GrantId.of(bytes(GrantId.LENGTH)),
                  clock.millis(),
                  grant.scope(clock, bearer));
          Chain chain = Chain.of(part);
          return book.grant(part, grant.tag())
              .map(entry -> seed == null ? Claim.of(chain) : Claim.bearer(chain, seed))
              .doOnSuccess(
                  claim -> audit.tell(AuditEvent.Kind.GRANTED, null, null, part.id(), null));
        });
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private static AgentId keyOf(byte[] seed) {
    Identity key = Identity.fromSeed(seed);
    try {
      return key.id();
    } finally {
      key.destroy();
    }
  }

  /**
   * Takes a grant back, with all delegations of it. Cold; emits true when that is stored: the next
   * call is refused from then on, and running streams and channels end. Requests that run are left
   * to finish. Emits false where there is no such grant, or it was revoked before.
   */
  public Mono<Boolean> revoke(GrantId id) {
    return book.revoke(id)
        .doOnNext(
            done -> {
              if (done) {
                audit.tell(AuditEvent.Kind.REVOKED, null, null, id, null);
              }
            });
  }

  /** All grants of the last 30 days and those that hold, the oldest first. */
  public Flux<GrantInfo> list() {
    return Flux.defer(
        () ->
            Flux.fromStream(
                book.all().stream()
                    .map(GrantEntry::info)
                    .sorted(Comparator.comparing(GrantInfo::grantedAt))));
  }

  /** What is known of a grant; empty where there is none. */
  public Mono<GrantInfo> find(GrantId id) {
    return Mono.fromSupplier(
        () -> {
          GrantEntry entry = book.find(id);
          return entry == null ? null : entry.info();
        });
  }

  /**
   * What happens from now on. Hot; 256 events wait for each subscriber, beyond that the oldest are
   * left out. Completes when the node stops.
   */
  public Flux<AuditEvent> events() {
    return audit.events();
  }
}
