package dev.parley.cli.output;

import dev.parley.AgentId;
import dev.parley.MessagingException;
import dev.parley.Trail;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A failed message, written out for a person or a program. */
public final class FailureReport {
  private final MessagingException failure;

  public FailureReport(MessagingException failure) {
    this.failure = failure;
  }

  /**
   * Several lines, the last of which are the trail; no trailing line break. What the peer says is
   * in the first, as the end of the failure's message.
   */
  public String text() {
    StringBuilder s = new StringBuilder(256);
    s.append("parley: ").append(printable(String.valueOf(failure.getMessage())));
    line(s, "code", failure.code().name());
    line(s, "phase", failure.phase().name());
    line(s, "executed", failure.executed().name());
    line(s, "retryable", failure.isRetryable() ? "yes" : "no");
    Duration retryAfter = failure.retryAfter();
    if (retryAfter != null) {
      line(s, "retry in", Durations.millis(retryAfter) + " ms");
    }
    if (!failure.trail().steps().isEmpty()) {
      s.append("\n  trail:");
      for (Trail.Step step : failure.trail().steps()) {
        s.append("\n    ").append(printable(step.toString()));
      }
    }
    return s.toString();
  }

  private static void line(StringBuilder s, String name, String value) {
    s.append("\n  ").append(name).append(": ").append(" ".repeat(9 - name.length())).append(value);
  }

  /** The same facts as one JSON object. */
  public String json() {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("error", failure.code().name());
    facts.put("phase", failure.phase().name());
    facts.put("executed", failure.executed().name());
    facts.put("retryable", failure.isRetryable());
    facts.put("message", Objects.toString(failure.getMessage(), ""));
    AgentId peer = failure.peer();
    if (peer != null) {
      facts.put("peer", peer.toString());
    }
    Duration retryAfter = failure.retryAfter();
    if (retryAfter != null) {
      facts.put("retryAfterMillis", Durations.millis(retryAfter));
    }
    String said = failure.peerText();
    if (said != null) {
      facts.put("peerText", said);
    }
    facts.put("trail", trail(failure.trail()));
    return Console.toJson(facts);
  }

  public static List<Map<String, Object>> trail(Trail trail) {
    return trail.steps().stream().map(FailureReport::step).toList();
  }

  private static Map<String, Object> step(Trail.Step step) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("phase", step.phase().name());
    facts.put("subject", step.subject());
    facts.put("outcome", step.outcome());
    facts.put("atMillis", Durations.millis(step.at()));
    return facts;
  }

  /** The text with control characters replaced, since a terminal obeys them and a peer chose it. */
  public static String printable(String text) {
    StringBuilder s = new StringBuilder(text.length());
    text.codePoints().forEach(c -> s.appendCodePoint(isPrintable(c) ? c : 0xFFFD));
    return s.toString();
  }

  private static boolean isPrintable(int codePoint) {
    int type = Character.getType(codePoint);
    return type != Character.CONTROL
        && type != Character.FORMAT
        && type != Character.SURROGATE
        && type != Character.LINE_SEPARATOR
        && type != Character.PARAGRAPH_SEPARATOR;
  }
}
