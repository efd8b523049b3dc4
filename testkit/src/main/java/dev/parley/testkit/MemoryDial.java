package dev.parley.testkit;

import dev.parley.Address;
import dev.parley.AgentId;
import dev.parley.FailureCode;
import dev.parley.MessagingException;
import dev.parley.Phase;
import dev.parley.spi.Candidate;
import dev.parley.spi.Link;
import dev.parley.spi.TrailRecorder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.MonoSink;

/**
 * One dial of one peer, shared by everybody who waits for it. Each candidate takes a round trip to
 * connect to and one more to prove who is there; all run at once, and the first wins.
 */
final class MemoryDial {
  private static final int MAX_CANDIDATES = 64;
  private static final int MAX_SOURCES = 4;

  private final InMemoryNetwork network;
  private final InMemoryTransport transport;
  private final AgentId peer;
  private final TrailRecorder trail;
  private final List<MonoSink<Link>> waiters = new ArrayList<>(1);
  private final Disposable.Composite work = Disposables.composite();
  private final List<Function<TrailRecorder, Flux<Candidate>>> sources = new ArrayList<>(1);
  private final Set<Address> known = new HashSet<>();
  private int running; // sources that are asked, and addresses that are dialled
  private boolean begun;
  private boolean over;
  private @Nullable MessagingException furthest;

  MemoryDial(InMemoryNetwork network, InMemoryTransport transport, AgentId peer) {
    this.network = network;
    this.transport = transport;
    this.peer = peer;
    this.trail = TrailRecorder.start(network::nanos);
  }

  TrailRecorder trail() {
    return trail;
  }

  /** Adds somebody who waits, and what they know; false when it is over. */
  boolean join(MonoSink<Link> waiter, Function<TrailRecorder, Flux<Candidate>> source) {
    boolean ask;
    synchronized (this) {
      if (over) {
        return false;
      }
      waiters.add(waiter);
      boolean isNew = sources.size() < MAX_SOURCES && !sources.contains(source);
      if (isNew) {
        sources.add(source);
        running++;
      }
      ask = isNew && begun;
    }
    waiter.onCancel(() -> leave(waiter));
    if (ask) {
      resolve(source);
    }
    return true;
  }

  private void leave(MonoSink<Link> waiter) {
    synchronized (this) {
      waiters.remove(waiter);
      if (over || !waiters.isEmpty()) {
        return;
      }
    }
    end();
  }

  void start() {
    List<Function<TrailRecorder, Flux<Candidate>>> all;
    synchronized (this) {
      begun = true;
      all = List.copyOf(sources);
    }
    all.forEach(this::resolve);
  }

  private void resolve(Function<TrailRecorder, Flux<Candidate>> source) {
    work.add(
        Flux.defer(() -> source.apply(trail))
            .take(MAX_CANDIDATES)
            .subscribe(c -> dial(c.address()), this::unresolved, () -> ended(null)));
  }

  private void unresolved(Throwable t) {
    String cause = t.getClass().getSimpleName();
    trail.step(Phase.RESOLVE, "resolver", "failed: " + cause);
    ended(
        t instanceof MessagingException m
            ? m
            : MessagingException.builder(FailureCode.AGENT_NOT_FOUND, Phase.RESOLVE)
                .detail("the resolver failed (" + cause + ")")
                .cause(t)
                .build());
  }

  private void dial(Address address) {
    synchronized (this) {
      if (!known.add(address)) {
        return;
      }
      running++;
    }
    trail.enter(Phase.DIAL);
    long startNanos = network.nanos();
    InMemoryTransport there = network.listeningAt(address);
    AgentId target = there == null ? peer : there.self();
    if (network.swallows(transport.self(), target)) {
      Duration limit = network.settings().dialTimeout();
      after(
          limit,
          () -> {
            trail.step(Phase.DIAL, address.toString(), "timeout");
            String detail = "no connection within " + limit.toMillis() + " ms";
            ended(failure(FailureCode.AGENT_UNREACHABLE, Phase.DIAL, detail));
          });
    } else {
      after(roundTrip(target), () -> connected(address, startNanos));
    }
  }

  private void connected(Address address, long startNanos) {
    InMemoryTransport there = network.answering(transport.self(), address);
    if (there == null) {
      trail.step(Phase.DIAL, address.toString(), "refused");
      transport.listener().dialled(network.nanos() - startNanos, "refused");
      ended(
          failure(
              FailureCode.AGENT_UNREACHABLE, Phase.DIAL, "nothing listens at the address for us"));
      return;
    }
    trail.enter(Phase.HANDSHAKE);
    trail.step(Phase.DIAL, address.toString(), "connected");
    transport.listener().dialled(network.nanos() - startNanos, "connected");
    after(roundTrip(there.self()), () -> proved(address));
  }

  private void proved(Address address) {
    InMemoryTransport there = network.answering(transport.self(), address);
    if (there == null) {
      lost(address);
    } else if (!there.self().equals(peer)) {
      trail.step(Phase.HANDSHAKE, address.toString(), "identity_mismatch");
      ended(
          failure(
              FailureCode.IDENTITY_MISMATCH,
              Phase.HANDSHAKE,
              "another agent answers at the address; check the configured id"));
    } else if (peer.equals(transport.self())) {
      trail.step(Phase.HANDSHAKE, address.toString(), "denied");
      ended(failure(FailureCode.UNAUTHORIZED, Phase.HANDSHAKE, "this is the agent itself"));
    } else {
      establish(address, there);
    }
  }

  private void establish(Address address, InMemoryTransport there) {
    synchronized (this) {
      if (over) {
        return;
      }
    }
    MemoryLink link = network.establish(transport, there);
    if (link == null) {
      lost(address);
    } else {
      trail.step(Phase.HANDSHAKE, address.toString(), "ok");
      succeed(link);
    }
  }

  private void lost(Address address) {
    trail.step(Phase.HANDSHAKE, address.toString(), "lost");
    ended(failure(FailureCode.HANDSHAKE_FAILED, Phase.HANDSHAKE, "the connection was lost in it"));
  }

  private Duration roundTrip(AgentId target) {
    return network
        .latency(transport.self(), target)
        .plus(network.latency(target, transport.self()));
  }

  private void after(Duration delay, Runnable next) {
    work.add(network.settings().scheduler().schedule(next, delay.toNanos(), TimeUnit.NANOSECONDS));
  }

  private MessagingException failure(FailureCode code, Phase phase, String detail) {
    return MessagingException.builder(code, phase).detail(detail).build();
  }

  /** One candidate, or the search for them, has ended without a link. */
  private void ended(@Nullable MessagingException failure) {
    MessagingException told;
    synchronized (this) {
      running--;
      if (failure != null
          && (furthest == null || failure.phase().compareTo(furthest.phase()) > 0)) {
        furthest = failure;
      }
      if (running > 0) {
        return;
      }
      told =
          furthest != null
              ? furthest
              : failure(
                  FailureCode.AGENT_NOT_FOUND, Phase.RESOLVE, "no resolver knows an address of it");
    }
    fail(told.toBuilder().peer(peer).trail(trail.snapshot()).build());
  }

  void succeed(MemoryLink link) {
    end().forEach(waiter -> waiter.success(link));
  }

  void fail(MessagingException e) {
    end().forEach(waiter -> waiter.error(e));
  }

  private List<MonoSink<Link>> end() {
    List<MonoSink<Link>> tell;
    synchronized (this) {
      over = true;
      tell = List.copyOf(waiters);
      waiters.clear();
    }
    transport.over(peer, this);
    work.dispose();
    return tell;
  }
}
