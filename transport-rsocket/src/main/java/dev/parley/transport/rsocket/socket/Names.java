package dev.parley.transport.rsocket.socket;

import dev.parley.Address;
import io.netty.resolver.AddressResolverGroup;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * The addresses that host names stand for, asked for on the event loops.
 *
 * @param epoll whether the loops are of that kind
 */
record Names(Loops loops, boolean epoll) {
  private static final int MAX_ADDRESSES = 8;

  /** The first addresses of a name, at most 8, the two families by turns (RFC 8305). Cold. */
  Mono<List<InetSocketAddress>> resolve(Address address, Duration limit) {
    return Mono.create(sink -> ask(address, limit, sink));
  }

  @SuppressWarnings("unchecked") // reactor-netty's resolvers are all of this kind
  private void ask(Address address, Duration limit, MonoSink<List<InetSocketAddress>> sink) {
    EventExecutor loop = loop();
    AddressResolverGroup<InetSocketAddress> resolver =
        (AddressResolverGroup<InetSocketAddress>) loops.resolver(epoll);
    Future<List<InetSocketAddress>> asked =
        resolver
            .getResolver(loop)
            .resolveAll(InetSocketAddress.createUnresolved(address.host(), address.port()));
    ScheduledFuture<?> late =
        loop.schedule(
            () -> sink.error(new UnknownHostException("no answer in time")),
            limit.toNanos(),
            TimeUnit.NANOSECONDS);
    sink.onDispose(
        () -> {
          late.cancel(false);
          asked.cancel(false);
        });
    asked.addListener((Future<List<InetSocketAddress>> done) -> tellNow(done, sink));
  }

  private static void tellNow(
      Future<List<InetSocketAddress>> done, MonoSink<List<InetSocketAddress>> sink) {
    if (done.isSuccess()) {
      sink.success(byTurns(done.getNow()));
    } else {
      sink.error(done.cause());
    }
  }

  /** Begins with the family that the resolver prefers. */
  static List<InetSocketAddress> byTurns(List<InetSocketAddress> all) {
    boolean sixFirst = !all.isEmpty() && isSix(all.get(0));
    ArrayDeque<InetSocketAddress> preferred = new ArrayDeque<>();
    ArrayDeque<InetSocketAddress> others = new ArrayDeque<>();
    all.forEach(one -> (isSix(one) == sixFirst ? preferred : others).add(one));
    List<InetSocketAddress> turns = new ArrayList<>();
    while (turns.size() < MAX_ADDRESSES && !(preferred.isEmpty() && others.isEmpty())) {
      InetSocketAddress next = preferred.poll();
      if (next != null) {
        turns.add(next);
      }
      next = others.poll();
      if (next != null) {
        turns.add(next);
      }
    }
    return List.copyOf(turns);
  }

  private static boolean isSix(InetSocketAddress one) {
    return one.getAddress() instanceof Inet6Address;
  }

  /** Completes after a time, on an event loop. Cold. */
  Mono<Void> pause(Duration time) {
    return Mono.create(
        sink -> {
          ScheduledFuture<?> task =
              loop().schedule(() -> sink.success(), time.toNanos(), TimeUnit.NANOSECONDS);
          sink.onDispose(() -> task.cancel(false));
        });
  }

  private EventExecutor loop() {
    return loops.resources().onClient(epoll).next();
  }
}
