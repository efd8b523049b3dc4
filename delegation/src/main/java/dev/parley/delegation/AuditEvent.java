package dev.parley.delegation;

import dev.parley.AgentId;
import dev.parley.delegation.chain.GrantId;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened to grants: who did what, by which grant. Holds no argument and no
 * message.
 *
 * @param kind what happened
 * @param at when, by the grantor's clock
 * @param agent who called or revoked; null where the grantor itself did
 * @param function of a call; null for others
 * @param grant the grant; null where none is known
 * @param denial why a call was not let in; null for others
 */
public record AuditEvent(
    Kind kind,
    Instant at,
    @Nullable AgentId agent,
    @Nullable String function,
    @Nullable GrantId grant,
    @Nullable Denial denial) {
  /** Refuses what must be there. */
  public AuditEvent {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(at, "at");
  }

  /** What happened. */
  public enum Kind {
    /** A grant was made. */
    GRANTED,
    /** A delegation was shown here first on a link. */
    SEEN,
    /** A call was let in. */
    USED,
    /** A call was not let in. */
    DENIED,
    /** A grant was revoked by its grantor, or a delegation by its issuer. */
    REVOKED,
    /** A stream or channel was ended because its right did. */
    ENDED
  }
}
