package dev.parley.delegation.chain;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;

/**
 * Who may do what: what a grant and each delegation of it say. Immutable.
 *
 * @param delegable how many delegations may follow this one, 0 to {@value #MAX_DELEGABLE}
 * @param audience who may use it or pass it on
 * @param functions ascending, none twice
 * @param conditions ascending by their bytes, none twice
 */
public record Scope(
    int delegable, Audience audience, List<FunctionPattern> functions, List<Condition> conditions) {
  /** How many delegations may follow a grant at most. */
  public static final int MAX_DELEGABLE = 7;

  /** How many patterns of functions there may be. */
  public static final int MAX_FUNCTIONS = 32;

  /** How many conditions there may be. */
  public static final int MAX_CONDITIONS = 16;

  /** Sorts, and refuses what does not fit. */
  public Scope {
    Objects.requireNonNull(audience, "audience");
    functions = functions.stream().distinct().sorted().toList();
    conditions =
        conditions.stream()
            .distinct()
            .sorted(
                (a, b) -> Arrays.compareUnsigned(ChainWriter.sortKey(a), ChainWriter.sortKey(b)))
            .toList();
    within("delegable", delegable, 0, MAX_DELEGABLE);
    within("functions", functions.size(), 1, MAX_FUNCTIONS);
    within("conditions", conditions.size(), 0, MAX_CONDITIONS);
  }

  private static void within(String name, int value, int min, int max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(name + " is " + value + ", must be " + min + ".." + max);
    }
  }

  /** A scope of these functions that nobody may pass on. */
  public static Scope of(Audience audience, Collection<String> functions) {
    return new Scope(0, audience, functions.stream().map(FunctionPattern::new).toList(), List.of());
  }

  /** Whether it names a function. */
  public boolean names(String function) {
    for (FunctionPattern pattern : functions) {
      if (pattern.matches(function)) {
        return true;
      }
    }
    return false;
  }
}
