package dev.parley;

import dev.parley.text.Printable;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The failure of a message, told as far as this node knows the truth.
 *
 * <p>Decide by {@link #code()}, {@link #executed()} and {@link #isRetryable()}, never by the text.
 * The text names no key, payload or full agent id, and is fit for one line of a log.
 */
public final class MessagingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** More bytes than characters: an honest peer's text is never cut. */
  private static final int MAX_PEER_TEXT = HandlerFailure.MAX_TEXT_BYTES;

  private final FailureCode code;
  private final Phase phase;
  private final Executed executed;
  private final transient @Nullable AgentId peer;
  private final transient Trail trail;
  private final @Nullable Duration retryAfter;
  private final @Nullable String peerText;
  private final @Nullable String detail;
  private final boolean permanent;

  private MessagingException(Builder b) {
    // No stack trace: the failure happened in the network, and overload must stay cheap.
    super(b.text(), b.cause, true, b.stackTrace);
    this.code = b.code;
    this.phase = b.phase;
    this.executed = b.executed;
    this.peer = b.peer;
    this.trail = b.trail;
    this.retryAfter = b.retryAfter;
    this.peerText = b.peerText == null ? null : Printable.cut(b.peerText, MAX_PEER_TEXT);
    this.detail = b.detail;
    this.permanent = b.permanent;
  }

  /** Starts a failure; for transports and resolvers. */
  public static Builder builder(FailureCode code, Phase phase) {
    return new Builder(code, phase);
  }

  /** What went wrong. */
  public FailureCode code() {
    return code;
  }

  /** The step that failed. */
  public Phase phase() {
    return phase;
  }

  /** Whether the peer's handler ran. */
  public Executed executed() {
    return executed;
  }

  /** Whether sending the same message again is safe and may succeed. */
  public boolean isRetryable() {
    return executed == Executed.NO && code.isTransient() && !permanent;
  }

  /** The agent that the message was for, where one is known. */
  public @Nullable AgentId peer() {
    return peer;
  }

  /** What was tried before the failure; empty where the link was open. */
  public Trail trail() {
    return trail == null ? Trail.empty() : trail;
  }

  /** When the peer asked to be tried again, if it did. */
  public @Nullable Duration retryAfter() {
    return retryAfter;
  }

  /**
   * The text that the peer's handler chose to send, if any, cut after 512 characters. It is the
   * peer's word: escape it. {@link #getMessage()} ends with it, escaped.
   */
  public @Nullable String peerText() {
    return peerText;
  }

  /** A builder that holds what this failure says. */
  public Builder toBuilder() {
    Builder b = new Builder(code, phase);
    b.executed = executed;
    b.peer = peer;
    b.trail = trail();
    b.retryAfter = retryAfter;
    b.peerText = peerText;
    b.detail = detail;
    b.permanent = permanent;
    b.cause = getCause();
    return b;
  }

  /** Collects the facts of a failure. Not thread-safe. */
  public static final class Builder {
    private final FailureCode code;
    private final Phase phase;
    private Executed executed = Executed.NO;
    private @Nullable AgentId peer;
    private Trail trail = Trail.empty();
    private @Nullable Duration retryAfter;
    private @Nullable String peerText;
    private @Nullable String detail;
    private @Nullable Throwable cause;
    private boolean stackTrace;
    private boolean permanent;

    private Builder(FailureCode code, Phase phase) {
      this.code = Objects.requireNonNull(code, "code");
      this.phase = Objects.requireNonNull(phase, "phase");
    }

    /** Whether the handler ran; {@link Executed#NO} unless said. */
    public Builder executed(Executed value) {
      this.executed = Objects.requireNonNull(value, "executed");
      return this;
    }

    /** The agent that the message was for. */
    public Builder peer(@Nullable AgentId value) {
      this.peer = value;
      return this;
    }

    /** What was tried. */
    public Builder trail(Trail value) {
      this.trail = Objects.requireNonNull(value, "trail");
      return this;
    }

    /** When to try again. */
    public Builder retryAfter(@Nullable Duration value) {
      this.retryAfter = value;
      return this;
    }

    /** The text that the peer's handler chose. */
    public Builder peerText(@Nullable String value) {
      this.peerText = value;
      return this;
    }

    /** What happened, against which limit, and what to do next; no secret, no payload. */
    public Builder detail(@Nullable String value) {
      this.detail = value;
      return this;
    }

    /** What caused it on this side. */
    public Builder cause(@Nullable Throwable value) {
      this.cause = value;
      return this;
    }

    /** Says that trying again does not help, though failures of this code may pass otherwise. */
    public Builder permanent() {
      this.permanent = true;
      return this;
    }

    /** Records a stack trace, which is otherwise left out as it costs more than it tells. */
    public Builder withStackTrace() {
      this.stackTrace = true;
      return this;
    }

    /** The exception. */
    public MessagingException build() {
      return new MessagingException(this);
    }

    private String text() {
      StringBuilder s = new StringBuilder(96).append(code).append(" in ").append(phase);
      if (peer != null) {
        s.append(", peer ").append(peer.toShortString());
      }
      s.append(", executed ").append(executed);
      if (detail != null) {
        s.append(": ").append(detail);
      }
      if (peerText != null) {
        s.append(": \"").append(Printable.of(peerText, MAX_PEER_TEXT)).append('"');
      }
      return s.toString();
    }
  }
}
