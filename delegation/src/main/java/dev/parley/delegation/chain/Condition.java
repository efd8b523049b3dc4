package dev.parley.delegation.chain;

import dev.parley.spi.InteractionModel;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * What a grant asks of a call beyond its function. All conditions of all grants and delegations of
 * a chain hold together; there is no OR, NOT, pattern or language, so that what a chain allows can
 * be read off it. An argument that is missing or of another type fails its conditions. Immutable.
 */
public sealed interface Condition {
  /** The longest name of an argument, in UTF-8 bytes. */
  int MAX_NAME_BYTES = 64;

  /** The longest text of a condition, in UTF-8 bytes. */
  int MAX_TEXT_BYTES = 1024;

  /** How many texts {@link ArgumentIn} may list. */
  int MAX_TEXTS = 16;

  /** Whether it holds for a call; of {@link MaxUses}, which is counted, always. */
  boolean holds(Call call);

  /** Starts a condition on an argument. */
  static Argument argument(String name) {
    return new Argument(requireName(name));
  }

  /** No call before. */
  static Condition notBefore(Instant time) {
    return new NotBefore(time.toEpochMilli());
  }

  /** No call from then on. */
  static Condition notAfter(Instant time) {
    return new NotAfter(time.toEpochMilli());
  }

  /** At most so many calls, by everybody who got the grant or delegation directly or not. */
  static Condition maxUses(long uses) {
    return new MaxUses(uses);
  }

  /** Only these ways to call. */
  static Condition models(InteractionModel first, InteractionModel... more) {
    return new Models(EnumSet.of(first, more));
  }

  private static String requireName(String name) {
    int bytes = name.getBytes(StandardCharsets.UTF_8).length;
    if (bytes == 0 || bytes > MAX_NAME_BYTES) {
      throw new IllegalArgumentException(
          "an argument's name has 1.." + MAX_NAME_BYTES + " bytes, not " + bytes);
    }
    return name;
  }

  private static String requireText(String text) {
    int bytes = text.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MAX_TEXT_BYTES) {
      throw new IllegalArgumentException(
          "a condition's text has at most " + MAX_TEXT_BYTES + " bytes, not " + bytes);
    }
    return text;
  }

  private static long requireTime(long millis) {
    if (millis < 0) {
      throw new IllegalArgumentException("a time is before 1970");
    }
    return millis;
  }

  /** The beginnings of conditions on an argument. */
  record Argument(String name) {
    /** It is one of these texts. */
    public Condition in(Collection<String> texts) {
      return new ArgumentIn(name, List.copyOf(texts));
    }

    /** It is this text. */
    public Condition is(String text) {
      return in(List.of(text));
    }

    /** It is a whole number from {@code min} to {@code max}. */
    public Condition between(long min, long max) {
      return new ArgumentRange(name, min, max);
    }

    /** It is a whole number of at most {@code max}. */
    public Condition atMost(long max) {
      return between(Long.MIN_VALUE, max);
    }

    /** It is a whole number of at least {@code min}. */
    public Condition atLeast(long min) {
      return between(min, Long.MAX_VALUE);
    }

    /**
     * It starts with this text; where that ends in a slash, it is below that path: no segment of it
     * is empty, {@code .} or {@code ..}.
     */
    public Condition startsWith(String prefix) {
      return new ArgumentPrefix(name, prefix);
    }
  }

  /**
   * No call before.
   *
   * @param millis since 1970
   */
  record NotBefore(long millis) implements Condition {
    /** Checks. */
    public NotBefore {
      requireTime(millis);
    }

    @Override
    public boolean holds(Call call) {
      return call.timeMillis() >= millis;
    }
  }

  /**
   * No call from then on.
   *
   * @param millis since 1970
   */
  record NotAfter(long millis) implements Condition {
    /** Checks. */
    public NotAfter {
      requireTime(millis);
    }

    @Override
    public boolean holds(Call call) {
      return call.timeMillis() < millis;
    }
  }

  /**
   * At most so many calls, counted where the grantor keeps its grants.
   *
   * @param uses 1 to 2^32 - 1
   */
  record MaxUses(long uses) implements Condition {
    /** Checks. */
    public MaxUses {
      if (uses < 1 || uses > 0xFFFF_FFFFL) {
        throw new IllegalArgumentException("uses are " + uses + ", must be 1..4294967295");
      }
    }

    @Override
    public boolean holds(Call call) {
      return true;
    }
  }

  /**
   * Only these ways to call.
   *
   * @param models REQUEST, STREAM, CHANNEL, at least one of them
   */
  record Models(Set<InteractionModel> models) implements Condition {
    /** Checks. */
    public Models {
      models = Set.copyOf(models);
      if (models.isEmpty() || models.contains(InteractionModel.SIGNAL)) {
        throw new IllegalArgumentException("a function is called by request, stream or channel");
      }
    }

    @Override
    public boolean holds(Call call) {
      return models.contains(call.model());
    }
  }

  /**
   * An argument is one of these texts.
   *
   * @param name of the argument
   * @param texts ascending by their UTF-8 bytes, none twice
   */
  record ArgumentIn(String name, List<String> texts) implements Condition {
    /** Checks and sorts. */
    public ArgumentIn {
      requireName(name);
      texts.forEach(Condition::requireText);
      texts = texts.stream().distinct().sorted(ChainWriter.BY_BYTES).toList();
      if (texts.isEmpty() || texts.size() > MAX_TEXTS) {
        throw new IllegalArgumentException(
            "an argument is in 1.." + MAX_TEXTS + " texts, not " + texts.size());
      }
    }

    @Override
    public boolean holds(Call call) {
      String value = call.text(name);
      return value != null && texts.contains(value);
    }
  }

  /**
   * An argument is a whole number in a range.
   *
   * @param name of the argument
   * @param min the smallest
   * @param max the largest
   */
  record ArgumentRange(String name, long min, long max) implements Condition {
    /** Checks. */
    public ArgumentRange {
      requireName(name);
      if (min > max) {
        throw new IllegalArgumentException("no number is from " + min + " to " + max);
      }
    }

    @Override
    public boolean holds(Call call) {
      Long value = call.number(name);
      return value != null && value >= min && value <= max;
    }
  }

  /**
   * An argument starts with a text.
   *
   * @param name of the argument
   * @param prefix where it ends in a slash, the argument is a path below it
   */
  record ArgumentPrefix(String name, String prefix) implements Condition {
    /** Checks. */
    public ArgumentPrefix {
      requireName(name);
      requireText(Objects.requireNonNull(prefix, "prefix"));
    }

    @Override
    public boolean holds(Call call) {
      String value = call.text(name);
      return value != null
          && value.startsWith(prefix)
          && (!prefix.endsWith("/") || isBelow(value.substring(prefix.length())));
    }

    private static boolean isBelow(String rest) {
      for (String segment : rest.split("/", -1)) {
        if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
          return false;
        }
      }
      return true;
    }
  }
}
