package dev.parley.delegation;

import dev.parley.AgentId;
import dev.parley.delegation.chain.Audience;
import dev.parley.delegation.chain.Condition;
import dev.parley.delegation.chain.FunctionPattern;
import dev.parley.delegation.chain.Scope;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is to be granted, or delegated: to whom, which functions, under which conditions. An
 * immutable value; every setter returns a copy. {@link Grants#grant} makes a {@link Claim} of it,
 * {@link Claims#narrow} a narrower one.
 */
public final class Grant {
  /** How long a tag may be. */
  public static final int MAX_TAG_LENGTH = 200;

  private final @Nullable Audience audience; // null for a bearer whose key is still to be made
  private final List<String> functions;
  private final List<Condition> conditions;
  private final @Nullable Duration expiresIn;
  private final int delegable;
  private final String tag;

  private Grant(
      @Nullable Audience audience,
      List<String> functions,
      List<Condition> conditions,
      @Nullable Duration expiresIn,
      int delegable,
      String tag) {
    this.audience = audience;
    this.functions = functions;
    this.conditions = conditions;
    this.expiresIn = expiresIn;
    this.delegable = delegable;
    this.tag = tag;
  }

  /** For these agents and nobody else: a stolen claim is useless. */
  public static Grant to(AgentId first, AgentId... more) {
    List<AgentId> all = new ArrayList<>(List.of(more));
    all.add(first);
    return to(all);
  }

  /** For these agents and nobody else. */
  public static Grant to(Collection<AgentId> agents) {
    return new Grant(Audience.agents(agents), List.of(), List.of(), null, 0, "");
  }

  /** For everybody who holds the claim; keep it like a password. */
  public static Grant toBearer() {
    return new Grant(null, List.of(), List.of(), null, 0, "");
  }

  /** For everybody in the network; nobody needs the claim. */
  public static Grant toAnyone() {
    return new Grant(Audience.anyone(), List.of(), List.of(), null, 0, "");
  }

  /** Names functions: {@code ledger/read}, {@code ledger/*} for all below, {@code *} for all. */
  public Grant functions(String... patterns) {
    Arrays.stream(patterns).forEach(FunctionPattern::new);
    return new Grant(audience, List.of(patterns), conditions, expiresIn, delegable, tag);
  }

  /** Adds conditions; all have to hold. */
  public Grant where(Condition... more) {
    List<Condition> all = new ArrayList<>(conditions);
    all.addAll(List.of(more));
    return new Grant(audience, functions, List.copyOf(all), expiresIn, delegable, tag);
  }

  /** At most so many calls. */
  public Grant maxUses(long uses) {
    return where(Condition.maxUses(uses));
  }

  /** Ends by itself after this time, counted from when it is signed. */
  public Grant expiresIn(Duration value) {
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException("expiresIn is " + value + ", must be above zero");
    }
    return new Grant(audience, functions, conditions, value, delegable, tag);
  }

  /**
   * How many delegations may follow it, each narrowing the one before; none unless set. It bounds
   * chains, not people: a holder can always call on behalf of somebody else.
   */
  public Grant delegable(int times) {
    return new Grant(audience, functions, conditions, expiresIn, times, tag);
  }

  /** A note of the grantor's, which does not travel. */
  public Grant tag(String value) {
    if (value.length() > MAX_TAG_LENGTH) {
      throw new IllegalArgumentException("a tag has at most " + MAX_TAG_LENGTH + " characters");
    }
    return new Grant(audience, functions, conditions, expiresIn, delegable, value);
  }

  boolean isBearer() {
    return audience == null;
  }

  String tag() {
    return tag;
  }

  /**
   * What is signed.
   *
   * @param bearer the key of a bearer's; null for others
   */
  Scope scope(InstantSource clock, @Nullable AgentId bearer) {
    if (functions.isEmpty()) {
      throw new IllegalArgumentException("a grant names at least one function");
    }
    List<Condition> all = new ArrayList<>(conditions);
    if (expiresIn != null) {
      all.add(Condition.notAfter(Instant.ofEpochMilli(clock.millis()).plus(expiresIn)));
    }
    Audience who = audience != null ? audience : Audience.bearer(required(bearer));
    return new Scope(delegable, who, functions.stream().map(FunctionPattern::new).toList(), all);
  }

  private static AgentId required(@Nullable AgentId bearer) {
    if (bearer == null) {
      throw new IllegalStateException("a bearer's grant needs a key");
    }
    return bearer;
  }
}
