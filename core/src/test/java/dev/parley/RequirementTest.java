package dev.parley;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

@Isolated("sets a system property")
class RequirementTest {
  private final String before = System.getProperty("parley.test.strict", "false");

  @AfterEach
  void restore() {
    System.setProperty("parley.test.strict", before);
  }

  @Test
  void skipsWithAReasonWhereSomethingIsMissing() {
    System.setProperty("parley.test.strict", "false");

    assertThatThrownBy(() -> Requirement.requireCommand("no-such-command-here"))
        .isInstanceOf(TestAbortedException.class)
        .hasMessageContaining("no-such-command-here");
  }

  @Test
  void failsInsteadWhenStrict() {
    System.setProperty("parley.test.strict", "true");

    assertThatThrownBy(() -> Requirement.require(false, "moon"))
        .isInstanceOf(AssertionFailedError.class)
        .hasMessageContaining("moon");
  }

  @Test
  void passesWhereItIsThere() {
    System.setProperty("parley.test.strict", "true");

    assertThatCode(() -> Requirement.require(true, "sun")).doesNotThrowAnyException();
  }
}
