package dev.parley.spi;

import dev.parley.FailureCode;
import dev.parley.MessagingException;
import dev.parley.Phase;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How an exchange, or a lookup, ended. Immutable; only a failure is an object of its own. */
public sealed interface Outcome permits Outcome.Success, Outcome.Cancelled, Outcome.Failure {
  /** It went well: answered, or as a signal sent. */
  static Outcome success() {
    return Success.INSTANCE;
  }

  /** The caller gave it up. */
  static Outcome cancelled(Phase phase) {
    return Cancelled.of(phase);
  }

  /** A failure of ours, of which the exception tells all. */
  static Outcome failure(MessagingException exception) {
    return new Failure(exception.code(), exception.phase(), exception);
  }

  /** A failure of which no more is known than this, or may be told. */
  static Outcome failure(FailureCode code, Phase phase) {
    return new Failure(code, phase, null);
  }

  /** The word for metrics: {@code ok}, {@code cancelled} or {@code failed}. */
  String word();

  /** It went well. */
  final class Success implements Outcome {
    private static final Success INSTANCE = new Success();

    private Success() {}

    @Override
    public String word() {
      return "ok";
    }

    @Override
    public String toString() {
      return word();
    }
  }

  /**
   * The caller gave it up.
   *
   * @param phase how far it had come
   */
  record Cancelled(Phase phase) implements Outcome {
    private static final Map<Phase, Cancelled> ALL = new EnumMap<>(Phase.class);

    static {
      for (Phase phase : Phase.values()) {
        ALL.put(phase, new Cancelled(phase));
      }
    }

    private static Cancelled of(Phase phase) {
      return Objects.requireNonNull(ALL.get(phase));
    }

    @Override
    public String word() {
      return "cancelled";
    }
  }

  /**
   * It failed.
   *
   * @param code what went wrong
   * @param phase how far it had come
   * @param exception what the caller is told, with the peer and the trail; null for a message to us
   *     and for a lookup
   */
  record Failure(FailureCode code, Phase phase, @Nullable MessagingException exception)
      implements Outcome {
    /** Refuses nulls. */
    public Failure {
      Objects.requireNonNull(code, "code");
      Objects.requireNonNull(phase, "phase");
    }

    @Override
    public String word() {
      return "failed";
    }
  }
}
