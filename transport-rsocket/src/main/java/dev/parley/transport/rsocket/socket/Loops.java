package dev.parley.transport.rsocket.socket;

import io.netty.resolver.AddressResolverGroup;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.resources.LoopResources;
import reactor.netty.transport.NameResolverProvider;

/** Event loops, and what resolves host names on them. Thread-safe. */
public final class Loops {
  /** A loop that ends with tasks in its queue says so at warn: it runs those that come late. */
  private static final Duration QUIET = Duration.ofMillis(20);

  private final LoopResources resources;
  private @Nullable AddressResolverGroup<?> epollResolver; // under this lock, like the next
  private @Nullable AddressResolverGroup<?> nioResolver;
  private boolean disposed;

  private Loops(LoopResources resources) {
    this.resources = resources;
  }

  /** So many daemon threads, which start when they are needed. */
  public static Loops of(int threads) {
    return new Loops(LoopResources.create("parley", 1, threads, true, false));
  }

  LoopResources resources() {
    return resources;
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
        NameResolverProvider.builder().build().newNameResolverGroup(resources, epoll);
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
          return resources.disposeLater(QUIET, Duration.ofSeconds(2));
        });
  }
}
