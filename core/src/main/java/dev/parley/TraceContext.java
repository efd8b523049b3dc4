package dev.parley;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where a message belongs in a distributed trace, as W3C Trace Context (level 1, version 00) says.
 * Immutable and always well-formed. It is a claim of whoever sent it: fit for joining traces, and
 * for no decision.
 *
 * @see <a href="https://www.w3.org/TR/trace-context-1/">Trace Context</a>
 */
public final class TraceContext {
  /** The longest {@code tracestate} that is kept, in characters; the one that must be passed on. */
  public static final int MAX_STATE_LENGTH = 512;

  private static final int MAX_STATE_MEMBERS = 32;
  private static final int MAX_STATE_KEY = 256;
  private static final int LENGTH = 55;
  private static final int TRACE_AT = 3;
  private static final int SPAN_AT = 36;
  private static final int FLAGS_AT = 53;

  private final String traceparent;
  private final String tracestate;

  private TraceContext(String traceparent, String tracestate) {
    this.traceparent = traceparent;
    this.tracestate = tracestate;
  }

  /**
   * Reads the two header values; null when there is no {@code traceparent} or it is malformed. A
   * malformed or too long {@code tracestate} is left out.
   */
  public static @Nullable TraceContext parse(
      @Nullable String traceparent, @Nullable String tracestate) {
    if (traceparent == null || !isTraceparent(traceparent)) {
      return null;
    }
    boolean keep = tracestate != null && isTracestate(tracestate);
    return new TraceContext(traceparent, keep ? Objects.requireNonNull(tracestate) : "");
  }

  /** {@code 00-<32 hex digits>-<16 hex digits>-<2 hex digits>}. */
  public String traceparent() {
    return traceparent;
  }

  /** The vendors' list of {@code key=value}; empty when there is none. */
  public String tracestate() {
    return tracestate;
  }

  /** The trace's id, 32 hexadecimal digits. */
  public String traceId() {
    return traceparent.substring(TRACE_AT, SPAN_AT - 1);
  }

  /** The id of the span that the message comes from, 16 hexadecimal digits. */
  public String spanId() {
    return traceparent.substring(SPAN_AT, FLAGS_AT - 1);
  }

  private static boolean isTraceparent(String text) {
    return text.length() == LENGTH
        && text.startsWith("00-")
        && text.charAt(SPAN_AT - 1) == '-'
        && text.charAt(FLAGS_AT - 1) == '-'
        && isId(text, TRACE_AT, SPAN_AT - 1)
        && isId(text, SPAN_AT, FLAGS_AT - 1)
        && isHex(text, FLAGS_AT, LENGTH);
  }

  private static boolean isId(String text, int from, int to) {
    for (int i = from; i < to; i++) {
      if (text.charAt(i) != '0') {
        return isHex(text, from, to);
      }
    }
    return false; // all zero is invalid
  }

  private static boolean isHex(String text, int from, int to) {
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
        return false;
      }
    }
    return true;
  }

  private static boolean isTracestate(String text) {
    if (text.isEmpty() || text.length() > MAX_STATE_LENGTH) {
      return false;
    }
    String[] members = text.split(",", -1);
    if (members.length > MAX_STATE_MEMBERS) {
      return false;
    }
    for (String member : members) {
      if (!isMember(member.strip())) {
        return false;
      }
    }
    return true;
  }

  /** An empty member is allowed. */
  private static boolean isMember(String member) {
    int equals = member.indexOf('=');
    if (equals < 1 || equals > MAX_STATE_KEY) {
      return member.isEmpty();
    }
    for (int i = 0; i < equals; i++) {
      char c = member.charAt(i);
      boolean first = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
      if (!first && (i == 0 || "_-*/@".indexOf(c) < 0)) {
        return false;
      }
    }
    for (int i = equals + 1; i < member.length(); i++) {
      char c = member.charAt(i);
      if (c < ' ' || c > '~' || c == '=') {
        return false;
      }
    }
    return equals + 1 < member.length();
  }

  @Override
  public boolean equals(@Nullable Object o) {
    return o instanceof TraceContext other
        && traceparent.equals(other.traceparent)
        && tracestate.equals(other.tracestate);
  }

  @Override
  public int hashCode() {
    return traceparent.hashCode();
  }

  @Override
  public String toString() {
    return traceparent;
  }
}
