package dev.parley.naive;

import static dev.parley.naive.NaiveBytes.concat;
import static dev.parley.naive.NaiveBytes.uint;

/** The limits that a side announces, PROTOCOL.md §7. */
public record NaiveLimits(long record, long message, long metadata, long requests) {

  public static final NaiveLimits DEFAULTS = new NaiveLimits(32768, 4194304, 65536, 1024);

  byte[] encode() {
    return concat(uint(record, 4), uint(message, 4), uint(metadata, 4), uint(requests, 4));
  }

  static NaiveLimits decode(byte[] in) throws NaiveRefusal {
    return new NaiveLimits(
        within(uint(in, 0, 4), 4096, 65519),
        within(uint(in, 4, 4), 1024, 16777215),
        within(uint(in, 8, 4), 1024, 16777215),
        within(uint(in, 12, 4), 1, 1048576));
  }

  private static long within(long value, long least, long most) throws NaiveRefusal {
    if (value < least || value > most) {
      throw new NaiveRefusal("a limit out of range");
    }
    return value;
  }
}
