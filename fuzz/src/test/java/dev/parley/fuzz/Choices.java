package dev.parley.fuzz;

import java.util.Arrays;
import java.util.Random;

/**
 * Choices that an input makes: its bytes in turn, so that a fuzzer which changes one byte changes
 * one choice. Behind its end they are drawn from a seed that the input gives.
 */
public final class Choices {
  private final byte[] input;
  private final Random behind;
  private int at;

  public Choices(byte[] input) {
    this.input = input;
    this.behind = new Random(Arrays.hashCode(input));
  }

  /** Whether the input is used up. */
  public boolean isEmpty() {
    return at >= input.length;
  }

  /** The next byte, 0..255. */
  public int nextByte() {
    return isEmpty() ? behind.nextInt(256) : input[at++] & 0xff;
  }

  /** 0 up to {@code bound}, exclusive. */
  public int nextInt(int bound) {
    int value = nextByte();
    if (bound > 256) {
      value = value << 8 | nextByte();
    }
    return value % bound;
  }

  public boolean nextBoolean() {
    return (nextByte() & 1) != 0;
  }

  /** 0 up to 1, exclusive. */
  public double nextDouble() {
    return (nextByte() << 8 | nextByte()) / 65536.0;
  }

  /** The next bytes; fewer at the end of the input. */
  public byte[] bytes(int count) {
    int end = Math.min(input.length, at + count);
    byte[] bytes = Arrays.copyOfRange(input, Math.min(at, end), end);
    at = end;
    return bytes;
  }

  /** What is left of the input. */
  public byte[] rest() {
    return bytes(input.length);
  }
}
