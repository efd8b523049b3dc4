package dev.parley.messenger;

import dev.parley.Address;
import dev.parley.AgentId;
import dev.parley.AgentResolver.Candidate;
import dev.parley.Identity;
import dev.parley.Trail;
import dev.parley.carrier.Transport;
import dev.parley.spi.Link;
import dev.parley.spi.NodeListener;
import dev.parley.spi.Receiver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/** A transport that does what a test tells it, and nothing by itself. */
final class FakeTransport implements Transport {
  /** A call of connect that was subscribed. */
  static final class Connect {
    final Trail.Recorder trail;
    final Function<Trail.Recorder, Flux<Candidate>> candidates;
    final MonoSink<Link> sink;
    boolean cancelled;

    Connect(
        Trail.Recorder trail,
        Function<Trail.Recorder, Flux<Candidate>> candidates,
        MonoSink<Link> sink) {
      this.trail = trail;
      this.candidates = candidates;
      this.sink = sink;
    }
  }

  final List<Connect> connects = new ArrayList<>();
  private final LongSupplier clock;
  @Nullable Link open;
  boolean opensToItsPeerOnly;
  @Nullable Function<? super Link, ? extends Receiver> receivers;
  @Nullable Receiver receiver; // of one peer
  int drained;
  int closed;
  Mono<Void> closing = Mono.empty();

  FakeTransport(LongSupplier clock) {
    this.clock = clock;
  }

  Connect lastConnect() {
    return connects.get(connects.size() - 1);
  }

  @Override
  public Mono<List<Address>> start(Function<? super Link, ? extends Receiver> value) {
    return Mono.fromCallable(
        () -> {
          receivers = value;
          receiver = value.apply(new FakeLink(Identity.generate().id()));
          return List.of();
        });
  }

  @Override
  public @Nullable Link openLink(AgentId peer) {
    Link link = open;
    return link != null && opensToItsPeerOnly && !link.peer().equals(peer) ? null : link;
  }

  @Override
  public Mono<Link> connect(
      AgentId peer,
      Function<Trail.Recorder, Flux<Candidate>> candidates,
      Consumer<Trail.Recorder> progress) {
    return Mono.create(
        sink -> {
          Connect connect = new Connect(Trail.Recorder.start(clock), candidates, sink);
          connects.add(connect);
          progress.accept(connect.trail);
          sink.onCancel(() -> connect.cancelled = true);
        });
  }

  @Override
  public Collection<Link> links() {
    return open == null ? List.of() : List.of(open);
  }

  @Override
  public Mono<Void> check(AgentId peer, Address address) {
    return Mono.empty();
  }

  @Override
  public void watchLinks(NodeListener watcher) {}

  @Override
  public Mono<Void> drain(Duration limit) {
    return Mono.fromRunnable(() -> drained++);
  }

  @Override
  public Mono<Void> close() {
    return closing.doOnSubscribe(s -> closed++);
  }
}
