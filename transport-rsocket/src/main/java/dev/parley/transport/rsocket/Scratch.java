package dev.parley.transport.rsocket;

import io.netty.util.concurrent.FastThreadLocal;

/**
 * Two arrays for each event loop, in which records are sealed and ciphertext is gathered. They are
 * used within one call and hold nothing between calls, so links share them.
 */
final class Scratch {
  /** Room for several records of the largest size. */
  static final int OUT_BYTES = 256 * 1024;

  /** The largest unit: a length prefix and what it can count. */
  static final int IN_BYTES = 2 + 0xFFFF;

  private static final FastThreadLocal<Scratch> LOCAL =
      new FastThreadLocal<>() {
        @Override
        protected Scratch initialValue() {
          return new Scratch();
        }
      };

  final byte[] out = new byte[OUT_BYTES];
  final byte[] in = new byte[IN_BYTES];

  private Scratch() {}

  static Scratch get() {
    return LOCAL.get();
  }
}
