package dev.parley.delegation;

import dev.parley.AgentId;
import dev.parley.Identity;
import dev.parley.Message;
import dev.parley.SendOptions;
import dev.parley.delegation.chain.Audience;
import dev.parley.delegation.chain.Chain;
import dev.parley.delegation.chain.ChainPart;
import dev.parley.spi.Host;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * The claims that an agent holds. In memory: what is to last, its holder keeps as text.
 * Thread-safe.
 */
public final class Claims {
  /** How many can be held; the one that was added first goes. */
  public static final int MAX_CLAIMS = 1000;

  private final Host host;
  private final InstantSource clock;
  private final SecureRandom random;
  private final List<Claim> held = new ArrayList<>(); // guarded by this, the newest last

  Claims(Host host, InstantSource clock, SecureRandom random) {
    this.host = host;
    this.clock = clock;
    this.random = random;
  }

  /** Holds a claim, for calls that name none. */
  public synchronized void add(Claim claim) {
    held.remove(Objects.requireNonNull(claim, "claim"));
    held.add(claim);
    if (held.size() > MAX_CLAIMS) {
      held.remove(0);
    }
  }

  /** Holds it no longer. */
  public synchronized void remove(Claim claim) {
    held.remove(claim);
  }

  /** The claims held now, the newest last. */
  public synchronized List<Claim> list() {
    return List.copyOf(held);
  }

  /** The newest claim on a grantor's function that has not ended, or null. */
  @Nullable Claim find(AgentId grantor, String function) {
    List<Claim> all = list();
    long now = clock.millis();
    for (int i = all.size() - 1; i >= 0; i--) {
      Claim claim = all.get(i);
      if (claim.grantor().equals(grantor)
          && ClaimProblem.of(claim, self(), function, now) == null) {
        return claim;
      }
    }
    return null;
  }

  private AgentId self() {
    return host.agent().id();
  }

  /**
   * Makes a narrower claim of one, offline: what the claim allows and {@code narrower} allows, it
   * allows. The grantor learns of it when it is used.
   *
   * @throws IllegalArgumentException if the claim is not this agent's, may not be passed on, is as
   *     long as claims can be, or {@code narrower} names nobody or no function
   */
  public Claim narrow(Claim claim, Grant narrower) {
    ChainPart last = claim.chain().last();
    requireDelegable(claim);
    byte @Nullable [] seed = narrower.isBearer() ? newSeed() : null;
    Identity key = seed == null ? null : Identity.fromSeed(seed);
    Identity bearer = claim.bearer();
    Identity issuer = bearer == null ? host.identity() : bearer;
    if (!last.scope().audience().includes(issuer.id())) {
      throw new IllegalArgumentException("the claim is for others than this agent");
    }
    Chain chain =
        claim
            .chain()
            .with(issuer, clock.millis(), narrower.scope(clock, key == null ? null : key.id()));
    destroy(bearer);
    destroy(key);
    return seed == null ? Claim.of(chain) : Claim.bearer(chain, seed);
  }

  private static void requireDelegable(Claim claim) {
    List<ChainPart> parts = claim.chain().parts();
    for (int i = 0; i < parts.size(); i++) {
      if (parts.size() - i > parts.get(i).scope().delegable()) {
        throw new IllegalArgumentException("the claim may not be passed on, or not so often");
      }
    }
  }

  private byte[] newSeed() {
    byte[] seed = new byte[Identity.SEED_LENGTH];
    random.nextBytes(seed);
    return seed;
  }

  static void destroy(@Nullable Identity key) {
    if (key != null) {
      key.destroy();
    }
  }

  /**
   * Asks the grantor to take back the last delegation of a claim, which this agent has issued, and
   * with it all that was made of it. Cold; completes when it holds, and fails as a send does: with
   * UNAUTHORIZED where the grantor knows no such grant, or somebody else has issued it.
   */
  public Mono<Void> revoke(Claim claim) {
    if (claim.chain().parts().size() < 2
        || (claim.chain().last().scope().audience() instanceof Audience.Bearer
            && !claim.isSecret())) {
      throw new IllegalArgumentException("the claim has no delegation of this agent's");
    }
    return host.agent()
        .send(claim.grantor(), Message.of(claim.chain().bytes()), SendOptions.to(Revocations.ROUTE))
        .then();
  }
}
