package dev.parley.transport.rsocket;

import dev.parley.transport.rsocket.socket.Loops;
import reactor.core.publisher.Mono;

/**
 * Event loops that several transports of one process use, where each would otherwise start its own.
 * Thread-safe. To be ended after the transports, with {@link #dispose}.
 */
public final class SharedLoops {
  private static final int MAX_THREADS = 256;

  private final Loops loops;

  private SharedLoops(Loops loops) {
    this.loops = loops;
  }

  /**
   * Daemon threads that start when they are needed.
   *
   * @param threads how many, 1 to 256
   */
  public static SharedLoops of(int threads) {
    if (threads < 1 || threads > MAX_THREADS) {
      throw new IllegalArgumentException("threads is " + threads + ", must be 1.." + MAX_THREADS);
    }
    return new SharedLoops(Loops.of(threads));
  }

  Loops loops() {
    return loops;
  }

  /** Ends the threads, after two seconds at most. Cold; connections that are left are reset. */
  public Mono<Void> dispose() {
    return loops.dispose();
  }
}
