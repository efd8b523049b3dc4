package dev.parley.delegation;

import dev.parley.delegation.chain.Condition;
import dev.parley.delegation.chain.GrantId;
import dev.parley.delegation.chain.Scope;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A grant at its grantor, at one moment. Immutable. */
public final class GrantInfo {
  private final GrantId id;
  private final Scope scope;
  private final String tag;
  private final long grantedMillis;
  private final long calls;
  private final long lastUsedMillis;
  private final long revokedMillis;

  GrantInfo(
      GrantId id,
      Scope scope,
      String tag,
      long grantedMillis,
      long calls,
      long lastUsedMillis,
      long revokedMillis) {
    this.id = id;
    this.scope = scope;
    this.tag = tag;
    this.grantedMillis = grantedMillis;
    this.calls = calls;
    this.lastUsedMillis = lastUsedMillis;
    this.revokedMillis = revokedMillis;
  }

  /** Its name. */
  public GrantId id() {
    return id;
  }

  /** What was granted to whom. */
  public Scope scope() {
    return scope;
  }

  /** The grantor's note, or an empty text. */
  public String tag() {
    return tag;
  }

  /** When it was granted. */
  public Instant grantedAt() {
    return Instant.ofEpochMilli(grantedMillis);
  }

  /** Calls that were let in by it since this node started. */
  public long calls() {
    return calls;
  }

  /** When a call was let in last, since this node started. */
  public Optional<Instant> lastUsedAt() {
    return instant(lastUsedMillis);
  }

  /** When it was revoked. */
  public Optional<Instant> revokedAt() {
    return instant(revokedMillis);
  }

  /** When it ends by itself. */
  public Optional<Instant> expiresAt() {
    Long end = expiryMillis();
    return end == null ? Optional.empty() : Optional.of(Instant.ofEpochMilli(end));
  }

  @Nullable Long expiryMillis() {
    return scope.conditions().stream()
        .filter(Condition.NotAfter.class::isInstance)
        .map(c -> ((Condition.NotAfter) c).millis())
        .min(Long::compare)
        .orElse(null);
  }

  /** Whether it neither was revoked nor has expired at a time. */
  public boolean isLiveAt(Instant time) {
    Long end = expiryMillis();
    return revokedMillis == 0 && (end == null || time.toEpochMilli() < end);
  }

  private static Optional<Instant> instant(long millis) {
    return millis == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
  }

  @Override
  public String toString() {
    return "GrantInfo[" + id + ", " + scope.functions() + " for " + scope.audience() + "]";
  }
}
