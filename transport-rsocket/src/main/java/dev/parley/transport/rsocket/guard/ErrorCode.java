package dev.parley.transport.rsocket.guard;

/**
 * Codes of RSocket ERROR frames on a stream: RSocket's own up to 0x300, from there on Parley's.
 *
 * <p>{@link #REJECTED} promises that the request was not executed; {@link #CANCELED} does not.
 */
public final class ErrorCode {
  public static final int APPLICATION_ERROR = 0x201;
  public static final int REJECTED = 0x202;
  public static final int CANCELED = 0x203;
  public static final int INVALID = 0x204;

  public static final int NO_RECEIVER = 0x301;
  public static final int REJECTED_BY_HANDLER = 0x302;
  public static final int UNAUTHORIZED = 0x303;
  public static final int MESSAGE_TOO_LARGE = 0x304;
  public static final int TIMEOUT = 0x305;
  public static final int SHUT_DOWN = 0x306;
  public static final int ANSWER_TOO_LARGE = 0x307;
  public static final int ANSWER_DOES_NOT_FIT = 0x308;

  private static final int FIRST_CUSTOM = 0x301;
  private static final int RESERVED = 0xFFFF_FFFF;

  private ErrorCode() {}

  /** Returns whether RSocket permits {@code code} in an ERROR frame on a stream. */
  static boolean isValidOnStream(int code) {
    return (code >= APPLICATION_ERROR && code <= INVALID)
        || (Integer.compareUnsigned(code, FIRST_CUSTOM) >= 0 && code != RESERVED);
  }
}
