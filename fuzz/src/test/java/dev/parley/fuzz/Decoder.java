package dev.parley.fuzz;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;

/**
 * A way in for bytes from outside, and what must hold whatever they are: nothing but the documented
 * exception is thrown, its message is fit for a log, and memory is bounded by the input. The body
 * checks what else holds, such as that what was read is written as it came.
 *
 * @param documented what refuses bytes; no subclass of it, since that is another fault
 * @param fixedBytes what may be allocated for no input
 * @param perByte what may be allocated besides for each byte of input
 * @param seeds inputs to start from, of which at least one is accepted
 */
public record Decoder(
    String name,
    Class<? extends Exception> documented,
    long fixedBytes,
    long perByte,
    List<byte[]> seeds,
    Body body) {
  /** Reads an input. */
  @FunctionalInterface
  public interface Body {
    void read(byte[] input) throws Exception;
  }

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int MAX_MESSAGE = 4_000;

  /**
   * A decoder that may allocate 1 MiB, the check of what else holds included, and 2,000 bytes for
   * each byte of its input: a length or a count that is believed before the bytes are there takes
   * more.
   */
  public static Decoder of(
      String name, Class<? extends Exception> documented, List<byte[]> seeds, Body body) {
    return new Decoder(name, documented, 1 << 20, 2_000, seeds, body);
  }

  /** The same with other bounds of memory. */
  public Decoder allocating(long newFixedBytes, long newPerByte) {
    return new Decoder(name, documented, newFixedBytes, newPerByte, seeds, body);
  }

  /**
   * Reads an input.
   *
   * @return whether it is accepted
   * @throws AssertionError if something does not hold
   */
  public boolean run(byte[] input) {
    long bound = fixedBytes + perByte * input.length;
    long before = allocated();
    boolean accepted = accepts(input);
    long taken = allocated() - before;
    if (taken > bound) { // what is made once, such as classes, does not count
      before = allocated();
      accepts(input);
      taken = allocated() - before;
    }
    if (taken > bound) {
      throw new AssertionError(
          name + " allocates " + taken + " bytes for " + input.length + ", at most " + bound);
    }
    return accepted;
  }

  private boolean accepts(byte[] input) {
    try {
      body.read(input.clone());
      return true;
    } catch (Exception e) {
      if (e.getClass() != documented) {
        throw new AssertionError(name + " threw " + e, e);
      }
      requireFitForLog(e);
      return false;
    }
  }

  private void requireFitForLog(Exception e) {
    String message = String.valueOf(e.getMessage());
    if (message.length() > MAX_MESSAGE
        || message.codePoints().anyMatch(c -> Character.isISOControl(c))) {
      throw new AssertionError(name + " says what no log should hold: " + message, e);
    }
  }

  private static long allocated() {
    return THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
  }

  @Override
  public String toString() {
    return name;
  }
}
