package dev.parley;

import dev.parley.spi.Link;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What travels with a request beside its message: the trace that it belongs to, and fields of
 * protocols, of which the message's handler sees nothing. Most messages have none at all.
 *
 * <p>A peer that does not know a field skips it: whether it does is to be asked of {@link
 * Link#features()} before. Immutable.
 */
public final class Annex {
  /** The smallest number of a field. */
  public static final int FIRST_FIELD = 0x20;

  /** The largest number of a field. */
  public static final int LAST_FIELD = 0x7F;

  /** How many fields there may be. */
  public static final int MAX_FIELDS = 16;

  /** How many bytes all fields may have together, with what the wire adds to each. */
  public static final int MAX_BYTES = 8192;

  private static final int HEAD_BYTES = 3;

  private final @Nullable TraceContext trace;
  private final List<Field> fields;

  private Annex(@Nullable TraceContext trace, List<Field> fields) {
    this.trace = trace;
    this.fields = fields;
  }

  /**
   * A field of a protocol.
   *
   * @param number which: {@link #FIRST_FIELD} to {@link #LAST_FIELD}
   * @param value its bytes, which are not to be changed
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Field(int number, byte[] value) {
    /**
     * Checks the number.
     *
     * @throws IllegalArgumentException if it is out of range
     */
    public Field {
      Objects.requireNonNull(value, "value");
      if (number < FIRST_FIELD || number > LAST_FIELD) {
        throw new IllegalArgumentException(
            "field is " + number + ", must be " + FIRST_FIELD + ".." + LAST_FIELD);
      }
    }
  }

  /** A trace alone; null where there is none. */
  public static @Nullable Annex of(@Nullable TraceContext trace) {
    return trace == null ? null : new Annex(trace, List.of());
  }

  /**
   * A trace and fields; null where there is neither.
   *
   * @throws IllegalArgumentException if a number is there twice, or there are too many or too large
   *     ones
   */
  public static @Nullable Annex of(@Nullable TraceContext trace, List<Field> fields) {
    if (fields.isEmpty()) {
      return of(trace);
    }
    int bytes = 0;
    long seen = 0;
    long seenAbove = 0;
    for (Field field : fields) {
      bytes += HEAD_BYTES + field.value.length;
      long bit = 1L << (field.number & 63);
      boolean above = field.number >= 64;
      if (((above ? seenAbove : seen) & bit) != 0) {
        throw new IllegalArgumentException("field " + field.number + " is there twice");
      }
      seen |= above ? 0 : bit;
      seenAbove |= above ? bit : 0;
    }
    if (fields.size() > MAX_FIELDS || bytes > MAX_BYTES) {
      throw new IllegalArgumentException(
          fields.size()
              + " fields of "
              + bytes
              + " bytes, at most "
              + MAX_FIELDS
              + " and "
              + MAX_BYTES);
    }
    return new Annex(trace, List.copyOf(fields));
  }

  /** A copy of {@code annex}, which may be null, with one more field. */
  public static Annex with(@Nullable Annex annex, int number, byte[] value) {
    List<Field> all = new ArrayList<>(annex == null ? List.of() : annex.fields);
    all.add(new Field(number, value));
    return Objects.requireNonNull(of(annex == null ? null : annex.trace, all));
  }

  /** The trace, or null. */
  public @Nullable TraceContext trace() {
    return trace;
  }

  /** The fields, each number once. */
  public List<Field> fields() {
    return Collections.unmodifiableList(fields);
  }

  /** The bytes of a field, not to be changed; null where it is not there. */
  public byte @Nullable [] field(int number) {
    for (Field field : fields) {
      if (field.number == number) {
        return field.value;
      }
    }
    return null;
  }
}
