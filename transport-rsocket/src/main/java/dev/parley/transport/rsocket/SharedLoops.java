package dev.parley.transport.rsocket;

import io.netty.resolver.AddressResolverGroup;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.resources.LoopResources;
import reactor.netty.transport.NameResolverProvider;

/**
 * Event loops that several transports of one process use, where each would otherwise start its own.
 * Thread-safe. To be ended after the transports, with {@link #dispose}.
 */
public final class SharedLoops {
  /** A loop that ends with tasks in its queue says so at warn: it runs those that come late. */
  private static final Duration QUIET = Duration.ofMillis(20);

  private static final int MAX_THREADS = 256;

  private final LoopResources loops;
  private @Nullable AddressResolverGroup<?> epollResolver; // under this lock, like the next
  private @Nullable AddressResolverGroup<?> nioResolver;
  private boolean disposed;

  private SharedLoops(LoopResources loops) {
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
    return new SharedLoops(LoopResources.create("parley", 1, threads, true, false));
  }

  LoopResources loops() {
    return loops;
  }

  /**
   * What resolves host names on these loops. It is ours to close: reactor-netty keeps each that it
   * makes by itself for the life of the process, in a static map whose key is made of the loops.
   */
  synchronized AddressResolverGroup<?> resolver(boolean epoll) {
    AddressResolverGroup<?> known = epoll ? epollResolver : nioResolver;
    if (known != null) {
      return known;
    }
    if (disposed) {
      throw new IllegalStateException("the event loops have ended");
    }
    AddressResolverGroup<?> made =
        NameResolverProvider.builder().build().newNameResolverGroup(loops, epoll);
    if (epoll) {
      epollResolver = made;
    } else {
      nioResolver = made;
    }
    return made;
  }

  private synchronized void closeResolvers() {
    disposed = true;
    if (epollResolver != null) {
      epollResolver.close();
    }
    if (nioResolver != null) {
      nioResolver.close();
    }
  }

  /** Ends the threads, after two seconds at most. Cold; connections that are left are reset. */
  public Mono<Void> dispose() {
    return Mono.defer(
        () -> {
          closeResolvers();
          return loops.disposeLater(QUIET, Duration.ofSeconds(2));
        });
  }
}
