package dev.parley.outside;

import java.util.Comparator;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/** A JDK that a test cannot do without. */
final class RequiredJdk {
  private RequiredJdk() {}

  /**
   * The newest installed JDK, if it has the feature version; else the test is skipped, or fails
   * where {@code parley.test.strict} is true.
   */
  static Jdk atLeast(int feature) {
    Optional<Jdk> newest =
        Jdk.all().stream()
            .filter(jdk -> jdk.feature() >= feature)
            .max(Comparator.comparingInt(Jdk::feature));
    String reason = "no JDK " + feature + " or newer is installed";
    if (newest.isEmpty() && Boolean.getBoolean("parley.test.strict")) {
      throw new AssertionError(reason + " (and parley.test.strict is true)");
    }
    Assumptions.assumeTrue(newest.isPresent(), reason);
    return newest.orElseThrow();
  }
}
