package dev.parley;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a handler signals when it wants the caller to know why. Any other exception reaches the
 * caller as {@link FailureCode#REMOTE_FAILURE} without a text, and is logged here at warn.
 */
public final class HandlerFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The longest text that travels, in UTF-8 bytes; a longer one is refused. */
  public static final int MAX_TEXT_BYTES = 512;

  private final FailureCode code;
  private final @Nullable String text;

  private HandlerFailure(FailureCode code, @Nullable String text, @Nullable Throwable cause) {
    super(text, cause, false, false);
    if (text != null && text.getBytes(StandardCharsets.UTF_8).length > MAX_TEXT_BYTES) {
      throw new IllegalArgumentException(
          "text exceeds " + MAX_TEXT_BYTES + " bytes; send a shorter one");
    }
    this.code = code;
    this.text = text;
  }

  /** The handler refuses the message and promises that it did nothing: REJECTED at the caller. */
  public static HandlerFailure rejected(String text) {
    return new HandlerFailure(FailureCode.REJECTED, Objects.requireNonNull(text, "text"), null);
  }

  /** The caller may not do that: UNAUTHORIZED at the caller, without a reason. */
  public static HandlerFailure unauthorized() {
    return new HandlerFailure(FailureCode.UNAUTHORIZED, null, null);
  }

  /** The handler failed: REMOTE_FAILURE at the caller, with {@code text}. */
  public static HandlerFailure failed(String text) {
    return new HandlerFailure(
        FailureCode.REMOTE_FAILURE, Objects.requireNonNull(text, "text"), null);
  }

  /**
   * A failure with a code of the engine's own, for transports and the messenger.
   *
   * @param cause the local cause, which never travels
   */
  public static HandlerFailure of(
      FailureCode code, @Nullable String text, @Nullable Throwable cause) {
    return new HandlerFailure(Objects.requireNonNull(code, "code"), text, cause);
  }

  /** The code that the caller sees. */
  public FailureCode code() {
    return code;
  }

  /** The text that the caller sees, if any. */
  public @Nullable String text() {
    return text;
  }
}
