package dev.parley.simulator;

import java.util.random.RandomGenerator;

/**
 * SplitMix64 (Steele, Lea, Flood 2014), with every derived distribution computed here: the platform
 * is free to change how it gets a double or a bounded number out of bits, and does. Each node and
 * purpose has a stream of its own, so that one more draw somewhere shifts nothing elsewhere.
 */
final class SimRandom implements RandomGenerator {
  private static final long GOLDEN = 0x9e3779b97f4a7c15L;

  private long state;

  SimRandom(long seed) {
    state = seed;
  }

  /** The stream of a purpose and an index under a root seed. */
  static SimRandom stream(long seed, int purpose, long index) {
    return new SimRandom(mix(mix(seed + GOLDEN * purpose) + GOLDEN * index));
  }

  private static long mix(long value) {
    long z = value;
    z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
    z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
    return z ^ z >>> 31;
  }

  @Override
  public long nextLong() {
    state += GOLDEN;
    return mix(state);
  }

  @Override
  public int nextInt() {
    return (int) (nextLong() >>> 32);
  }

  @Override
  public int nextInt(int bound) {
    if (bound <= 0) {
      throw new IllegalArgumentException("bound is " + bound + ", must be 1 or more");
    }
    return (int) Math.multiplyHigh(nextLong() >>> 1, 2L * bound); // bias below 2^-32
  }

  @Override
  public double nextDouble() {
    return (nextLong() >>> 11) * 0x1p-53;
  }

  @Override
  public boolean nextBoolean() {
    return nextLong() < 0;
  }

  @Override
  public void nextBytes(byte[] bytes) {
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (nextLong() >>> 56);
    }
  }

  @Override
  public double nextGaussian() {
    double u = 1 - nextDouble();
    double v = nextDouble();
    return Math.sqrt(-2 * StrictMath.log(u)) * StrictMath.cos(2 * Math.PI * v);
  }

  @Override
  public double nextExponential() {
    return -StrictMath.log(1 - nextDouble());
  }
}
